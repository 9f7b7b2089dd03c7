"""`peernet person export`: everything held on somebody, in one archive."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

from click.testing import Result

from peernet import clock
from peernet.db import Database
from peernet.roundtables.models import Guest, GuestRole
from tests.world import make_cohort, make_organisation, make_roundtable


def test_what_is_in_it(ready: Callable[..., Result], tmp_path: Path) -> None:
    ready("person", "add", "one@example.org", "--name", "One")
    ready("person", "add", "two@example.org", "--name", "Two")
    made = ready("person", "export", "one@example.org", "one.zip")
    assert (made.exit_code, (tmp_path / "one.zip").stat().st_mode & 0o777) == (0, 0o600)
    with ZipFile(tmp_path / "one.zip") as archive:
        held = json.loads(archive.read("everything.json"))
        assert archive.namelist() == ["everything.json", "everything.html"]
    assert [one["table"] for one in held] == ["person", "event"]
    assert [row["email"] for row in held[0]["rows"]] == ["one@example.org"]
    assert "password_hash" not in held[0]["rows"][0]


def test_it_is_never_written_over_another(ready: Callable[..., Result], tmp_path: Path) -> None:
    ready("person", "add", "one@example.org")
    (tmp_path / "one.zip").write_text("there")
    assert ready("person", "export", "one@example.org", "one.zip").exit_code == 1
    assert (tmp_path / "one.zip").read_text() == "there"


def test_a_guest_without_an_account_is_found_by_the_address(
    ready: Callable[..., Result], tmp_path: Path, url: str
) -> None:
    ready("person", "add", "one@example.org")
    database = Database(url)
    with database.writing() as db:
        cohort, _seats = make_cohort(db, "cohort", [make_organisation(db, "harbour")])
        one = make_roundtable(db, cohort, "Table", datetime(2030, 1, 8, 15, 0))
        address = "ada@example.net"
        guest = {"name": "Ada", "role": GuestRole.GUEST, "zone": "UTC", "language": "en", "invited_at": clock.now()}
        db.add(Guest(roundtable_id=one.id, email=address, email_key=address, **guest))
    assert ready("person", "export", "no@example.net", "no.zip").exit_code == 1
    assert ready("person", "export", address, "one.zip").exit_code == 0
    with ZipFile(tmp_path / "one.zip") as archive:
        assert [each["table"] for each in json.loads(archive.read("everything.json"))] == ["guest"]
    assert "at 1 roundtables" in ready("person", "erase", address, "--yes").output
    assert ready("person", "erase", address, "--yes").exit_code == 1
    database.dispose()
