"""Who comes for an organisation. "My deputy comes" asks the deputy of the seat, for whom the place is held; where each
organisation has one place, a colleague can take it over or stand in, and who cannot come leaves it to the deputy.
Everybody whom it concerns is told.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.roundtables import access, access_places, emails, invitees, links, places, waiting
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Answer, Attendance, Roundtable


def limit(db: Session, roundtable: Roundtable, invitee: Invitee) -> int | None:
    """The seat whose one place somebody would take; None where places are not counted by organisation."""
    return _seat(db, roundtable, invitee) if roundtable.one_each else None


def sitting(db: Session, roundtable: Roundtable, seat_id: int | None) -> Attendance | None:
    """Who takes the one place of an organisation, if somebody does."""
    return db.scalar(access_places.sitting(roundtable.id, seat_id)) if seat_id else None


def named(db: Session, roundtable: Roundtable, invitee: Invitee) -> Person | None:
    """The deputy of somebody's seat who can be asked to come: not oneself, and not one who said that they cannot."""
    return db.scalar(access_places.deputy_to_ask(roundtable, invitee.person_id)) if invitee.person_id else None


def seat_words(db: Session, taken: Attendance) -> str:
    """Who has the one place of an organisation, and what a colleague can do."""
    organisation = db.scalar(access_places.organisation_of(taken.seat_id or 0))
    return _(
        "%(name)s has the place of %(organisation)s at this table. You can take over from them, or stand in.",
        name=invitees.of(taken).name,
        organisation=organisation,
    )


def ask(db: Session, roundtable: Roundtable, deputy: Person, *, instead_of: Invitee, has_place: bool) -> None:
    """Hold a place for a deputy and ask them; ``has_place``: the place of ``instead_of``, who gave it up. Who comes
    anyway is not asked. Raises Refused where no place is left, or a third colleague has it."""
    theirs = db.scalar(access.answer_of(roundtable.id, deputy.id, None))
    if places.has_one(theirs):
        if has_place:
            places.give_back(db, roundtable)
            waiting.pass_on(db, roundtable)
        return
    invitee = invitees.of(deputy)
    seat_id = limit(db, roundtable, invitee)
    if not has_place:
        _take(db, roundtable, seat_id)
    if theirs is None:
        theirs = Attendance(roundtable_id=roundtable.id, person_id=deputy.id)
        db.add(theirs)
    theirs.answer, theirs.answered_at = Answer.WAITING, clock.now()
    theirs.held_until, theirs.seat_id = waiting.deadline(roundtable), seat_id
    db.flush()
    token = links.token_for(db, roundtable, invitee)
    emails.deputy_asked(db, roundtable, invitee, token=token, until=theirs.held_until, name=instead_of.name)


def hand_on(db: Session, roundtable: Roundtable, invitee: Invitee, *, seat_id: int | None, to_deputy: bool) -> None:
    """Let the place that somebody had go to whom it is due: the deputy of an organisation that has one place, else the
    next in line."""
    is_passed_on = to_deputy and roundtable.cancelled_at is None and not places.has_begun(roundtable)
    due = access_places.deputy_to_ask(roundtable, invitee.person_id, seat_id)
    deputy = db.scalar(due) if is_passed_on and seat_id is not None else None
    if deputy is not None:
        ask(db, roundtable, deputy, instead_of=invitee, has_place=True)
    else:
        places.give_back(db, roundtable)
        waiting.pass_on(db, roundtable, seat_id=seat_id)


def make_way(db: Session, roundtable: Roundtable, taken: Attendance, *, to: Invitee) -> None:
    """Let a colleague have somebody's place. Who had accepted sends them in their stead; for whom it was only held has
    not answered. They are told."""
    invitee, had_accepted = invitees.of(taken), taken.answer is Answer.ACCEPTED
    if had_accepted:
        taken.answer, taken.answered_at, taken.seat_id = Answer.DEPUTY, clock.now(), None
    else:
        db.delete(taken)
    db.flush()
    if invitee.has_mail:
        token = links.token_for(db, roundtable, invitee)
        answer = Answer.DEPUTY if had_accepted else None
        emails.taken_over(db, roundtable, invitee, token=token, answer=answer, name=to.name)


def asked_by(db: Session, roundtable: Roundtable, invitee: Invitee, sent_at: datetime) -> Attendance | None:
    """The answer of the deputy whom somebody asked then, while the place is held and not confirmed. What was held for
    the deputy before is their own."""
    seat_id = _seat(db, roundtable, invitee)
    deputy = db.scalar(access_places.deputy_of(seat_id, invitee.person_id)) if seat_id else None
    theirs = db.scalar(access_places.answer_of(roundtable.id, deputy.id)) if deputy else None
    is_asked = theirs is not None and theirs.held_until is not None and theirs.answered_at >= sent_at
    return theirs if is_asked else None


def tell_senders(db: Session, roundtable: Roundtable, invitee: Invitee, *, comes: bool) -> None:
    """Tell those of the seat who said that their deputy comes what the deputy says."""
    seat_id = _seat(db, roundtable, invitee)
    if seat_id is None or not _stands_in(db, roundtable, seat_id, invitee):
        return
    for given in db.scalars(access_places.senders_of(roundtable.id, seat_id)).all():
        sender = invitees.of(given)
        if sender.has_mail and sender.key != invitee.key:
            token = links.token_for(db, roundtable, sender)
            emails.deputy_answered(db, roundtable, sender, token=token, name=invitee.name, comes=comes)


def count_by_organisation(db: Session, roundtable: Roundtable) -> None:
    """Bring the places in line with ``one_each`` after it was changed. Raises Refused at ``one_each`` where two people
    of one organisation have a place."""
    taken: dict[int, Attendance] = {}
    for given, seat_id in db.execute(access_places.seats_at(roundtable)).all():
        if roundtable.one_each and seat_id in taken:
            raise Refused(_more_than_one(db, taken[seat_id], given, seat_id), field="one_each")
        given.seat_id = seat_id if roundtable.one_each else None
        if seat_id is not None:
            taken[seat_id] = given
    db.flush()


def _more_than_one(db: Session, one: Attendance, other: Attendance, seat_id: int) -> str:
    return _(
        "%(one)s and %(other)s of %(organisation)s both have a place. One of them has to give it up first.",
        one=invitees.of(one).name,
        other=invitees.of(other).name,
        organisation=db.scalar(access_places.organisation_of(seat_id)),
    )


def _take(db: Session, roundtable: Roundtable, seat_id: int | None) -> None:
    taken = sitting(db, roundtable, seat_id)
    if taken is not None:
        raise Refused(seat_words(db, taken), field="answer")
    if not places.take(db, roundtable):
        raise Refused(places.full_words(roundtable.capacity or 0), field="answer")


def _stands_in(db: Session, roundtable: Roundtable, seat_id: int, invitee: Invitee) -> bool:
    if roundtable.one_each:
        return True
    deputy = db.scalar(access_places.deputy_of(seat_id, 0))
    return deputy is not None and deputy.id == invitee.person_id


def _seat(db: Session, roundtable: Roundtable, invitee: Invitee) -> int | None:
    return db.scalar(access_places.seat_of(roundtable, invitee.person_id)) if invitee.person_id else None
