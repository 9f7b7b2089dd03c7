"""The database: declarative base, column types, engine, session, and the one way to commit."""

from peernet.db.base import Base, Slug, Versioned, choice, once, pk, short, titled
from peernet.db.engine import CONNECTION_NAME, Database, ReadOnly, remember_raised, settle, take_turn
from peernet.db.refusals import Conflict, Refused
from peernet.db.types import UTC

__all__ = [
    "CONNECTION_NAME",
    "UTC",
    "Base",
    "Conflict",
    "Database",
    "ReadOnly",
    "Refused",
    "Slug",
    "Versioned",
    "choice",
    "once",
    "pk",
    "remember_raised",
    "settle",
    "short",
    "take_turn",
    "titled",
]
