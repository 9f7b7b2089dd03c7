"""The link of one invitee to one roundtable: it answers the invitation without signing in, and as often as they change
their mind, until the roundtable is over. A guest, who has no account, has nothing but this link.
"""

import re
from datetime import timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.mail import addresses
from peernet.roundtables import access, invitees, told
from peernet.roundtables.invitees import Invitee, Key
from peernet.roundtables.models import Guest, Roundtable
from peernet.tokens import tokens
from peernet.tokens.models import Token

PURPOSE = "rsvp"
# The link at which they say what it was worth.
FEEDBACK = "feedback"
# What is asked of a roundtable is often answered after it.
_ANSWERED_UNTIL = timedelta(days=60)
_SUBJECT = re.compile(r"(?:rsvp|roundtable):(?P<roundtable>\d+):(?:guest:(?P<guest>\d+)|(?P<person>\d+))")


def token_for(db: Session, roundtable: Roundtable, invitee: Invitee) -> Token:
    """The token of the invitee's link, made if there is none. It lasts until the roundtable's present end."""
    subject = subject_of(roundtable.id, invitee.key)
    found = db.scalars(access.link_tokens(PURPOSE, subject)).first()
    if found is None:
        lasts = roundtable.ends_at - clock.now()
        return tokens.make(db, purpose=PURPOSE, subject=subject, lasts=lasts, person_id=invitee.person_id)
    found.expires_at = roundtable.ends_at
    return found


def behind(db: Session, text: str) -> tuple[Roundtable, Invitee] | None:
    """The roundtable and the invitee that a live link is for, while they are invited. Spends nothing."""
    token = tokens.look_up(db, text, purpose=PURPOSE)
    return named_by(db, token.subject) if token else None


def reply_token(db: Session, roundtable: Roundtable, invitee: Invitee) -> Token | None:
    """The token of the address at which the invitee answers by mail: always the same one, since calendars know an
    invitation by its sender. None where no answers are read."""
    subject = also_named(roundtable.id, invitee.key)
    until = roundtable.ends_at + _ANSWERED_UNTIL
    return addresses.token_for(db, subject=subject, until=until, person_id=invitee.person_id)


def named_by(db: Session, subject: str) -> tuple[Roundtable, Invitee] | None:
    """The roundtable and the invitee that the subject of a token names, while they are invited."""
    named = _SUBJECT.fullmatch(subject)
    roundtable = db.scalar(access.behind_link(int(named["roundtable"]))) if named else None
    if named is None or roundtable is None:
        return None
    if named["guest"]:
        found = db.scalar(access.guests_of(roundtable.id).where(Guest.id == int(named["guest"])))
        return None if found is None else (roundtable, invitees.of(found))
    # A link that names a person is also that of a guest who was invited when guests were given accounts.
    invitee = invitees.invited_as(db, roundtable, int(named["person"]))
    return None if invitee is None else (roundtable, invitee)


def public_guest(db: Session, text: str) -> tuple[Roundtable, Guest] | None:
    """The roundtable and the guest who signed up for it that a link is for, also when that is over or their place was
    taken back: as long as something is held on them, they can read and delete it."""
    token, guest = _guest(db, text)
    if token is None or guest is None or guest.signed_up_at is None or token.created_at < guest.signed_up_at:
        return None
    if token.revoked_at is not None and guest.withdrawn_at is None:
        return None
    return db.scalars(access.behind_link(guest.roundtable_id)).one(), guest


def was_withdrawn(db: Session, text: str) -> bool:
    """Whether a link that is over was that of a guest whose invitation was taken back, so that its page can say so."""
    _token, guest = _guest(db, text)
    return guest is not None and guest.withdrawn_at is not None


def revoke(db: Session, roundtable_id: int, key: Key) -> None:
    """Make the links of somebody who is not invited any more worthless; invited again, they are told anew. The address
    at which they answer stays theirs, since calendars take a cancellation from no other."""
    told.forget(db, roundtable_id, key)
    tokens.revoke(db, purpose=PURPOSE, subject=subject_of(roundtable_id, key))
    tokens.revoke(db, purpose=FEEDBACK, subject=also_named(roundtable_id, key))


def end(db: Session, roundtable_id: int, key: Key) -> None:
    """The same for somebody who is deleted, with that address."""
    revoke(db, roundtable_id, key)
    tokens.revoke(db, purpose=addresses.PURPOSE, subject=also_named(roundtable_id, key))


def subject_of(roundtable_id: int, key: Key) -> str:
    """How the token names what it is for."""
    return f"rsvp:{roundtable_id}:{invitees.label_of(key)}"


def also_named(roundtable_id: int, key: Key) -> str:
    """How tokens name it that are not the link of the invitation."""
    return f"roundtable:{roundtable_id}:{invitees.label_of(key)}"


def _guest(db: Session, text: str) -> tuple[Token | None, Guest | None]:
    """A token that was once given out, and the guest of its roundtable whom it names."""
    token = tokens.genuine(db, text, purpose=PURPOSE)
    named = _SUBJECT.fullmatch(token.subject) if token else None
    guest = db.get(Guest, int(named["guest"])) if named and named["guest"] else None
    is_here = named is not None and guest is not None and guest.roundtable_id == int(named["roundtable"])
    return token, guest if is_here else None
