"""The link of one person to the quotations that they speak for. It says whom it is for and opens nothing by itself: a
code mailed to the same address does, for half an hour. So a mail that is passed on gives nothing away."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.access import myself
from peernet.accounts.models import Person
from peernet.mail.models import Mail
from peernet.materials.quotations import emails
from peernet.tokens import tokens
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer

LINK, CODE, PROOF = "quotations", "quotations-code", "quotations-proof"
# The way back stays open behind the link for some time.
_AFTER = timedelta(days=60)
_CODE_LASTS, _PROOF_LASTS = timedelta(minutes=15), timedelta(minutes=30)


def renew(db: Session, person_id: int, until: datetime) -> Token:
    """The token of a person's link, good until some time after ``until``; made if there is none."""
    subject, ends = _subject(person_id), until + _AFTER
    chosen = select(Token).where(Token.purpose == LINK, Token.subject == subject, Token.revoked_at.is_(None))
    found = db.scalars(chosen.where(Token.expires_at > clock.now()).order_by(Token.id.desc())).first()
    if found is None:
        return tokens.make(db, purpose=LINK, subject=subject, lasts=ends - clock.now(), person_id=person_id)
    found.expires_at = max(found.expires_at, ends)
    return found


def behind(db: Session, text: str) -> Person | None:
    """Whom a live link is for. Spends nothing."""
    token = tokens.look_up(db, text, purpose=LINK)
    return db.scalar(myself(Viewer(person_id=token.person_id))) if token else None


def mail_code(db: Session, person: Person) -> None:
    """Mail the person a code; those before it are worth nothing any more."""
    tokens.revoke(db, purpose=CODE, subject=_subject(person.id))
    token = tokens.make(db, purpose=CODE, subject=_subject(person.id), lasts=_CODE_LASTS, person_id=person.id)
    emails.code(db, person, token=token, minutes=int(_CODE_LASTS.total_seconds()) // 60)


def prove(db: Session, person: Person, typed: str) -> str | None:
    """Take a code, once, and give what opens the person's quotations for half an hour; None for a wrong one."""
    token = tokens.look_up_code(db, typed, purpose=CODE, subject=_subject(person.id))
    if token is None or not tokens.spend(db, token):
        return None
    return tokens.text_of(
        tokens.make(db, purpose=PROOF, subject=_subject(person.id), lasts=_PROOF_LASTS, person_id=person.id)
    )


def is_proved(db: Session, person: Person, proof: str) -> bool:
    """Whether this is such proof for this person."""
    token = tokens.look_up(db, proof, purpose=PROOF)
    return token is not None and token.person_id == person.id


def had_mail_since(db: Session, person_id: int, moment: datetime) -> bool:
    """Whether the person was mailed of what waits for their word."""
    mailed = select(Mail.id).where(Mail.person_id == person_id, Mail.kind == emails.ASKED, Mail.created_at > moment)
    return db.scalar(mailed.limit(1)) is not None


def _subject(person_id: int) -> str:
    return f"person:{person_id}"
