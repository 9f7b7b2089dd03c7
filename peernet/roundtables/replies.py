"""What comes back by mail to what was sent about a roundtable: a calendar's answer, or words.

Words become the sender's own draft of what is asked there, in the prompts' room. A calendar's answer is set as if it
had been given on the page.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.access import myself
from peernet.accounts.models import Person
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.i18n import use_language
from peernet.mail import answering
from peernet.mail.letters import Letter, Nature
from peernet.mail.models import Outcome
from peernet.prompts import access as prompts
from peernet.prompts import replies as answers
from peernet.prompts.models import Asking
from peernet.roundtables import access, attendance, calendar, emails, itip, links
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.itip import Reply
from peernet.roundtables.models import Answer, Attendance, Roundtable, When
from peernet.settings import current
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer

_ANSWERS = {"ACCEPTED": Answer.ACCEPTED, "TENTATIVE": Answer.TENTATIVE, "DECLINED": Answer.DECLINED}


def receive(db: Session, token: Token, letter: Letter) -> Outcome:
    """Take a mail to the address that an invitee has for one roundtable. Only their own address is believed."""
    found = links.named_by(db, token.subject)
    if found is None or not letter.is_from(found[1].address):
        return Outcome.STRANGER
    roundtable, invitee = found
    with use_language(invitee.language or current().network.language):
        if letter.calendar:
            return _answer(db, roundtable, invitee, letter)
        if letter.nature is not Nature.PERSONAL:
            return Outcome.AUTOMATIC
        return _keep(db, roundtable, invitee, letter)


def _answer(db: Session, roundtable: Roundtable, invitee: Invitee, letter: Letter) -> Outcome:
    """Set what the calendar says. What cannot be is answered by how it stands, which puts the calendar right."""
    reply = itip.read(letter.calendar, invitee.address)
    if reply is None or reply.uid != roundtable.uid:
        return Outcome.OTHER
    given = db.scalar(access.answer_of(roundtable.id, *invitee.key))
    try:
        _set(db, roundtable, invitee, reply, given)
    except Refused as refusal:
        _say(db, roundtable, invitee, letter, given, refusal.message)
        return Outcome.RETURNED
    return Outcome.TAKEN


def _set(db: Session, roundtable: Roundtable, invitee: Invitee, reply: Reply, given: Attendance | None) -> None:
    """Raises Refused, with the reason for a person, for all that is no answer to how things stand."""
    answer = _ANSWERS.get(reply.participation)
    if reply.is_proposal:
        raise Refused(_("Another time cannot be proposed through a calendar. Please write to those who invite you."))
    if answer is None:
        raise Refused(_("Your calendar sent an answer that says neither yes, nor maybe, nor no."))
    said = calendar.participation(given.answer) if given else ""
    # Who answers in writing or sends a deputy has declined, as far as a calendar knows.
    if said == reply.participation:
        return
    if reply.sequence < roundtable.moved_sequence:
        raise Refused(_("Your calendar answered for another time: the roundtable has moved since."))
    stamp = min(reply.stamp or clock.now(), clock.now())
    if given is not None and stamp < given.answered_at.replace(microsecond=0):
        raise Refused(_("Your calendar’s answer is older than what you answered since, so that still stands."))
    _rsvp(db, roundtable, invitee, answer, stamp)


def _rsvp(db: Session, roundtable: Roundtable, invitee: Invitee, answer: Answer, stamp: datetime) -> None:
    with db.begin_nested():
        given = attendance.rsvp(db, roundtable, invitee, answer)
    # When it was said, not when the mail arrived: one that was said later may have been quicker (RFC 5546, 2.1.5).
    given.answered_at = stamp
    db.flush()


def _say(
    db: Session, roundtable: Roundtable, invitee: Invitee, letter: Letter, given: Attendance | None, reason: str
) -> None:
    if not answering.is_enough(db, invitee.address):
        emails.standing(
            db,
            roundtable,
            invitee,
            answer=given.answer if given else None,
            token=links.token_for(db, roundtable, invitee),
            reason=reason,
            letter=letter,
        )


def _keep(db: Session, roundtable: Roundtable, invitee: Invitee, letter: Letter) -> Outcome:
    viewer = Viewer(person_id=invitee.person_id)
    person, asking = db.scalar(myself(viewer)), _asked(db, roundtable, viewer)
    if isinstance(person, Person) and asking is not None:
        return answers.keep(db, asking, person, letter)
    answering.give_back(
        db,
        to=emails.recipient_of(invitee),
        letter=letter,
        about=roundtable.title,
        reason=_("Words by mail become a draft of what is asked, and nothing is asked of you here at the moment."),
        url=current().public_url if invitee.is_guest else emails.page_of(roundtable),
    )
    return Outcome.RETURNED


def _asked(db: Session, roundtable: Roundtable, viewer: Viewer) -> Asking | None:
    """What is asked of the viewer here and open: the only one, else the first of those asked before it, else the
    first."""
    chosen = list(db.scalars(access.prompts_of(viewer, [roundtable.id])))
    ids = [row.asking_id for row in chosen]
    mine = {asking.id: asking for asking in db.scalars(prompts.open_to(viewer).where(Asking.id.in_(ids)))}
    first = sorted((row for row in chosen if row.asking_id in mine), key=lambda row: row.when is not When.BEFORE)
    return mine[first[0].asking_id] if first else None
