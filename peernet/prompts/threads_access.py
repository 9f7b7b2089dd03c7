"""Who reads what is asked back to a response, and with how many it resonates.

A thread belongs to its response: it is loaded beside the conditions by which that is heard (``access``), so that it
goes wherever the response goes, and when. Of who tapped nothing is ever loaded but the viewer's own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from peernet import pages
from peernet.accounts.models import Person
from peernet.cohorts.access import LEADING, present
from peernet.cohorts.models import Cohort, CohortState, Membership, Seat
from peernet.organisations.models import Organisation
from peernet.prompts import access
from peernet.prompts.access import Heard
from peernet.prompts.addressed_access import is_asked_person
from peernet.prompts.models import Asking, Attribution, FollowUp, Prompt, Resonance, Response, Visibility
from peernet.prompts.seats_access import written_by
from peernet.prompts.voices import CIRCLES, Around, AskedBack, key_of, narrower
from peernet.web.viewer import NOBODY, Viewer

_HAS_NAME = Response.attribution != Attribution.UNATTRIBUTED
_IS_OPEN = FollowUp.answered_at.is_(None)


# Around the voices of others, by their keys


def around(db: Session, viewer: Viewer, asking_ids: Collection[int]) -> dict[str, Around]:
    """What stands around the voices of others. Two queries."""
    return _around(db, viewer, Asking.id.in_(asking_ids), access.heard_by(viewer), _admitted(viewer))


def around_in_public(db: Session, prompt_ids: Collection[int]) -> dict[str, Around]:
    """What stands around the voices that everybody reads. Two queries."""
    public = FollowUp.audience == Visibility.PUBLIC
    return _around(db, NOBODY, Asking.prompt_id.in_(prompt_ids), access.heard_in_public(), public)


def _around(
    db: Session, viewer: Viewer, chosen: ColumnElement[bool], heard: Heard, admitted: ColumnElement[bool]
) -> dict[str, Around]:
    asked = _asked(db, viewer, and_(chosen, heard.named, admitted))
    # Of an unattributed one not even who may read it is passed on.
    readers = case((_HAS_NAME, Response.visibility))
    rows = _responses(Response.id, _felt_by(), _is_felt(viewer), readers).where(chosen, or_(*heard))
    return {
        key_of(number, _whom(viewer)): Around(count, is_felt, may_read, asked.get(number, []))
        for number, count, is_felt, may_read in db.execute(rows)
    }


def _asked(db: Session, viewer: Viewer, chosen: ColumnElement[bool]) -> dict[int, list[AskedBack]]:
    found: dict[int, list[AskedBack]] = {}
    for follow_up, person, organisation in db.execute(_with_askers().where(chosen)):
        pages.depend(*access.shown(person.id, organisation))
        seen = _shown(follow_up, person, organisation, viewer)
        found.setdefault(follow_up.response_id, []).append(seen)
    return found


def _shown(row: FollowUp, person: Person, organisation: Organisation | None, viewer: Viewer) -> AskedBack:
    return AskedBack(
        key=key_of(row.id, _whom_asking(viewer)),
        name=person.name,
        organisation=organisation,
        day=row.asked_at.date(),
        html=row.html,
        answer_html=row.answer_html,
        answered_on=row.answered_at.date() if row.answered_at else None,
        is_mine=person.id == viewer.person_id,
    )


# To one's own responses


@dataclass(frozen=True, slots=True)
class ToMe:
    """A question asked back to the viewer's own response, as they alone have it. ``readers``: who reads it now."""

    asked: AskedBack
    asking: Asking
    source: str
    answer_source: str | None
    readers: Visibility
    version: int
    is_left: bool
    may_answer: bool


def asked_of(db: Session, viewer: Viewer, *conditions: ColumnElement[bool]) -> list[ToMe]:
    """What was asked back to the viewer's own responses, oldest first, wherever these are. One query."""
    rows = (
        _with_askers(Asking, Response.visibility, _may_answer(viewer))
        .where(written_by(viewer), *conditions)
        .options(contains_eager(Asking.cohort), joinedload(Asking.prompt).joinedload(Prompt.topic))
    )
    return [
        ToMe(
            _shown(row, person, organisation, viewer), asking, row.source, row.answer_source,
            narrower(row.audience, visibility), row.version, row.is_left, may_answer,
        )
        for row, person, organisation, asking, visibility, may_answer in db.execute(rows)
    ]  # fmt: skip


def waiting_for(db: Session, viewer: Viewer) -> list[ToMe]:
    """Of these, what the viewer can answer and has neither answered nor left. One query."""
    return asked_of(db, viewer, _IS_OPEN, ~FollowUp.is_left, _may_answer(viewer))


def resonance_of_own(db: Session, viewer: Viewer) -> dict[int, int]:
    """With how many each of the viewer's own responses resonates, by its asking. One query."""
    rows = _responses(Response.asking_id, _felt_by()).where(written_by(viewer))
    return dict[int, int](iter(db.execute(rows)))


def _may_answer(viewer: Viewer) -> ColumnElement[bool]:
    """Who left, or whose response nobody reads, or whose cohort is over, has nobody to answer."""
    seated = present(viewer, access.TAKING_PART, Asking.cohort_id)
    return and_(seated, Cohort.state != CohortState.CLOSED, Response.visibility != Visibility.PRIVATE)


# For verbs only: nothing of what these load is shown to anybody.


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind the key of a voice that a viewer hears."""

    response_id: int
    author_id: int
    organisation_id: int | None
    visibility: Visibility
    attribution: Attribution


def behind(db: Session, viewer: Viewer, asking_id: int, key: str) -> Behind | None:
    """The response of a voice, if the viewer hears it now."""
    columns = (Response.id, Response.person_id, Response.organisation_id, Response.visibility, Response.attribution)
    rows = _responses(*columns).where(Asking.id == asking_id, or_(*access.heard_by(viewer)))
    found = (row for row in db.execute(rows) if key_of(row[0], _whom(viewer)) == key)
    return next((Behind(*row) for row in found), None)


def own_follow_up(db: Session, viewer: Viewer, asking_id: int, key: str) -> FollowUp | None:
    """What the viewer asked back, where they still hear the response."""
    mine = (FollowUp.person_id == viewer.person_id, access.heard_by(viewer).named)
    return _by_key(db, viewer, _follow_ups().where(Asking.id == asking_id, *mine), key)


def follow_up_to(db: Session, viewer: Viewer, asking_id: int, key: str) -> FollowUp | None:
    """What somebody asked back to the viewer's own response."""
    mine = (Response.asking_id == asking_id, written_by(viewer))
    return _by_key(db, viewer, _follow_ups().where(*mine), key)


def open_to_all_readers(response_id: int, visibility: Visibility) -> Select[FollowUp]:
    """What waits for an answer and is read by everybody who may read the response. What fewer read is left out: a limit
    that counted it would tell of it."""
    wide = [circle for circle in CIRCLES if narrower(circle, visibility) is visibility]
    return select(FollowUp).where(FollowUp.response_id == response_id, _IS_OPEN, FollowUp.audience.in_(wide))


def own_open_follow_up(viewer: Viewer, response_id: int) -> Select[FollowUp]:
    """The viewer's own question to a response that waits for an answer."""
    mine = (FollowUp.response_id == response_id, FollowUp.person_id == viewer.person_id)
    return select(FollowUp).where(*mine, _IS_OPEN)


def own_resonance(viewer: Viewer, response_id: int) -> Select[Resonance]:
    """That the viewer said that a response resonates with them."""
    return select(Resonance).where(Resonance.response_id == response_id, Resonance.person_id == viewer.person_id)


def told_of(asking: Asking, voice: Behind) -> Select[Person]:
    """Who hears that a voice was asked back and takes mails on prompts: its author; where only the organisation is
    named, everybody on its seat who is asked, so that going to one of them tells nothing."""
    held = (
        Membership.person_id == Person.id,
        Membership.cohort_id == asking.cohort_id,
        Membership.role.in_(access.TAKING_PART),
        Membership.left_at.is_(None),
    )
    if voice.attribution is Attribution.PERSON:
        of_it = exists().where(*held, Person.id == voice.author_id)
    else:
        of_it = exists().where(*held, Membership.seat_id == Seat.id, Seat.organisation_id == voice.organisation_id)
    in_use = (is_asked_person(asking), Person.disabled_at.is_(None), Person.mail_prompts)
    return select(Person).where(of_it, *in_use).order_by(Person.id)


def asked_back_in(viewer: Viewer, asking_ids: Collection[int]) -> Select[Asking]:
    """Of askings, those in which a question waits of which the viewer is told, by the rule above."""
    of_mine = exists().where(
        Membership.person_id == viewer.person_id,
        Membership.cohort_id == Asking.cohort_id,
        Membership.left_at.is_(None),
        Membership.seat_id == Seat.id,
        Seat.organisation_id == Response.organisation_id,
    )
    own = and_(Response.attribution == Attribution.PERSON, Response.person_id == viewer.person_id)
    told = or_(own, and_(Response.attribution == Attribution.ORGANISATION, of_mine))
    read = (Response.asking_id == Asking.id, Response.visibility != Visibility.PRIVATE)
    waits = exists().where(FollowUp.response_id == Response.id, _IS_OPEN, *read, told)
    going_on = (present(viewer, access.TAKING_PART, Asking.cohort_id), Cohort.state != CohortState.CLOSED)
    return access.asked_to(viewer).where(Asking.id.in_(asking_ids), waits, *going_on)


def _by_key(db: Session, viewer: Viewer, rows: Select[FollowUp], key: str) -> FollowUp | None:
    found = (row for row in db.scalars(rows) if key_of(row.id, _whom_asking(viewer)) == key)
    return next(found, None)


def _responses(*columns: Any) -> Select[Any]:
    """Columns of responses, beside their asking and its cohort."""
    return select(*columns).select_from(Response).join(Response.asking).join(Asking.cohort)


def _follow_ups(*columns: Any) -> Select[Any]:
    """What was asked back, with columns beside it: of the response, its asking and its cohort."""
    rows = select(FollowUp, *columns).select_from(FollowUp)
    return rows.join(FollowUp.response).join(Response.asking).join(Asking.cohort)


def _with_askers(*columns: Any) -> Select[Any]:
    """The same with whoever asked and for whom, oldest first."""
    rows = _follow_ups(Person, Organisation, *columns)
    return rows.join(FollowUp.person).outerjoin(FollowUp.organisation).order_by(FollowUp.id)


def _admitted(viewer: Viewer) -> ColumnElement[bool]:
    """What was asked when only those who lead could read the response stays with them and with whoever asked."""
    mine = FollowUp.person_id == viewer.person_id
    led = present(viewer, LEADING, Asking.cohort_id)
    return or_(FollowUp.audience != Visibility.FACILITATORS, mine, led)


def _felt_by() -> Any:
    return select(func.count()).where(Resonance.response_id == Response.id).correlate(Response).scalar_subquery()


def _is_felt(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(Resonance.response_id == Response.id, Resonance.person_id == viewer.person_id)


def _whom(viewer: Viewer) -> str:
    """As voices have it, whose keys are to fit."""
    return "everybody" if viewer.person_id is None else f"person:{viewer.person_id}"


def _whom_asking(viewer: Viewer) -> str:
    return f"{_whom(viewer)} asking back"
