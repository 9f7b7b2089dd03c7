"""What stood in a draft: kept at each saving, fewer in time, gone with a draft that is thrown away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.materials import manuscripts, writing
from peernet.materials.earlier import keeping
from peernet.materials.earlier.models import EarlierDraft
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialVersion
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload

NOW = datetime(2026, 12, 10, 12, 30, tzinfo=UTC)


def _states(db: Session) -> list[EarlierDraft]:
    return list(db.scalars(select(EarlierDraft).order_by(EarlierDraft.id)))


def test_what_stood_there_is_kept_with_who_and_when(
    db: Session, draft: Material, organiser: Viewer, facilitator: Viewer, complete: Manuscript
) -> None:
    saved_at = draft.draft.saved_at
    before = len(_states(db))
    writing.save(db, organiser, draft, version=2, manuscript=replace(complete, source="Other"))
    writing.save(db, organiser, reload(db, organiser, draft), version=3, manuscript=replace(complete, source="Other"))
    found = _states(db)[before:]
    kept = [(row.version, row.base, row.saved_at, row.saved_by_id, manuscripts.of_draft(row)) for row in found]
    assert kept == [(2, 0, saved_at, facilitator.person_id, complete)]


def test_a_draft_thrown_away_takes_its_states_along_and_those_of_older_ones_stay(
    db: Session,
    draft: Material,
    publish: Callable[..., MaterialVersion],
    facilitator: Viewer,
    complete: Manuscript,
) -> None:
    publish(draft)
    first = [row.id for row in _states(db)]
    for version, title in enumerate(("One", "Two")):
        found = reload(db, facilitator, draft)
        writing.save(db, facilitator, found, version=version, manuscript=replace(complete, title=title))
    assert [row.id for row in _states(db)][: len(first)] == first
    assert len(_states(db)) == len(first) + 1
    writing.discard(db, facilitator, reload(db, facilitator, draft), version=2)
    assert [row.id for row in _states(db)] == first


@pytest.fixture
def saved(db: Session, draft: Material) -> Callable[[dict[str, bool]], None]:
    """States saved so long before now, by what they are called."""

    def make(ages: dict[str, bool]) -> None:
        for row in _states(db):
            db.delete(row)
        for name, is_aside in ages.items():
            days, hours, minutes = map(int, name.split())
            row = keeping.keep(db, draft.draft)
            row.saved_at, row.title, row.is_aside = NOW - timedelta(days, 0, 0, 0, minutes, hours), name, is_aside
            db.flush()

    return make


def test_they_become_fewer_in_time(db: Session, saved: Callable[[dict[str, bool]], None]) -> None:
    ages = ["40 2 0", "40 1 0", "2 3 0", "2 0 0", "0 5 20", "0 5 10", "0 4 50", "0 1 20", "0 0 40", "0 0 39", "0 0 1"]
    saved(dict.fromkeys(ages, False) | {"50 0 0": True, "3 0 0": True, "0 3 0": True})
    with time_machine.travel(NOW, tick=False):
        assert keeping.thin(db) == 5
        assert keeping.thin(db) == 0
    assert [row.title for row in _states(db)] == [
        *("40 1 0", "2 0 0", "0 4 50", "0 1 20", "0 0 40", "0 0 39", "0 0 1"),
        *("3 0 0", "0 3 0"),
    ]
