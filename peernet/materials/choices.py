"""What can be chosen for a material: near things first, those of its cohort."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials import access, manuscripts
from peernet.materials.contributors import access as contributors
from peernet.materials.contributors import asking
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt, Topic
from peernet.web.viewer import Viewer

Option = tuple[int, str]


@dataclass(frozen=True)
class Choices:
    """Ids and names: what is near the material's cohort, and the rest."""

    topics: list[Option]
    organisations: list[Option]
    other_organisations: list[Option]
    questions: list[Option]
    other_questions: list[Option]
    people: list[Option]


def of(db: Session, viewer: Viewer, material: Material, manuscript: Manuscript) -> Choices:
    """What the viewer may choose. What is chosen already stands near."""
    organisations = db.execute(access.organisations(viewer, material.cohort_id))
    questions = db.execute(access.questions(material.cohort_id))
    near_organisations, other_organisations = _parted(
        [(one.id, one.name, near or one.id in manuscript.organisations) for one, near in organisations]
    )
    near_questions, other_questions = _parted(
        [(one.id, one.text, near or one.id in manuscript.questions) for one, near in questions]
    )
    topics = [(one.id, one.name) for one in db.scalars(access.topics())]
    people = _people(db, viewer, material, manuscript)
    return Choices(topics, near_organisations, other_organisations, near_questions, other_questions, people)


def refuse_others(db: Session, viewer: Viewer, material: Material, manuscript: Manuscript) -> None:
    """Refuse to name what the viewer may not choose, unless the material names it already."""
    before = _before(db, material)
    organisations = access.organisations(viewer, material.cohort_id).with_only_columns(Organisation.id)
    _refuse(db, _organisations(manuscript) - _organisations(*before), organisations, Organisation, "organisations")
    questions = set(manuscript.questions).difference(*(one.questions for one in before))
    _refuse(db, questions, access.questions(material.cohort_id).with_only_columns(Prompt.id), Prompt, "questions")
    topics = set(manuscript.topics).difference(*(one.topics for one in before))
    _refuse(db, topics, access.topics().with_only_columns(Topic.id), Topic, "topics")
    people = set(asking.people_in(manuscript)).difference(*(asking.people_in(one) for one in before))
    _refuse(db, people, contributors.choosable(viewer, material.cohort_id), Person, "credit_person")


def _people(db: Session, viewer: Viewer, material: Material, manuscript: Manuscript) -> list[Option]:
    """Those whom the viewer may name, and after them those whom the text names already."""
    found = dict(db.execute(contributors.choosable(viewer, material.cohort_id)).all())
    named = [one for one in asking.people_in(manuscript) if one not in found]
    return [*found.items(), *(db.execute(contributors.named(named)).tuples() if named else ())]


def _parted(rows: list[tuple[int, str, bool]]) -> tuple[list[Option], list[Option]]:
    return [row[:2] for row in rows if row[2]], [row[:2] for row in rows if not row[2]]


def _before(db: Session, material: Material) -> list[Manuscript]:
    found = [manuscripts.of_draft(material.draft)] if material.draft is not None else []
    if material.current is not None:
        found.append(manuscripts.of_published(db, material, material.current))
    return found


def _organisations(*named: Manuscript) -> set[int]:
    credited = {line.organisation_id for one in named for line in one.credits if line.organisation_id is not None}
    return credited.union(*(one.organisations for one in named))


def _refuse(db: Session, new: set[int], choosable: Any, model: Any, field: str) -> None:
    if new and set(db.scalars(choosable.where(model.id.in_(new)).order_by(None))) != new:
        raise Refused(_("Please choose one of the options."), field=field)
