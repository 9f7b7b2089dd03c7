"""How somebody stands to the texts that concern them: agreed, to be asked, or asked anew since a text changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet.agreements import access
from peernet.agreements.models import Acceptance, Kind, Terms
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort, CohortState
from peernet.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Standing:
    """A text in force, the cohorts for which it concerns somebody, and the last version of it that they agreed to."""

    terms: Terms
    cohorts: tuple[Cohort, ...]
    agreed: Acceptance | None

    @property
    def waits(self) -> bool:
        """Whether they are to be asked, for the first time or anew."""
        return self.agreed is None or self.agreed.terms.number < self.terms.asked_since


def of_viewer(db: Session, viewer: Viewer) -> list[Standing]:
    """The viewer's, what waits first. Three queries."""
    memberships = db.scalars(cohorts.memberships_of(viewer)).unique().all()
    mine = [each.cohort for each in memberships if each.role in cohorts.INSIDE]
    return of_cohorts(db, viewer, [each for each in mine if each.state is not CohortState.CLOSED])


def of_cohorts(db: Session, viewer: Viewer, mine: Sequence[Cohort]) -> list[Standing]:
    """The same for cohorts that were loaded for the viewer."""
    terms = db.scalars(access.in_force([each.id for each in mine])).all()
    agreed = {each.terms.lineage: each for each in db.scalars(access.accepted_by(viewer))}
    found = [Standing(each, about, agreed.get(each.lineage)) for each, about in concerning(terms, mine)]
    return sorted(found, key=lambda each: (not each.waits, list(Kind).index(each.terms.kind), each.terms.id))


def concerning(terms: Iterable[Terms], mine: Sequence[Cohort]) -> list[tuple[Terms, tuple[Cohort, ...]]]:
    """Which of the texts concern somebody in these cohorts, and for which of them. A cohort's own rules stand instead
    of the network's."""
    terms = list(terms)
    with_own = {each.cohort_id for each in terms}
    found = []
    for each in terms:
        if each.cohort_id is not None:
            about = tuple(cohort for cohort in mine if cohort.id == each.cohort_id)
        elif each.kind is Kind.GROUND_RULES:
            about = tuple(cohort for cohort in mine if cohort.id not in with_own)
        else:
            about = tuple(mine) if each.kind is Kind.CHATHAM_HOUSE else ()
        if about or each.kind is Kind.PRIVACY:
            found.append((each, about))
    return found


def never_agreed(db: Session, viewer: Viewer, cohort: Cohort) -> bool:
    """Whether the viewer has yet to agree to rules of a cohort for the first time. Who agreed to an earlier version is
    asked again, and kept from nothing."""
    standings = of_cohorts(db, viewer, [cohort])
    return any(each.agreed is None and each.terms.kind is not Kind.PRIVACY for each in standings)
