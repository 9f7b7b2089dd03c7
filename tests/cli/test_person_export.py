"""`peernet person export`: everything held on somebody, in one archive."""

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

from click.testing import Result


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
