"""Marks by which one person counts once and cannot be told: keyed hashes, another one for each question. Pure."""

import hashlib
import hmac
import secrets


def new_secret() -> str:
    """A secret for one ballot."""
    return secrets.token_hex(32)


def new_number() -> int:
    """A number for a question, that says nothing of when it was asked. A script can hold it."""
    return secrets.randbelow(2**53 - 1) + 1


def of_vote(secret: str, question_id: int, person_id: int) -> str:
    """The mark of somebody's vote. HMAC (RFC 2104) with SHA-256."""
    return _mark(secret, f"vote:{question_id}:{person_id}")


def of_asker(secret: str, question_id: int, person_id: int) -> str:
    """The mark of who asked a question without their name."""
    return _mark(secret, f"asker:{question_id}:{person_id}")


def _mark(secret: str, text: str) -> str:
    return hmac.new(bytes.fromhex(secret), text.encode(), hashlib.sha256).hexdigest()
