"""Files of content whose things have got other addresses since: nothing is made twice, nothing is lost."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.cohorts import cohorts
from peernet.cohorts.models import Cohort
from peernet.db import Database
from peernet.materials import publishing
from peernet.materials.checklist import access
from peernet.materials.exchange import Result, send_out
from peernet.materials.models import Material
from peernet.organisations import organisations
from peernet.organisations.models import Organisation
from peernet.prompts import library
from peernet.prompts.models import Asking, Prompt
from peernet.web.viewer import Viewer
from tests.materials.folders import Bring, counts, files, put

pytestmark = pytest.mark.once

_COHORT = """---
name: Rivers
theme: Open rivers
format: roundtables
starts_on: 2026-10-01
ends_on: 2027-03-31
zone: Europe/London
state: running
organisations: [river-trust]
focus_questions: [who-decides]
---

{}
"""
_MATERIAL = """---
title: {}
kind: blogpost
cohort: rivers
organisations: [river-trust]
questions: [who-decides]
authors:
  - name: A. Writer
    organisation: river-trust
---

Text. See [the other](other.md) and [there](/library/other).
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two materials, a cohort, and what they name."""
    made = tmp_path / "content"
    put(made, "organisations/river-trust.md", "---\nname: River Trust\n---\n")
    put(made, "prompts/who-decides.md", "---\ntext: Who decides?\nmoment: opening\n---\n")
    put(made, "cohorts/rivers.md", _COHORT.format("First."))
    put(made, "materials/one.md", _MATERIAL.format("One"))
    put(made, "materials/other.md", _MATERIAL.format("Other"))
    return made


@pytest.fixture
def moved(folder: Path, bring: Bring, db: Session) -> None:
    """All came in, and each has another address now."""
    first = bring(folder)
    assert counts(first) == (5, 0, 0, 0), [(one.path, one.reason) for one in first.entries]
    nobody = Viewer()

    def one(model, slug: str):
        return db.scalars(select(model).where(model.slug == slug)).one()

    publishing.move(db, nobody, one(Material, "other"), slug="another")
    library.move(db, one(Prompt, "who-decides"), actor=nobody, slug="who-says-no")
    cohorts.move(db, one(Cohort, "rivers"), actor=nobody, slug="streams")
    organisations.move(db, one(Organisation, "river-trust"), actor=nobody, slug="stream-trust", is_listed=True)
    db.commit()


def test_unchanged_files_change_nothing(folder: Path, bring: Bring, moved: None) -> None:
    assert counts(bring(folder)) == (0, 0, 5, 0)


def test_changed_files_change_what_they_are_of(folder: Path, bring: Bring, moved: None, db: Session) -> None:
    put(folder, "cohorts/rivers.md", _COHORT.format("Second."))
    put(folder, "materials/other.md", _MATERIAL.format("Otherwise"))
    put(folder, "prompts/who-decides.md", "---\ntext: Who says no?\nmoment: opening\n---\n")
    put(folder, "organisations/river-trust.md", "---\nname: Stream Trust\n---\n")
    again = bring(folder)
    assert counts(again) == (0, 4, 1, 0), [(one.path, one.reason) for one in again.entries]
    assert db.scalars(select(Material.title).order_by(Material.slug)).all() == ["Otherwise", "One"]
    assert db.scalars(select(Cohort.description)).all() == ["Second."]
    assert db.scalars(select(Prompt.text)).all() == ["Who says no?"]
    assert db.scalars(select(Organisation.name)).all() == ["Stream Trust"]
    assert db.scalars(select(Asking.closed_at)).all() == [None]
    assert counts(bring(folder)) == (0, 0, 5, 0)


def test_an_older_export_does_not_take_the_place_of_the_newer(
    folder: Path, bring: Bring, moved: None, db: Session, database: Database, tmp_path: Path
) -> None:
    put(folder, "materials/another.md", _MATERIAL.format("Newest"))
    report = bring(folder)
    assert [(one.path, one.reason) for one in report.entries if one.result is Result.REFUSED] == [
        ("materials/other.md", "This is at the address “another” now, which materials/another.md has.")
    ]
    assert db.scalars(select(Material.title).order_by(Material.slug)).all() == ["Newest", "One"]
    send_out(database, tmp_path / "out")
    assert sorted(files(tmp_path / "out")) == [
        "cohorts/streams.md", "materials/another.md", "materials/one.md", "organisations/stream-trust.md",
        "prompts/who-says-no.md",
    ]  # fmt: skip
    written = (tmp_path / "out/materials/one.md").read_text()
    assert ("river-trust" in written, "who-decides" in written, "stream-trust" in written) == (False, False, True)


def test_links_to_an_old_address_are_not_dead(moved: None, db: Session) -> None:
    assert access.public(db, "library", {"other", "another", "never"}, ()) == {"other": 1, "another": 1}
    assert access.public(db, "questions", {"who-decides", "never"}, ()) == {"who-decides": 1}
