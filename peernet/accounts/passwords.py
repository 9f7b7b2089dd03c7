"""Passwords: argon2id, checked and set. Hashing is slow on purpose, so callers do it before they open a transaction.

Parameters: OWASP Password Storage Cheat Sheet (46 MiB, one pass, one lane). One lane, and half the processors at a
time, leave room for everybody else while many sign in.
"""

import os
import re
import unicodedata
from threading import BoundedSemaphore
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from peernet import turns
from peernet.accounts import emails, links, sessions
from peernet.accounts.guessable import is_common
from peernet.accounts.models import Person
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger

SHORTEST = 10
LONGEST = 200
# A hash of nothing that anybody knows, checked in place of the missing one, so that unknown accounts take as long.
DUMMY = "$argon2id$v=19$m=47104,t=1,p=1$7FJ5lAuS0aGvjT45U9v5pw$y8MPxp/BFVIEWMTa3j1c5wAi750LBApk989X5/buVJY"


class Hasher(Protocol):
    """What is asked of a hasher; argon2's PasswordHasher is one."""

    def hash(self, password: str, /) -> str:
        """Hash with a salt of its own."""

    def verify(self, hashed: str, password: str, /) -> bool:
        """True, or an argon2 error where they do not belong together."""

    def check_needs_rehash(self, hashed: str, /) -> bool:
        """Whether the hash was made with other parameters."""


ARGON2: Hasher = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_at_once = BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))
_in_use: list[Hasher] = [ARGON2]


def use(hasher: Hasher) -> None:
    """Hash with another hasher from now on."""
    _in_use[:] = [hasher]


def hash_of(password: str) -> str:
    """The hash to keep of a password."""
    turns.let_go()
    with _at_once:
        return _in_use[0].hash(_normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash. Takes as long where there is none, and then says no."""
    turns.let_go()
    with _at_once:
        try:
            _in_use[0].verify(password_hash or DUMMY, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def newer_hash(password_hash: str | None, password: str) -> str | None:
    """A hash with today's parameters for a password that was just checked, or None where it has them."""
    if password_hash is None or not _in_use[0].check_needs_rehash(password_hash):
        return None
    return hash_of(password)


def refuse_weak(password: str, *, name: str, email: str) -> None:
    """Raise Refused (field ``password``) for a password that is short, common, or the person's own name or address."""
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise Refused(_("Please use at least %(least)s characters.", least=SHORTEST), field="password")
    plain = normal.casefold()
    own = [*name.casefold().split(), *re.split(r"[@._+-]", email.casefold())]
    if is_common(plain) or _is_made_of(plain, own):
        raise Refused(_("This password is easy to guess. A sentence of four words is a good one."), field="password")


def set_password(
    db: Session, person: Person, *, password_hash: str, replaces: str | None, keep_sign_in_id: int | None
) -> None:
    """Set a password, end the person's other sessions and open links, and tell them by mail.

    ``replaces`` is the hash that was checked. Raises Conflict when it was changed meanwhile.
    """
    if person.password_hash != replaces:
        raise Conflict(_("Your password was changed somewhere else at the same moment. Nothing was changed here."))
    person.password_hash = password_hash
    sessions.end_all(db, person.id, but=keep_sign_in_id)
    links.revoke_all(db, person)
    emails.password_changed(db, person)
    ledger.record(db, "account.password_changed", actor_id=person.id, subject=f"person:{person.id}")


def _normal(password: str) -> str:
    # The same characters typed on two keyboards may differ in form (RFC 8265, section 4.2.1).
    return unicodedata.normalize("NFC", password)


def _is_made_of(password: str, own: list[str]) -> bool:
    rest = password
    for part in sorted(own, key=len, reverse=True):
        if len(part) >= 3:
            rest = rest.replace(part, "")
    return rest != password and len(rest) < 5
