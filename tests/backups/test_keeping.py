"""When a backup is due, and which stay."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from peernet.backups import keeping
from peernet.settings.tree import Backup

MONDAY = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "hour", "due"),
    [
        ("hour", 2, datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("day", 2, datetime(2026, 11, 23, 2, tzinfo=UTC)),
        ("day", 12, datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("day", 13, datetime(2026, 11, 22, 13, tzinfo=UTC)),
        ("week", 2, datetime(2026, 11, 22, 2, tzinfo=UTC)),
    ],
)
def test_when_the_last_was_due(every: str, hour: int, due: datetime) -> None:
    assert keeping.last_due(Backup(every=every, hour=hour), MONDAY) == due


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 11, 22, 2, tzinfo=UTC), datetime(2026, 11, 22, 2, tzinfo=UTC)),
        (datetime(2026, 11, 22, 1, 59, tzinfo=UTC), datetime(2026, 11, 15, 2, tzinfo=UTC)),
        (datetime(2026, 11, 28, 23, tzinfo=UTC), datetime(2026, 11, 22, 2, tzinfo=UTC)),
    ],
)
def test_weekly_ones_are_due_on_sundays(now: datetime, due: datetime) -> None:
    assert keeping.last_due(Backup(every="week"), now) == due


def test_only_the_newest_stay_and_nothing_else_is_touched(tmp_path: Path) -> None:
    backups = [tmp_path / keeping.name_at(MONDAY.replace(day=day)) for day in range(1, 6)]
    others = [tmp_path / name for name in ("notes.txt", "mine.tar.gz", "peernet-2026-99-01T000000Z.tar.gz")]
    for path in [*backups, *others]:
        path.touch()
    assert keeping.prune(tmp_path, 2) == backups[:3]
    assert sorted(tmp_path.iterdir()) == sorted([*others, *backups[3:]])
    assert [path for _moment, path in keeping.found(tmp_path)] == backups[3:]
    assert keeping.prune(tmp_path, 2) == []
