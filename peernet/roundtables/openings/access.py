"""What everybody can sign up for, and who did. The public reads of an opening only while it is in force."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import contains_eager

from peernet import clock
from peernet.cohorts.models import Cohort, CohortState
from peernet.prompts.addressed_access import put_to
from peernet.prompts.models import Asking
from peernet.roundtables.models import Answer, Attendance, Guest, Opening, Roundtable, RoundtablePrompt
from peernet.roundtables.openings.models import SignUp
from peernet.web.viewer import NOBODY


def shown() -> Select[Opening]:
    """Openings that have a public page, each with its roundtable and cohort, also when signing up is over."""
    return known().where(Opening.is_open, Roundtable.is_public)


def to_come() -> Select[Opening]:
    """Those of what is not over or cancelled."""
    return shown().where(Roundtable.over_at > clock.now(), Roundtable.cancelled_at.is_(None))


def known() -> Select[Opening]:
    """Every opening of a cohort that the public knows, also of what is not public any more: its page says only that."""
    return (
        select(Opening)
        .join(Opening.roundtable)
        .join(Roundtable.cohort)
        .where(Cohort.state != CohortState.DRAFT)
        .options(contains_eager(Opening.roundtable).contains_eager(Roundtable.cohort))
    )


def of(roundtable_id: int) -> Select[Opening]:
    """The opening of a loaded roundtable."""
    return select(Opening).where(Opening.roundtable_id == roundtable_id)


def slug_of(roundtable_id: int) -> Select[str]:
    """The address at which everybody can sign up for a roundtable that is shown to the public."""
    return select(Opening.slug).where(Opening.roundtable_id == roundtable_id, Opening.is_open)


def asked_at(roundtable_id: int) -> Select[RoundtablePrompt]:
    """What is asked of everybody at a loaded roundtable, what is not asked yet as well, with the asking: where its
    organiser chose to say so beforehand."""
    return (
        select(RoundtablePrompt)
        .join(RoundtablePrompt.asking)
        .where(RoundtablePrompt.roundtable_id == roundtable_id, Asking.withdrawn_at.is_(None), put_to(NOBODY))
        .options(contains_eager(RoundtablePrompt.asking))
        .order_by(RoundtablePrompt.position, RoundtablePrompt.id)
    )


def coming_by_it(roundtable_id: int) -> Select[Guest]:
    """Who signed up and has a place, in the order of signing up."""
    accepted = (Attendance.guest_id == Guest.id, Attendance.answer == Answer.ACCEPTED)
    here = (Guest.roundtable_id == roundtable_id, Guest.signed_up_at.is_not(None), Guest.withdrawn_at.is_(None))
    return select(Guest).join(Attendance, accepted[0]).where(accepted[1], *here).order_by(Guest.signed_up_at, Guest.id)


# For verbs and the worker only.


def pending(roundtable_id: int) -> Select[int]:
    """How many have signed up and not confirmed it yet."""
    return select(func.count(SignUp.id)).where(SignUp.roundtable_id == roundtable_id, SignUp.confirmed_at.is_(None))


def sign_up_of(roundtable_id: int, key: str) -> Select[SignUp]:
    """What an address signed up with."""
    return select(SignUp).where(SignUp.roundtable_id == roundtable_id, SignUp.email_key == key)


def sign_up(number: int) -> Select[SignUp]:
    """One that a genuine link names, with its roundtable and cohort."""
    return (
        select(SignUp)
        .join(SignUp.opening)
        .join(Opening.roundtable)
        .join(Roundtable.cohort)
        .where(SignUp.id == number)
        .options(contains_eager(SignUp.opening).contains_eager(Opening.roundtable).contains_eager(Roundtable.cohort))
    )


def signed_up_for_before(moment: datetime) -> Select[Roundtable]:
    """What ended before a moment and somebody signed up for."""
    somebody = exists().where(Guest.roundtable_id == Roundtable.id, Guest.signed_up_at.is_not(None))
    return select(Roundtable).where(Roundtable.ends_at < moment, somebody).order_by(Roundtable.id)


def who_signed_up(roundtable_ids: Collection[int]) -> Select[Guest]:
    """Who signed up for some roundtables."""
    here = (Guest.roundtable_id.in_(roundtable_ids), Guest.signed_up_at.is_not(None))
    return select(Guest).where(*here).order_by(Guest.id)


def mailed_before(moment: datetime) -> Select[SignUp]:
    """Those whose last mail is older."""
    return select(SignUp).where(SignUp.mailed_at < moment).order_by(SignUp.id)
