"""Who sees which review.

Those who write a material see its rounds, everybody who is asked, and what all of them said. A reviewer with an account
sees the text that was sent to them while they are in the cohort, are asked and the round is open; whoever has a link
sees the same behind it. Of what is said they see their own comments with the answers, and nobody else's.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from peernet.accounts.models import Person
from peernet.cohorts import access as cohorts
from peernet.cohorts.access import INSIDE, LEADING, ORGANISING, present
from peernet.cohorts.models import Membership, Role
from peernet.materials.models import Material
from peernet.materials.reviews.models import Answer, Comment, Decision, Reviewer, Round, Schedule, Text
from peernet.web.viewer import Viewer

# For those who write: of materials that were loaded as ones that the viewer may write.


def open_rounds(material_ids: Collection[int]) -> Select[Round]:
    """The open round of each of these materials that has one."""
    return select(Round).where(Round.material_id.in_(material_ids), Round.is_open.is_not(None)).order_by(Round.id)


def rounds_of(material_id: int) -> Select[Round]:
    """All rounds of a material, the last one first."""
    return select(Round).where(Round.material_id == material_id).order_by(Round.number.desc())


def reviewers_of(round_ids: Collection[int]) -> Select[Reviewer]:
    """Everybody who is or was asked in these rounds."""
    found = select(Reviewer).where(Reviewer.round_id.in_(round_ids)).options(joinedload(Reviewer.person))
    return found.order_by(Reviewer.id)


def decisions_of(round_ids: Collection[int]) -> Select[Decision]:
    """What was decided in these rounds, the first decision first."""
    return select(Decision).where(Decision.round_id.in_(round_ids)).order_by(Decision.id)


def last_texts_of(round_ids: Collection[int]) -> Select[int, int, int, str, datetime]:
    """Of the text that was sent last in each of these rounds: the round, its id and number, its digest and when."""
    last = (
        select(Text.round_id, func.max(Text.number).label("number"))
        .where(Text.round_id.in_(round_ids))
        .group_by(Text.round_id)
        .subquery()
    )
    joined = (Text.round_id == last.c.round_id) & (Text.number == last.c.number)
    return select(Text.round_id, Text.id, Text.number, Text.digest, Text.sent_at).join(last, joined)


def texts_of(round_id: int) -> Select[Text]:
    """The texts that were sent in a round, the last one first."""
    return select(Text).where(Text.round_id == round_id).order_by(Text.number.desc())


def comments_of(round_id: int) -> Select[Comment]:
    """All comments of a round with their answers, in the order they came."""
    found = _comments().where(Comment.round_id == round_id)
    return found.options(joinedload(Comment.reviewer).joinedload(Reviewer.person))


def choosable(cohort_id: int | None, viewer: Viewer) -> Select[Membership]:
    """People of the cohort who can be asked by name: all but whoever asks."""
    found = cohorts.people_of(cohort_id or 0).join(Membership.person)
    able = (Membership.role.in_(INSIDE), Person.disabled_at.is_(None), Person.id != viewer.person_id)
    return found.where(*able).order_by(None).order_by(Person.name, Person.id)


def schedules_of(material_ids: Collection[int]) -> Select[Schedule]:
    """The planned publications of these materials."""
    return select(Schedule).where(Schedule.material_id.in_(material_ids), Schedule.is_live.is_not(None))


def last_schedule(material_id: int) -> Select[Schedule]:
    """The publication that was planned last, whatever became of it."""
    found = select(Schedule).where(Schedule.material_id == material_id)
    return found.order_by(Schedule.id.desc()).limit(1)


# For those who are asked.


def asked_of(viewer: Viewer) -> Select[Reviewer]:
    """The parts of the viewer in open rounds of their cohorts, with round and material."""
    if viewer.person_id is None:
        return _asked().where(false())
    inside = present(viewer, INSIDE, Material.cohort_id)
    return _asked().where(Reviewer.person_id == viewer.person_id, inside).order_by(Round.wished_on, Reviewer.id)


def waiting_for(viewer: Viewer) -> Select[Reviewer]:
    """The viewer's parts of which they have decided nothing, or nothing since another text was sent."""
    last = select(func.max(Text.id)).where(Text.round_id == Reviewer.round_id).scalar_subquery()
    said = select(Decision.id).where(Decision.reviewer_id == Reviewer.id, Decision.text_id == last)
    return asked_of(viewer).where(~said.exists())


def was_asked(viewer: Viewer, reviewer_id: int) -> Select[int]:
    """Whether the viewer is asked in a round that is over, so that its page can say so."""
    inside = present(viewer, INSIDE, Material.cohort_id)
    found = select(Reviewer.id).join(Reviewer.round).join(Round.material)
    over = (Round.is_open.is_(None), Reviewer.removed_at.is_(None))
    return found.where(Reviewer.id == reviewer_id, Reviewer.person_id == viewer.person_id, inside, *over)


def behind_link(reviewer_id: int) -> Select[Reviewer]:
    """Whom a genuine link is for, while they are asked and the round is open."""
    return _asked().where(Reviewer.id == reviewer_id, Reviewer.email_key.is_not(None))


def own_comments(reviewer_id: int) -> Select[Comment]:
    """The comments of a loaded reviewer, with their answers."""
    return _comments().where(Comment.reviewer_id == reviewer_id)


def own_decisions(reviewer_ids: Collection[int]) -> Select[Decision]:
    """What loaded reviewers decided, the first decision first."""
    return select(Decision).where(Decision.reviewer_id.in_(reviewer_ids)).order_by(Decision.id)


# For verbs and the worker only: nothing of what these load is shown to anybody.


def held_material(material_id: int) -> Select[int]:
    """Keeps everybody else from opening, closing, deciding and publishing until the transaction ends; rows that lead to
    it may come."""
    return select(Material.id).where(Material.id == material_id).with_for_update(key_share=True)


def reviewer_at(round_id: int, *, email_key: str) -> Select[Reviewer]:
    """Who was asked at an address, removed or not."""
    found = select(Reviewer).where(Reviewer.round_id == round_id, Reviewer.email_key == email_key)
    return found.options(joinedload(Reviewer.person))


def writers_of(material: Material) -> Select[Person]:
    """Who writes a material, and is told what becomes of it."""
    return _people_of(material, LEADING)


def organisers_of(material: Material) -> Select[Person]:
    """Who publishes a material."""
    return _people_of(material, ORGANISING)


def to_tell(round_id: int) -> Select[Reviewer]:
    """Who is asked in an open round and can read it."""
    return _asked().where(Reviewer.round_id == round_id, _can_read()).order_by(Reviewer.id)


def to_remind(today: date, until: date, before: datetime) -> Select[Reviewer]:
    """Who was asked before ``before``, has not been reminded, and is wished to answer by ``until``."""
    decided = select(Decision.id).where(Decision.reviewer_id == Reviewer.id)
    due = (Round.wished_on >= today, Round.wished_on <= until, Reviewer.asked_at <= before)
    silent = (Reviewer.reminded_at.is_(None), ~decided.exists())
    return _asked().where(*due, *silent, _can_read()).order_by(Reviewer.id)


def due_schedules(moment: datetime) -> Select[int]:
    """The planned publications whose moment has come."""
    return select(Schedule.id).where(Schedule.is_live.is_not(None), Schedule.at <= moment).order_by(Schedule.id)


def schedule_held(schedule_id: int) -> Select[Schedule]:
    """A planned publication that is still to be carried out, held until the transaction ends."""
    live = select(Schedule).where(Schedule.id == schedule_id, Schedule.is_live.is_not(None))
    return live.with_for_update().execution_options(populate_existing=True)


def addresses_kept(before: datetime) -> Select[Reviewer]:
    """Reviewers without an account whose round ended before ``before`` and whose address is still known."""
    over = (Round.closed_at < before, Reviewer.email.is_not(None), Reviewer.email != "")
    return select(Reviewer).join(Reviewer.round).where(*over)


def _people_of(material: Material, roles: Collection[Role]) -> Select[Person]:
    """Those with one of the roles in its cohort; of a material without one, whoever began it."""
    able = select(Person).where(Person.disabled_at.is_(None)).order_by(Person.id)
    if material.cohort_id is None:
        return able.where(Person.id == material.created_by_id)
    held = select(Membership.person_id).where(
        Membership.cohort_id == material.cohort_id, Membership.role.in_(roles), Membership.left_at.is_(None)
    )
    return able.where(Person.id.in_(held))


def _asked() -> Select[Reviewer]:
    return (
        select(Reviewer)
        .join(Reviewer.round)
        .join(Round.material)
        .where(Round.is_open.is_not(None), Reviewer.removed_at.is_(None))
        .options(
            joinedload(Reviewer.person),
            contains_eager(Reviewer.round).contains_eager(Round.material).joinedload(Material.cohort),
        )
    )


def _can_read() -> ColumnElement[bool]:
    """Whether they still are in the cohort with an account that is open; who has a link needs neither."""
    inside = exists().where(
        Membership.cohort_id == Material.cohort_id,
        Membership.person_id == Reviewer.person_id,
        Membership.role.in_(INSIDE),
        Membership.left_at.is_(None),
        Person.id == Membership.person_id,
        Person.disabled_at.is_(None),
    )
    return or_(Reviewer.email_key.is_not(None), inside)


def _comments() -> Select[Any]:
    answers = selectinload(Comment.answers).joinedload(Answer.person)
    return select(Comment).options(answers).order_by(Comment.id)
