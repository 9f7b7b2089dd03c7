"""Make, read, spend and revoke tokens.

A token reads ``<id>-<HMAC>``: the HMAC-SHA256 (RFC 2104) of the row under the secret key. Nothing that rests on disk
can be turned into one without that key, and a mail gets its token at delivery (:func:`fill_in`).

Inside a mail address, where programs change the case of letters and 64 of them is the most (RFC 5321, section
4.5.3.1.1), the HMAC is another one of 128 bits, in small letters and digits. A code that somebody types is eight digits
of a third one (RFC 4226, section 5.3); whoever takes it bounds how often it is tried. No form opens what another does.
"""

import hashlib
import hmac
import re
import secrets
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.settings import current
from peernet.tokens.models import Token

# The nonce cannot be guessed, so nobody can write the place of another person's token into a text that is mailed.
# Until then the page behind a link that is over can still say why.
_KEPT = timedelta(days=90)

_PLACE = re.compile(r"\{\{(token|address|code):(\d{1,18}):([\w-]{1,80})\}\}")
_IN_ADDRESS = re.compile(r"([0-9]{1,18})-([a-z2-7]{26})")


def make(db: Session, *, purpose: str, subject: str, lasts: timedelta, person_id: int | None = None) -> Token:
    """A new token's row. Its text comes from :func:`text_of`, and into a mail through :func:`placeholder`."""
    moment = clock.now()
    token = Token(
        purpose=purpose,
        subject=subject,
        person_id=person_id,
        nonce=secrets.token_urlsafe(16),
        created_at=moment,
        expires_at=moment + lasts,
        used_at=None,
        revoked_at=None,
    )
    db.add(token)
    db.flush()
    return token


def text_of(token: Token) -> str:
    """The token itself, to be shown to its holder only."""
    return f"{token.id}-{_signature(token)}"


def placeholder(token: Token) -> str:
    """What stands in a mail's row where delivery puts the token."""
    return f"{{{{token:{token.id}:{token.nonce}}}}}"


def address_of(token: Token) -> str:
    """The token as it stands in a mail address."""
    return f"{token.id}-{_signature_in_address(token)}"


def address_placeholder(token: Token) -> str:
    """What stands in a mail's row where delivery puts the token as a part of an address."""
    return f"{{{{address:{token.id}:{token.nonce}}}}}"


def code_placeholder(token: Token) -> str:
    """What stands in a mail's row where delivery puts the token as digits to type."""
    return f"{{{{code:{token.id}:{token.nonce}}}}}"


def code_of(token: Token) -> str:
    """The token as eight digits."""
    digest = _digest(token, "peernet.code")
    offset = digest[-1] & 0xF
    return f"{(int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF) % 10**8:08d}"


def look_up_code(db: Session, text: str, *, purpose: str, subject: str) -> Token | None:
    """The row of the live token on a subject that these digits are of. Spends nothing."""
    typed = "".join(letter for letter in text if letter in "0123456789")
    chosen = select(Token).where(Token.purpose == purpose, Token.subject == subject).order_by(Token.id)
    live = [token for token in db.scalars(chosen) if _is_live(token)]
    return next((token for token in live if hmac.compare_digest(typed, code_of(token))), None)


def fill_in(db: Session, text: str) -> str:
    """Replace every placeholder by its token. One that was revoked or has expired meanwhile becomes empty; in an
    address it stays, since a calendar knows an invitation by its sender, and the address is dead all the same."""
    ids = {int(number) for _form, number, _nonce in _PLACE.findall(text)}
    if not ids:
        return text
    rows = {row.id: row for row in db.scalars(select(Token).where(Token.id.in_(ids)))}
    return _PLACE.sub(lambda found: _filled(rows.get(int(found[2])), found[1], found[3]), text)


def genuine(db: Session, text: str, *, purpose: str) -> Token | None:
    """The row of a token that was once given out for this purpose, live or not: a page can say why it is over."""
    number, _dash, signature = text.partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    token = db.get(Token, int(number))
    if token is None or token.purpose != purpose:
        return None
    return token if hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(token).encode()) else None


def look_up_address(db: Session, text: str, *, purpose: str) -> Token | None:
    """The row of a live token that came back as a part of an address, in whatever case. Spends nothing."""
    named = _IN_ADDRESS.fullmatch(text.lower())
    token = db.get(Token, int(named[1])) if named else None
    if named is None or token is None or token.purpose != purpose or not _is_live(token):
        return None
    return token if hmac.compare_digest(named[2], _signature_in_address(token)) else None


def look_up(db: Session, text: str, *, purpose: str) -> Token | None:
    """The row of a token that is genuine, for this purpose, and neither expired, used nor revoked. Spends nothing."""
    token = genuine(db, text, purpose=purpose)
    return token if token is not None and _is_live(token) else None


def spend(db: Session, token: Token) -> bool:
    """Use a single-use token up. False when somebody else was quicker: the guarded UPDATE lets one win."""
    used = (
        update(Token)
        .where(Token.id == token.id, Token.used_at.is_(None), Token.revoked_at.is_(None))
        .values(used_at=clock.now())
    )
    return db.execute(used).rowcount == 1  # type: ignore[attr-defined, no-any-return]


def revoke(db: Session, *, purpose: str, subject: str) -> None:
    """Make every live token of a purpose on a subject worthless."""
    revoke_each(db, purpose=purpose, subjects=[subject])


def revoke_each(db: Session, *, purpose: str, subjects: Collection[str]) -> None:
    """The same on several subjects. Whoever deletes a row revokes what names it."""
    db.execute(
        update(Token)
        .where(Token.purpose == purpose, Token.subject.in_(subjects))
        .where(or_(Token.revoked_at.is_(None), Token.revoked_at > clock.now()))
        .values(revoked_at=clock.now())
    )


def prune(db: Session) -> int:
    """Remove the rows of tokens that have been over for three months; gives how many. By the clock."""
    before = clock.now() - _KEPT
    over = or_(Token.expires_at < before, Token.used_at < before, Token.revoked_at < before)
    gone = db.execute(delete(Token).where(over), execution_options={"synchronize_session": False})
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _is_live(token: Token) -> bool:
    return token.used_at is None and token.revoked_at is None and token.expires_at > clock.now()


def _filled(token: Token | None, form: str, nonce: str) -> str:
    if token is None or not hmac.compare_digest(token.nonce.encode(), nonce.encode()):
        return ""
    if form == "address":
        return address_of(token)
    if form == "code":
        return code_of(token) if _is_live(token) else ""
    return text_of(token) if _is_live(token) else ""


def _signature(token: Token) -> str:
    return urlsafe_b64encode(_digest(token, "peernet.token")).decode().rstrip("=")


def _signature_in_address(token: Token) -> str:
    return b32encode(_digest(token, "peernet.address")[:16]).decode().rstrip("=").lower()


def _digest(token: Token, domain: str) -> bytes:
    key = current().secret_key.get_secret_value().encode()
    if not key:
        raise RuntimeError("Tokens need the secret key")
    said = f"{domain}\n{token.id}\n{token.purpose}\n{token.subject}\n{token.person_id}\n{token.nonce}"
    return hmac.digest(key, said.encode(), hashlib.sha256)
