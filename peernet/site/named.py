"""What a material names: topics, organisations, questions, a cohort. Their lists change with all that is published on
them; what a material shows of them is their names alone.

So in a copy of the site its page and files depend on keys of their own, which stand for the rows of what is named.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.cohorts.models import Cohort
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt, Topic
from peernet.web import copying

PREFIX = "named:"
_THINGS: dict[str, Any] = {"topic": Topic, "organisation": Organisation, "prompt": Prompt, "cohort": Cohort}


def is_one(key: str) -> bool:
    """Whether a key is touched with what is named, and with all that names it."""
    return key.partition(":")[0] in _THINGS


def keys(depends: Iterable[str]) -> list[str]:
    """The keys on which a page depends that shows these by their names."""
    is_copy = copying.is_copy()
    return [f"{PREFIX}{key}" if is_copy and is_one(key) else key for key in depends]


def digests(db: Session) -> dict[str, str]:
    """For the key of everything that can be named a digest of its row. Four queries."""
    return {
        f"{PREFIX}{name}:{row.id}": hashlib.sha256(repr(tuple(row)).encode()).hexdigest()[:24]
        for name, thing in _THINGS.items()
        for row in db.execute(select(*thing.__table__.columns))
    }
