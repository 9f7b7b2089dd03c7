"""Who reads what was said of a roundtable: each their own, and those who lead it all together, of nobody. Nobody else
reads any of it, and nothing of it is told before nobody can change theirs any more."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, or_, select

from peernet.cohorts.access import LEADING, present
from peernet.cohorts.models import Membership, Seat
from peernet.roundtables.feedback.models import Feedback
from peernet.roundtables.invitees import Key
from peernet.roundtables.models import Roundtable
from peernet.web.viewer import Viewer

_IS_SOMEBODYS: ColumnElement[bool] = or_(Feedback.person_id.is_not(None), Feedback.guest_id.is_not(None))


def own(roundtable_id: int, key: Key) -> Select[Feedback]:
    """What one person or guest said themselves."""
    person_id, guest_id = key
    mine = Feedback.person_id == person_id if guest_id is None else Feedback.guest_id == guest_id
    return select(Feedback).where(Feedback.roundtable_id == roundtable_id, mine)


def together(viewer: Viewer, one: Roundtable) -> Select[Feedback]:
    """What was said of a loaded roundtable, of nobody, for one of those who lead it."""
    leads = present(viewer, LEADING, one.cohort_id)
    return select(Feedback).where(Feedback.roundtable_id == one.id, ~_IS_SOMEBODYS, leads)


def leads(viewer: Viewer, one: Roundtable) -> Select[bool]:
    """Whether the viewer leads the cohort of a loaded roundtable."""
    return select(present(viewer, LEADING, one.cohort_id))


# For the worker only.


def over_with_names(moment: datetime) -> Select[Roundtable]:
    """What had ended by a moment and of which somebody's feedback is there."""
    there = exists().where(Feedback.roundtable_id == Roundtable.id, _IS_SOMEBODYS)
    return select(Roundtable).where(Roundtable.over_at <= moment, there).order_by(Roundtable.id)


def of_somebody(roundtable_id: int) -> Select[Feedback]:
    """What of a roundtable still says whose it is."""
    return select(Feedback).where(Feedback.roundtable_id == roundtable_id, _IS_SOMEBODYS).order_by(Feedback.id)


def organisations(cohort_id: int, person_ids: Collection[int]) -> Select[int, int]:
    """For which organisation each of these people sits in a cohort, or sat."""
    held = (Membership.cohort_id == cohort_id, Membership.person_id.in_(person_ids))
    return select(Membership.person_id, Seat.organisation_id).join(Seat, Seat.id == Membership.seat_id).where(*held)


def all_feedback_in(cohort_id: int) -> Select[Feedback]:
    """What was said of a cohort's roundtables, which it keeps no longer."""
    held = select(Roundtable.id).where(Roundtable.cohort_id == cohort_id)
    return select(Feedback).where(Feedback.roundtable_id.in_(held))
