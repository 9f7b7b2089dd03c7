"""What comes next for one person, over all their cohorts: what their own page shows."""

from collections import defaultdict
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam
from sqlalchemy.orm import Session

from peernet import clock
from peernet.roundtables import access
from peernet.roundtables.models import Reading, Roundtable, RoundtablePrompt
from peernet.web.viewer import Viewer

_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming(access.Standing):
    """Where somebody stands in a roundtable, with what to read and what is asked."""

    readings: list[Reading]
    prompts: list[RoundtablePrompt]


def upcoming(db: Session, viewer: Viewer) -> list[Upcoming]:
    """The viewer's next twenty roundtables with their answer, readings and prompts, soonest first. Three queries,
    however many roundtables."""
    given = {access.ME: viewer.person_id, "now": clock.now()}
    found = [access.Standing(*row) for row in db.execute(_soonest(), given)]
    ids = [each.roundtable.id for each in found]
    readings: dict[int, list[Reading]] = defaultdict(list)
    prompts: dict[int, list[RoundtablePrompt]] = defaultdict(list)
    if ids:
        for reading in db.scalars(access.readings_of(ids)):
            readings[reading.roundtable_id].append(reading)
        for prompt in db.scalars(access.prompts_of(viewer, ids)):
            prompts[prompt.roundtable_id].append(prompt)
    return [
        Upcoming(
            **{field.name: getattr(each, field.name) for field in fields(access.Standing)},
            readings=readings[each.roundtable.id],
            prompts=prompts[each.roundtable.id],
        )
        for each in found
    ]


@cache
def _soonest() -> Select[Any]:
    now: Any = bindparam("now", type_=Roundtable.ends_at.type)
    me: Any = bindparam(access.ME, type_=Integer)
    return access.upcoming_at(Viewer(person_id=me), now).add_columns(*access.states()).limit(_MOST)
