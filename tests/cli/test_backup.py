"""`peernet backup` and `peernet restore`: the way of an operator, and what is said when it cannot be gone."""

import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from sqlalchemy import select

from peernet import __version__, clock
from peernet.accounts import access, sessions
from peernet.accounts.models import SignIn
from peernet.db import Database
from peernet.mail import compose
from peernet.mail.compose import Recipient
from peernet.mail.models import Mail, MailState
from peernet.search import find
from peernet.settings import Settings
from tests.conftest import NOW
from tests.databases import a_database

NAME = "peernet-2026-11-23T120000Z.tar.gz"
SECRET = "another secret key of the tests, which is long enough"
Run = Callable[..., Result]


def lines(result: Result) -> list[str]:
    """What was said, without the progress."""
    assert "Traceback" not in result.output
    return [line for line in result.stdout.splitlines() if line]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def site(ready: Run, url: str, settings: Settings, tmp_path: Path) -> Run:
    """A network with a person who is signed in, a material, and a mail that waits."""
    ready("person", "add", "boss@example.org", "--admin", "--name", "Boss")
    (tmp_path / "writing").mkdir()
    (tmp_path / "writing" / "hello.md").write_text("---\ntitle: Watersheds\n---\n\nA text.\n", encoding="utf-8")
    assert ready("content", "import", "writing").exit_code == 0
    database = Database(url)
    with database.writing() as db:
        sessions.begin(db, db.scalars(access.by_email("boss@example.org")).one(), way="test", agent="test")
        compose.send(db, to=Recipient(address="a@example.org"), template="mail/trial", context={})
    database.dispose()
    (tmp_path / "backups").mkdir()
    return ready


@pytest.fixture
def place(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Variables of another, empty place, under the secret key of the tests."""
    (tmp_path / "place").mkdir()
    with a_database(f"peernet_place_{os.getpid()}", tmp_path / "place") as url:
        yield {"PEERNET_DATABASE": url.replace("+psycopg", ""), "PEERNET_DATA": str(tmp_path / "place" / "data")}


def test_there_and_back(site: Run, place: dict[str, str], tmp_path: Path) -> None:
    stale = tmp_path / "place" / "data" / "pages" / "copies" / "ab" / "stale"
    stale.parent.mkdir(parents=True)
    stale.write_text("of another network")
    made = site("backup", "backups", PEERNET_SECRET_KEY=SECRET)
    path = tmp_path / "backups" / NAME
    assert (made.exit_code, names(tmp_path / "backups"), path.stat().st_mode & 0o777) == (0, [NAME], 0o600)
    size, number = f"{path.stat().st_size / 1_000_000:.1f} MB", lines(made)[-1].split(": ")[1].split(", ")[1].split()[0]
    held = f"{number} rows, 0 files of people"
    assert lines(made) == [f"Made backups/{NAME}: {size}, {held}. Read again, and found whole."]

    whole = site("backup", "verify", str(path))
    age = "2026-11-23 12:00 UTC (less than an hour ago)"
    assert (whole.exit_code, lines(whole)) == (0, [f"{path} is whole: {held}, made {age} by peernet {__version__}."])

    with time_machine.travel(NOW + timedelta(hours=5), tick=False):
        back = site("restore", str(path), PEERNET_SECRET_KEY=SECRET, **place)
    assert (back.exit_code, lines(back)) == (
        0,
        [
            f"Restored {held}. The data is of 2026-11-23 12:00 UTC (5 hours ago); what came later is lost.",
            f"No log of who was forgotten since was found ({tmp_path}/backups/forgotten.jsonl, "
            f"{tmp_path}/place/data/forgotten.jsonl): whoever was forgotten after this backup is back. "
            "If there is one, restore again with --forgotten.",
            "Everybody signs in again.",
            "Mail that was waiting is held back: 1. "
            "To let it go: peernet mail release; one by one: Administration, Mail.",
            "Next: peernet doctor, then start peernet.",
        ],
    )
    assert not stale.exists()
    database = Database(place["PEERNET_DATABASE"])
    with database.reading() as db:
        assert db.scalars(select(SignIn.revoked_at)).all() == [NOW + timedelta(hours=5)]
        assert db.scalars(select(Mail.state)).all() == [MailState.DEAD]
        assert [hit.title for hit in find(db, ["public"], "watersheds").hits] == ["Watersheds"]
    released = [lines(site("mail", "release", **place)) for _time in range(2)]
    assert released == [["Let go: 1. They leave within a minute."], ["No mail was held back."]]
    with database.reading() as db:
        assert db.execute(select(Mail.state, Mail.attempts, Mail.next_at)).all() == [
            (MailState.WAITING, 0, clock.now())
        ]
    database.dispose()


def test_whoever_was_forgotten_since_does_not_come_back(site: Run, place: dict[str, str], tmp_path: Path) -> None:
    site("person", "add", "gone@example.org", "--name", "Gone Soon")
    site("backup", "backups")
    done = site("person", "erase", "gone@example.org", "--now", "--yes")
    assert (done.exit_code, lines(done)[-1]) == (0, "They are forgotten.")
    log = tmp_path / "data" / "forgotten.jsonl"
    assert [word for word in ("gone@", "Gone") if word in log.read_text()] == []
    back = site("restore", f"backups/{NAME}", "--forgotten", str(log), **place)
    assert "Taken away again as since the backup: people 1." in lines(back)
    assert [line.split("\t")[0] for line in lines(site("person", "list", **place))] == ["boss@example.org"]


def test_another_secret_key_is_said(site: Run, place: dict[str, str], tmp_path: Path) -> None:
    site("backup", "backups/one.tar.gz", PEERNET_SECRET_KEY=SECRET)
    back = site("restore", "backups/one.tar.gz", **place)
    said = [line for line in lines(back) if line.startswith("The secret key is not the one")]
    assert (back.exit_code, len(said), said[0].endswith(f"{tmp_path}/place/data/secret_key, before you start.")) == (
        0,
        1,
        True,
    )


def test_no_secret_is_in_it(site: Run, url: str, tmp_path: Path) -> None:
    secret = (tmp_path / "data" / "secret_key").read_bytes()
    site("backup", "backups")
    whole = gzip.decompress((tmp_path / "backups" / NAME).read_bytes())
    assert [word for word in (secret, url.encode(), b"secret_key", str(tmp_path).encode()) if word in whole] == []


def test_what_is_in_the_way_is_said_and_nothing_changes(site: Run, tmp_path: Path) -> None:
    site("backup", "backups")
    path = tmp_path / "backups" / NAME
    before = path.read_bytes()
    (tmp_path / "broken.tar.gz").write_bytes(before[:-100])
    for words, said in {
        ("backup", "backups"): f"backups/{NAME} is there already.",
        ("backup", "nowhere"): "There is no folder nowhere. Make it, or give a name that ends in .tar.gz.",
        ("backup", "no/where.tar.gz"): "There is no folder no. Make it first, for the user of peernet alone.",
        ("backup", "verify", "broken.tar.gz"): "The archive is damaged, or cut off.",
        ("restore", "broken.tar.gz"): "The database is not empty: there are rows in ",
        ("restore", str(path)): "The database is not empty: there are rows in ",
    }.items():
        result = site(*words)
        assert (result.exit_code, f"Error: {said}" in result.stderr, "Traceback" in result.output) == (1, True, False)
    assert (path.read_bytes(), names(tmp_path / "backups")) == (before, [NAME])
    assert site("backup", "verify", "nowhere.tar.gz").exit_code == 2
    assert site("backup").exit_code == 2


def test_an_empty_database_is_no_backup(peernet: Run, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    result = peernet("backup", "backups")
    assert (result.exit_code, "there is nothing of peernet in it" in result.stderr) == (1, True)
    assert names(tmp_path / "backups") == []


def test_verifying_needs_no_settings(site: Run, tmp_path: Path) -> None:
    site("backup", "backups")
    (tmp_path / "config.toml").write_text("this is not TOML")
    assert site("backup", "verify", f"backups/{NAME}").exit_code == 0


def test_help_says_what_can_be_typed(peernet: Run) -> None:
    said = peernet("backup", "--help").output
    assert said.startswith("Usage: peernet backup [OPTIONS] DIR | FILE | verify FILE\n")
    assert "make" not in said.split("Commands:")[1]


def test_no_room_on_the_disk_is_said(site: Run, place: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    site("backup", "backups")
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    result = site("restore", f"backups/{NAME}", **place)
    assert (result.exit_code, "and on the disk of " in result.stderr) == (1, True)
