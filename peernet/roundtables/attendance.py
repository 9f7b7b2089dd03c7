"""Answers to an invitation, and what follows from each for places: see ``places``, ``waiting`` and ``deputies``."""

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables import access, access_places, deputies, emails, invitees, links, places, quorum, waiting
from peernet.roundtables.invitees import Invitee, Key, Whoever
from peernet.roundtables.models import Answer, Attendance, Roundtable


def rsvp(
    db: Session, roundtable: Roundtable, whoever: Whoever, answer: Answer, *, take_over: bool = False
) -> Attendance:
    """Give or change an invitee's answer, and return it as it stands: who asks to wait while a place is free has
    accepted. The same answer again changes nothing. ``take_over``: have the place of a colleague, where each
    organisation has one. ``roundtable`` comes with its cohort. Raises Refused at ``answer`` for a place that is taken
    and a deputy who cannot be asked, and where the roundtable is cancelled or over."""
    invitee = invitees.of(whoever)
    places.hold(db, roundtable)
    _refuse_late(roundtable)
    given = db.scalar(access.answer_of(roundtable.id, *invitee.key))
    if given is not None and given.answer is answer:
        return given
    with quorum.watched(db, roundtable):
        if answer in (Answer.ACCEPTED, Answer.WAITING):
            return _come(db, roundtable, invitee, given, answer, take_over)
        return _stay_away(db, roundtable, invitee, given, answer)


def forget(db: Session, roundtable: Roundtable, given: Attendance) -> None:
    """Take an answer back for somebody who is not invited any more; their place is free, their link is over."""
    places.hold(db, roundtable)
    key = invitees.key_of(given)
    found = db.scalars(access_places.answer(given.id)).one_or_none()
    if found is not None:
        with quorum.watched(db, roundtable):
            _take_back(db, roundtable, found)
    links.revoke(db, roundtable.id, key)


def pass_on_due(db: Session) -> int:
    """Let places go that were held and not confirmed in time, and hold what is free for the next in line; how many. By
    the clock."""
    done = 0
    for roundtable_id, attendance_id in db.execute(access_places.overdue()).all():
        roundtable = db.scalars(access.all_roundtables().where(Roundtable.id == roundtable_id)).one()
        places.hold(db, roundtable)
        # Confirmed, given up or renewed meanwhile? The row is read anew under the lock.
        found = access_places.waiting_at(roundtable_id).where(Attendance.id == attendance_id)
        given = db.scalars(found.where(Attendance.held_until <= clock.now())).one_or_none()
        if given is not None:
            _lapse(db, roundtable, given)
            done += 1
    for roundtable in db.scalars(access_places.with_free_places()).all():
        places.hold(db, roundtable)
        done += waiting.pass_on(db, roundtable)
    return done


def _come(
    db: Session, roundtable: Roundtable, invitee: Invitee, given: Attendance | None, answer: Answer, take_over: bool
) -> Attendance:
    if given is not None and places.has_one(given):
        if answer is Answer.WAITING:
            return given
        got, seat_id = Answer.ACCEPTED, given.seat_id
    else:
        got, seat_id = _seek(db, roundtable, invitee, given, answer, take_over)
    if given is not None and given.answer is got:
        return given
    given = _put(db, roundtable, invitee, given, got, seat_id)
    if got is Answer.WAITING:
        waiting.join(db, roundtable, given, invitee)
    else:
        _welcome(db, roundtable, invitee)
        if not take_over:
            deputies.tell_senders(db, roundtable, invitee, comes=True)
    return given


def _seek(
    db: Session, roundtable: Roundtable, invitee: Invitee, given: Attendance | None, answer: Answer, take_over: bool
) -> tuple[Answer, int | None]:
    """Take a place or the end of the line; the answer that this comes to, and the seat whose one place it is."""
    seat_id = deputies.limit(db, roundtable, invitee)
    taken = deputies.sitting(db, roundtable, seat_id)
    if given is not None and given.answer is Answer.DEPUTY and answer is Answer.ACCEPTED:
        # Who comes after all takes back what was held for the deputy and is not confirmed.
        asked = deputies.asked_by(db, roundtable, invitee, given.answered_at)
        taken, take_over = (asked, True) if asked is not None else (taken, take_over)
    if taken is not None and take_over:
        deputies.make_way(db, roundtable, taken, to=invitee)
        return Answer.ACCEPTED, seat_id
    if taken is None and places.take(db, roundtable, is_public=invitee.is_public):
        return Answer.ACCEPTED, seat_id
    if answer is Answer.WAITING and not places.has_begun(roundtable):
        return Answer.WAITING, None
    if taken is not None:
        raise Refused(deputies.seat_words(db, taken), field="answer")
    has_begun = places.has_begun(roundtable)
    if not places.is_full(roundtable):
        raise Refused(places.public_words(has_begun=has_begun), field="answer")
    raise Refused(places.full_words(roundtable.capacity or 0, has_begun=has_begun), field="answer")


def _stay_away(
    db: Session, roundtable: Roundtable, invitee: Invitee, given: Attendance | None, answer: Answer
) -> Attendance:
    deputy = _deputy(db, roundtable, invitee) if answer is Answer.DEPUTY else None
    had_place, seat_id = places.has_one(given), given.seat_id if given else None
    given = _put(db, roundtable, invitee, given, answer, None)
    if answer in (Answer.DECLINED, Answer.DEPUTY):
        emails.recall_reminders(db, roundtable, invitee)
    if invitee.is_public and answer is Answer.DECLINED and invitee.has_mail:
        emails.given_back(db, roundtable, invitee, token=links.token_for(db, roundtable, invitee))
    if deputy is not None:
        deputies.ask(db, roundtable, deputy, instead_of=invitee, has_place=had_place)
    elif had_place:
        to_deputy = answer is not Answer.TENTATIVE
        deputies.hand_on(db, roundtable, invitee, seat_id=seat_id, to_deputy=to_deputy)
    if had_place and deputy is None:
        deputies.tell_senders(db, roundtable, invitee, comes=False)
    return given


def _deputy(db: Session, roundtable: Roundtable, invitee: Invitee) -> Person:
    if places.has_begun(roundtable):
        raise Refused(_("It has begun. Please tell your deputy yourself."), field="answer")
    deputy = deputies.named(db, roundtable, invitee)
    if deputy is None:
        raise Refused(_("Your seat has no deputy who could be asked. Please speak with each other."), field="answer")
    return deputy


def _put(
    db: Session, roundtable: Roundtable, invitee: Invitee, given: Attendance | None, answer: Answer, seat_id: int | None
) -> Attendance:
    if given is None:
        given = Attendance(roundtable_id=roundtable.id, person_id=invitee.person_id, guest_id=invitee.guest_id)
        db.add(given)
    if invitee.is_public and Answer.DECLINED in (given.answer, answer):
        # Their calendar takes it out, or in again: each has to be newer than what it knows (RFC 5546, section 2.1.4).
        places.renumber(db, roundtable)
    given.answer, given.answered_at = answer, clock.now()
    given.held_until, given.seat_id = None, seat_id
    db.flush()
    _record(db, roundtable, invitee.key, answer.value)
    return given


def _take_back(db: Session, roundtable: Roundtable, given: Attendance) -> Invitee:
    """Make an answer as if it had not been given, and let its place go to whom it is due."""
    invitee = invitees.of(given)
    had_place, seat_id = places.has_one(given), given.seat_id
    db.delete(given)
    db.flush()
    _record(db, roundtable, invitee.key, "none")
    if had_place:
        deputies.hand_on(db, roundtable, invitee, seat_id=seat_id, to_deputy=True)
        deputies.tell_senders(db, roundtable, invitee, comes=False)
    return invitee


def _lapse(db: Session, roundtable: Roundtable, given: Attendance) -> None:
    """Who did not confirm in time has not answered, is told so, and may ask again."""
    invitee = _take_back(db, roundtable, given)
    if not places.has_begun(roundtable) and invitee.has_mail:
        emails.passed_on(db, roundtable, invitee, token=links.token_for(db, roundtable, invitee))


def _welcome(db: Session, roundtable: Roundtable, invitee: Invitee) -> None:
    """Who accepted gets the way in; who leads hears when the last place is taken."""
    emails.confirmed(db, roundtable, invitee, token=links.token_for(db, roundtable, invitee))
    if roundtable.accepted == roundtable.capacity:
        for leader in db.scalars(access.leaders_of(roundtable.cohort_id)).all():
            if leader.mail_roundtables and leader.mail_bounced_at is None:
                emails.full(db, roundtable, invitees.of(leader))


def _refuse_late(roundtable: Roundtable) -> None:
    if roundtable.cancelled_at is not None:
        raise Refused(_("This roundtable was cancelled, so there is nothing to answer."))
    if roundtable.over_at <= clock.now():
        raise Refused(_("This roundtable is over."))


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
