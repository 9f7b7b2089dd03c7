"""Column types that behave the same on SQLite and PostgreSQL."""

from datetime import UTC as _UTC
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UTC(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. A naive value is refused, because its zone would be a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn the moment into UTC; SQLite stores no offset, so all of its text compares in order."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a zone")
        moment = value.astimezone(_UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the moment back with UTC as its zone, whatever the server's zone is."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=_UTC) if moment.tzinfo is None else moment.astimezone(_UTC)
