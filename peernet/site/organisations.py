"""Organisations as the public sees them: round their cohorts, and each with what it says and takes part in."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from peernet import pages
from peernet.cohorts.models import Cohort
from peernet.materials import library
from peernet.materials.library import Card, Filters
from peernet.materials.placement import listed
from peernet.organisations.models import Organisation
from peernet.prompts import access as prompts_access
from peernet.prompts.models import Prompt
from peernet.prompts.voices import AnyVoice
from peernet.site import reading

_MOST_MATERIALS = 60


@dataclass(frozen=True)
class Wall:
    """All organisations with a public page: the hosts, those of each cohort, and those that materials alone name."""

    hosts: list[Organisation] = field(default_factory=list)
    cohorts: list[tuple[Cohort, list[Organisation]]] = field(default_factory=list)
    others: list[Organisation] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nobody is here yet."""
        return not (self.hosts or self.cohorts or self.others)


@dataclass(frozen=True)
class OrganisationPage:
    """One organisation with all that its page shows; ``answers`` are what it says in public, question by question."""

    organisation: Organisation
    cohorts: list[Cohort]
    materials: list[Card]
    answers: list[tuple[Prompt, list[AnyVoice]]]


def wall(db: Session) -> Wall:
    """Everybody, in three queries."""
    pages.depend("organisations", "cohorts", "library")
    shown = list(db.scalars(reading.organisations()))
    cohorts = [cohort for cohort, _seats in db.execute(reading.cohorts())]
    sitting: dict[int, list[Organisation]] = {}
    for cohort_id, organisation in db.execute(reading.seated_in([cohort.id for cohort in cohorts])):
        sitting.setdefault(cohort_id, []).append(organisation)
    seated = {one.id for some in sitting.values() for one in some}
    return Wall(
        hosts=[one for one in shown if one.is_host],
        cohorts=[(cohort, sitting[cohort.id]) for cohort in cohorts if cohort.id in sitting],
        others=[one for one in shown if not one.is_host and one.id not in seated],
    )


def page(db: Session, slug: str) -> OrganisationPage | None:
    """One organisation; None where there is none in public. At most six queries."""
    organisation = db.scalar(reading.organisations().where(Organisation.slug == slug))
    if organisation is None:
        return None
    # Whatever is answered in public touches "questions".
    pages.depend(f"organisation:{organisation.id}", listed("organisation", organisation.id), "questions")
    cohorts = list(db.scalars(reading.cohorts_of(organisation.id)))
    pages.depend(*(f"cohort:{cohort.id}" for cohort in cohorts))
    materials = library.cards(db, Filters(organisation=slug), limit=_MOST_MATERIALS)
    pages.depend(*(f"material:{card.id}" for card in materials))
    return OrganisationPage(organisation, cohorts, materials, _answers(db, organisation))


def _answers(db: Session, organisation: Organisation) -> list[tuple[Prompt, list[AnyVoice]]]:
    said = prompts_access.public_voices_of(db, organisation)
    asked = db.scalars(reading.prompts().where(Prompt.id.in_(said)))
    return [(prompt, said[prompt.id]) for prompt in asked]
