"""`peernet upgrade`: there, back, for nothing, and refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text

from peernet.db import Database, migrations
from peernet.settings import Settings, use
from peernet.upkeep import running

Run = Callable[..., Result]
NEXT = "Next: systemctl start peernet"


@pytest.fixture
def older(ready: Run, url: str) -> Run:
    """An installation with an administrator, one revision behind."""
    ready("person", "add", "boss@example.org", "--admin", "--name", "Boss")
    change(url, lambda database: migrations.downgrade(database, "0016"))
    return ready


def change(url: str, verb: Callable[[Database], object]) -> object:
    database = Database(url)
    try:
        return verb(database)
    finally:
        database.dispose()


def lines(result: Result) -> list[str]:
    assert "Traceback" not in result.output
    return [line for line in result.stdout.splitlines() if line]


def test_there_and_back(older: Run, url: str, tmp_path: Path) -> None:
    head = migrations.head()
    copy = tmp_path / "data" / "upgrades" / f"before-{head}-2026-11-23T120000Z.tar.gz"
    there = older("upgrade")
    assert (there.exit_code, lines(there)) == (
        0,
        [
            f"Made a copy, and read it again: {copy}",
            f"Upgraded to {head} and checked. If it turns out to be wrong: peernet upgrade --back",
            NEXT,
        ],
    )
    assert (copy.exists(), change(url, migrations.present)) == (True, head)
    assert lines(older("upgrade")) == ["Nothing to do: the database is at the revision of this version."]

    back = older("upgrade", "--back")
    assert (back.exit_code, change(url, migrations.present)) == (0, "0016")
    assert lines(back)[1:] == [
        "Taken back to 0016. What people wrote since is there, as far as it had a place before.",
        "Next: install the peernet that you had, then peernet search rebuild and systemctl start peernet",
        f"To have it wholly as it was before the upgrade, restore {copy} into an empty place.",
    ]


def test_for_nothing(older: Run, url: str) -> None:
    tried = older("upgrade", "--dry-run")
    assert (tried.exit_code, change(url, migrations.present)) == (0, "0016")
    said = "Rehearsed and checked. Nothing was changed. Next: systemctl stop peernet, then peernet upgrade"
    steps = [f"{step.revision}  {step.sentence}" for step in migrations.steps("0016", migrations.head())]
    assert lines(tried) == [*steps, said]


def test_what_comes_out_wrong_is_not_kept(older: Run, url: str) -> None:
    def spoil(database: Database) -> None:
        with database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE cohort ADD COLUMN odd INTEGER"))

    change(url, spoil)
    result = older("upgrade")
    assert (result.exit_code, change(url, migrations.present)) == (1, "0016")
    assert "Nothing was changed: install the version that you had, and start it." in result.stderr
    assert "is not what this version needs: remove_column cohort odd" in result.stderr


def test_nobody_may_run_meanwhile(older: Run, url: str, settings: Settings, tmp_path: Path) -> None:
    use(settings.model_copy(update={"data": tmp_path / "data"}))
    with running.present():
        for words in (("upgrade",), ("db", "upgrade")):
            result = older(*words)
            assert (result.exit_code, result.stderr) == (
                1,
                "Error: peernet is running. Stop it first: systemctl stop peernet\n",
            )
    assert change(url, migrations.present) == "0016"


def test_there_is_nothing_to_take_back(ready: Run) -> None:
    result = ready("upgrade", "--back")
    assert (result.exit_code, "so there is nothing to take back" in result.stderr) == (1, True)
