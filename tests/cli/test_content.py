"""`peernet content`, `peernet search` and `peernet demo --prepare`."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from peernet.admin import watching
from peernet.agreements import agreeing
from peernet.cli.search import ROOMS
from peernet.db import Database, migrations
from peernet.jobs.jobs import due
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.roundtables.partners import rhythm
from peernet.roundtables.plans import drafting
from peernet.search.models import SearchRow
from peernet.worker import TIMETABLE

MATERIAL = """---
title: A river in numbers
summary: What thirty years of levels taught one trust.
---
The river rose by two metres. Nobody had asked the neighbours.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mine"
    (made / "materials").mkdir(parents=True)
    (made / "materials" / "river.md").write_text(MATERIAL)
    return made


def test_content_is_brought_in_and_sent_out(ready, folder: Path, tmp_path: Path) -> None:
    first = ready("content", "import", str(folder))
    assert first.exit_code == 0
    assert first.output.splitlines()[-1] == "1 new, 0 changed, 0 unchanged, 0 refused"
    again = ready("content", "import", str(folder))
    assert again.output.splitlines()[-1] == "0 new, 0 changed, 1 unchanged, 0 refused"
    out = tmp_path / "out"
    assert ready("content", "export", str(out)).output == f"1 files written to {out}.\n"
    assert ready("content", "import", str(out)).output.splitlines()[-1] == "0 new, 0 changed, 1 unchanged, 0 refused"


def test_a_file_that_is_refused_is_named_and_the_others_come_in(ready, folder: Path) -> None:
    (folder / "materials" / "broken.md").write_text("---\ntitle: [\n---\n")
    result = ready("content", "import", str(folder))
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == "1 new, 0 changed, 0 unchanged, 1 refused"
    assert "materials/broken.md:" in result.output


def test_a_folder_that_is_not_there(ready, tmp_path: Path) -> None:
    result = ready("content", "import", str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert "does not exist" in result.output


def rows(url: str) -> list[tuple[str, ...]]:
    database = Database(url)
    columns = SearchRow.kind, SearchRow.ref, SearchRow.audience, SearchRow.title, SearchRow.text, SearchRow.url
    with database.reading() as db:
        found = [tuple(row) for row in db.execute(select(*columns))]
    database.dispose()
    return sorted(found)


@pytest.mark.once
def test_the_demonstration_is_loaded_once(demonstration) -> None:
    run, first = demonstration
    again = run("demo", "--prepare", "--port", "8123")
    assert again.exit_code == 0
    signs = "Sign in without a password at http://127.0.0.1:8123/sign-in, as\n  Organiser\n  Facilitator\n"
    assert signs in first.output
    assert signs in again.output
    assert "new," in first.output
    assert "new," not in again.output


@pytest.mark.once
def test_its_outbox_holds_the_last_mails_only(demonstration, url: str) -> None:
    """Whoever answered is told how they stand, at the full table too; the others are still invited, and asked in the
    poll; the worker finds texts to ask a yes to, a series to plan and partners to form."""
    database = Database(url)
    with database.writing() as db:
        for verb in (*TIMETABLE["every-minute"][1], *TIMETABLE["every-hour"][1]):
            verb(db)
        written = db.execute(select(Mail.kind, Mail.to_address).order_by(Mail.id)).all()
        left = list(db.scalars(select(Job.kind).where(Job.id.in_(due(db)))))
    database.dispose()
    invited = ["organiser", "river.deputy", "seeds"]
    coming = ["river", "library", "clinic", "coast", "weather", "facilitator"]
    sitting = ["river", "clinic", "seeds", "weather"]
    leading = ["organiser", "facilitator"]
    waiting = ["river.deputy", "coast", "growers"]
    silent = ["organiser", "river.deputy", "growers", "seeds"]
    assert [tuple(row) for row in written] == [
        *(("roundtables/invited", f"{name}@example.org") for name in invited),
        *(("roundtables/confirmed", f"{name}@example.org") for name in coming + sitting),
        *(("roundtables/full", f"{name}@example.org") for name in leading),
        *(("roundtables/waiting", f"{name}@example.org") for name in waiting),
        *(("roundtables/poll_asked", f"{name}@example.org") for name in silent),
        ("materials/consent-kept", "river@example.org"),
        ("materials/consent-asked", "library@example.org"),
        *(("materials/review-asked", f"{name}@example.org") for name in ("library", "seeds")),
    ]
    assert left == [*[agreeing.JOB] * 3, drafting.JOB, rhythm.FORM, watching.JOB]


@pytest.mark.once
def test_the_search_is_rebuilt_as_it_was(demonstration, url: str) -> None:
    run, _first = demonstration
    before = rows(url)
    database = Database(url)
    with database.writing() as db:
        db.query(SearchRow).filter(SearchRow.kind == "material").delete()
    database.dispose()
    result = run("search", "rebuild")
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == f"{len(before)} search rows written."
    assert rows(url) == before
    assert {kind for kind, *_rest in before} == {
        "cohort", "material", "organisation", "prompt", "response", "roundtable"
    }  # fmt: skip


def test_every_room_that_puts_rows_is_rebuilt() -> None:
    package = migrations.folder("content").parent / "peernet"
    putting = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if re.search(r"search\.put(_all)?\(", path.read_text()) and path.parts[-2] != "search"
    }
    rebuilt = {verb.__module__.split(".")[1] for _name, verb in ROOMS}
    assert putting == rebuilt | {"organisations"}  # which cohorts rebuild: who is listed follows from their seats
