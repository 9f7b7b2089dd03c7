"""One roundtable for one viewer, as ``access`` has it for many: each request to a page of it, and each save while
somebody types, loads it so. The statements are built once and bound by :func:`key` when they are run: to build them
takes longer than to run them. Run without a viewer they fail.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam
from sqlalchemy.orm import Session

from peernet.cohorts.models import Cohort
from peernet.roundtables import access
from peernet.roundtables.models import Roundtable
from peernet.web.viewer import Viewer


def key(viewer: Viewer, slug: str, roundtable_id: int) -> dict[str, Any]:
    """What the statements are run with: who looks, the cohort's slug, the roundtable's id."""
    return {access.ME: viewer.person_id, "cohort_slug": slug, "one_id": roundtable_id}


def standing(db: Session, viewer: Viewer, slug: str, roundtable_id: int) -> access.Standing | None:
    """Where the viewer stands in one roundtable of a cohort; None where they may not open it. One query."""
    found = db.execute(_standing(), key(viewer, slug, roundtable_id)).one_or_none()
    return None if found is None else access.Standing(*found)


@cache
def led() -> Select[Roundtable]:
    """One roundtable, of those of ``access.led_by``."""
    return _one(access.led_by)


@cache
def attended() -> Select[Roundtable]:
    """One roundtable, of those of ``access.attended_by``."""
    return _one(access.attended_by)


@cache
def _standing() -> Select[Any]:
    return _one(access.visible_to).add_columns(*access.states())


def _one(those_of: Callable[[Viewer], Select[Roundtable]]) -> Select[Roundtable]:
    me: Any = bindparam(access.ME, type_=Integer)
    one = those_of(Viewer(person_id=me))
    return one.where(Roundtable.id == bindparam("one_id"), Cohort.slug == bindparam("cohort_slug"))
