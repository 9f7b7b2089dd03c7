"""Answers to an invitation. The database counts places: the UPDATE that takes one is guarded by the capacity."""

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.i18n import ngettext
from peernet.ledger import ledger
from peernet.roundtables import access, emails, invitees, links
from peernet.roundtables.invitees import Invitee, Key, Whoever
from peernet.roundtables.models import Answer, Attendance, Roundtable

# What an answer depends on; read anew under the lock. A refresh needs the version, as every load does.
_STATE = ("version", "accepted", "capacity", "cancelled_at", "starts_at", "ends_at", "sequence")


def rsvp(db: Session, roundtable: Roundtable, whoever: Whoever, answer: Answer) -> Attendance:
    """Give or change an invitee's answer. The same answer again changes nothing. Raises Refused for a full table, and
    where the roundtable is cancelled or over. ``roundtable`` comes with its cohort."""
    invitee = invitees.of(whoever)
    hold(db, roundtable)
    _refuse_late(roundtable)
    given = db.scalar(access.answer_of(roundtable.id, *invitee.key))
    if given is not None and given.answer is answer:
        return given
    _count(db, roundtable, given.answer if given else None, answer)
    if given is None:
        given = Attendance(roundtable_id=roundtable.id, person_id=invitee.person_id, guest_id=invitee.guest_id)
        db.add(given)
    given.answer, given.answered_at = answer, clock.now()
    db.flush()
    _record(db, roundtable, invitee.key, answer.value)
    if answer is Answer.ACCEPTED:
        _tell(db, roundtable, invitee)
    return given


def forget(db: Session, roundtable: Roundtable, given: Attendance) -> None:
    """Take an answer back for somebody who is not invited any more; their place is free, their link is over."""
    hold(db, roundtable)
    _count(db, roundtable, given.answer, None)
    db.delete(given)
    db.flush()
    links.revoke(db, roundtable.id, invitees.key_of(given))
    _record(db, roundtable, invitees.key_of(given), "none")


def hold(db: Session, roundtable: Roundtable) -> None:
    """Let nobody else answer until this transaction ends, and read what was answered until now."""
    db.refresh(roundtable, _STATE, with_for_update=True)


def full_words(capacity: int) -> str:
    """That no place is left, and what can still be done."""
    return ngettext(
        "The table is full: its one place is taken. You can still answer in writing.",
        "The table is full: all %(num)s places are taken. You can still answer in writing.",
        capacity,
    )


def _refuse_late(roundtable: Roundtable) -> None:
    if roundtable.cancelled_at is not None:
        raise Refused(_("This roundtable was cancelled, so there is nothing to answer."))
    if roundtable.ends_at <= clock.now():
        raise Refused(_("This roundtable is over."))


def _count(db: Session, roundtable: Roundtable, before: Answer | None, after: Answer | None) -> None:
    """Take or free a place. Raises Refused at ``answer`` where none is left."""
    if after is Answer.ACCEPTED:
        has_place = or_(Roundtable.capacity.is_(None), Roundtable.accepted < Roundtable.capacity)
        if not _add(db, roundtable, 1, has_place):
            raise Refused(full_words(roundtable.capacity or 0), field="answer")
    elif before is Answer.ACCEPTED:
        _add(db, roundtable, -1, Roundtable.accepted > 0)


def _add(db: Session, roundtable: Roundtable, many: int, condition: object) -> bool:
    counted = update(Roundtable).where(Roundtable.id == roundtable.id, condition)  # type: ignore[arg-type]
    done = db.execute(
        counted.values(accepted=Roundtable.accepted + many), execution_options={"synchronize_session": False}
    )
    db.refresh(roundtable, ("version", "accepted"))
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _tell(db: Session, roundtable: Roundtable, invitee: Invitee) -> None:
    """Who accepted gets the way in; who leads hears when the last place is taken."""
    emails.confirmed(db, roundtable, invitee, token=links.token_for(db, roundtable, invitee))
    if roundtable.accepted == roundtable.capacity:
        for leader in db.scalars(access.leaders_of(roundtable.cohort_id)).all():
            if leader.mail_roundtables and leader.mail_bounced_at is None:
                emails.full(db, roundtable, invitees.of(leader))


def _record(db: Session, roundtable: Roundtable, key: Key, answer: str) -> None:
    person_id, guest_id = key
    ledger.record(
        db,
        "roundtable.answered",
        subject=f"roundtable:{roundtable.id}",
        scope=f"cohort:{roundtable.cohort_id}",
        actor_id=person_id,
        data={"answer": answer} if guest_id is None else {"answer": answer, "guest_id": guest_id},
    )
