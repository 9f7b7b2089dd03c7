"""Content in and out: nothing is lost, nothing is done twice, and each bad file is named with its line."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import Cohort, CohortState, Seat
from peernet.db import Database
from peernet.ledger.models import Event
from peernet.materials import publishing, reading, writing
from peernet.materials.exchange import Result, bring_in, send_out
from peernet.materials.kinds import needs
from peernet.materials.kinds.particulars import of_json
from peernet.materials.models import Material, MaterialFile, MaterialState, MaterialVersion
from peernet.media.models import MediaFile
from peernet.pages.models import PageTouch
from peernet.prompts.models import Asking, Prompt
from peernet.roundtables.models import Roundtable
from peernet.web.viewer import NOBODY, Viewer
from tests.conftest import NOW
from tests.materials.folders import HEAD, Bring, counts, files, put
from tests.materials.test_publishing import a_picture
from tests.world import World

CONTENT = Path(__file__).parents[2] / "content"


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    """The practice cohort with what it needs, and no materials: those take the most time."""
    name = "cohorts/practice-cohort.md"
    (tmp_path / "content/cohorts").mkdir(parents=True)
    shutil.copy(CONTENT / name, tmp_path / "content" / name)
    for folder in ("organisations", "topics", "prompts"):
        if (CONTENT / folder).exists():
            shutil.copytree(CONTENT / folder, tmp_path / "content" / folder)
    return tmp_path / "content"


def traces(db: Session) -> tuple[int, ...]:
    """What every change leaves."""
    return tuple(db.scalar(select(func.count()).select_from(model)) or 0 for model in (Event, PageTouch, MediaFile))


@pytest.mark.once
def test_the_demonstration_network_comes_in_whole_and_once(db: Session, bring: Bring) -> None:
    seen: list[tuple[int, int]] = []
    first = bring(CONTENT, on_progress=lambda done, of: seen.append((done, of)))
    # Its README is not content, and pages of the network are read where they lie.
    total = len(list(CONTENT.rglob("*.md"))) - 1 - len(list(CONTENT.glob("pages/*.md")))
    assert (counts(first), first.is_good) == ((total, 0, 0, 0), True)
    assert (seen[0], seen[-1]) == ((0, total), (total, total))
    assert [entry for entry in first.entries if entry.notes] == []
    assert _wanting(db) == {}
    before = traces(db)
    assert counts(bring(CONTENT)) == (0, 0, total, 0)
    assert traces(db) == before


def _wanting(db: Session) -> dict[str, list[str]]:
    """What published materials lack of what their kind needs, by slug."""
    found = {}
    here = select(Material, MaterialVersion).join(MaterialVersion).where(MaterialVersion.number == Material.number)
    materials = db.execute(here).all()
    every = {material.id for material, _version in materials}
    for material, version in materials:
        beside = of_json(version.particulars)
        lacking = needs.findings(version.kind, beside, version.html, version.language, open_chapters=every)
        if lacking:
            found[material.slug] = [finding.sentence for finding in lacking]
    return found


def test_what_goes_out_comes_in_unchanged_and_fills_an_empty_network_that_sends_the_same_out(
    own_database: Database, database: Database, db: Session, bring: Bring, tmp_path: Path
) -> None:
    total = bring(CONTENT).count(Result.NEW)
    written = send_out(database, tmp_path / "first")
    out = files(tmp_path / "first")
    assert written == len(out)
    assert counts(bring(tmp_path / "first")) == (0, 0, total, 0)
    with time_machine.travel(NOW + timedelta(days=400), tick=False):
        assert bring_in(own_database, tmp_path / "first").is_good
        send_out(own_database, tmp_path / "second")
    assert files(tmp_path / "second") == out


def test_an_export_writes_only_what_differs(database: Database, db: Session, bring: Bring, tmp_path: Path) -> None:
    put(tmp_path / "in", "materials/one.md", HEAD.format("One") + "Text")
    bring(tmp_path / "in")
    send_out(database, tmp_path / "out")
    file = tmp_path / "out/materials/one.md"
    before = file.stat().st_mtime_ns
    put(tmp_path / "out", "mine.txt", "Mine")
    send_out(database, tmp_path / "out")
    assert (file.stat().st_mtime_ns, (tmp_path / "out/mine.txt").read_text()) == (before, "Mine")


def test_relative_days_stay_where_the_first_import_put_them(db: Session, bring: Bring, practice: Path) -> None:
    assert bring(practice).is_good
    cohort = db.scalars(select(Cohort).where(Cohort.slug == "practice-cohort")).one()
    assert (cohort.starts_on, cohort.state) == (date(2026, 10, 14), CohortState.RUNNING)
    file = practice / "cohorts/practice-cohort.md"
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        assert counts(bring(practice))[1] == 0
        file.write_text(file.read_text().replace("Practice cohort", "Cohort for practice"))
        assert counts(bring(practice))[1] == 1
    assert (cohort.name, cohort.starts_on) == ("Cohort for practice", date(2026, 10, 14))


@pytest.mark.once
@pytest.mark.parametrize("days", range(7))
def test_relative_days_keep_their_day_of_the_week(days: int, db: Session, bring: Bring, practice: Path) -> None:
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        assert bring(practice).is_good
    cohort = db.scalars(select(Cohort).where(Cohort.slug == "practice-cohort")).one()
    walls = db.scalars(select(Roundtable.wall_start).where(Roundtable.cohort_id == cohort.id)).all()
    assert [wall.isoweekday() for wall in walls] == [3] * 6


@pytest.mark.once
def test_the_series_of_an_imported_cohort(db: Session, bring: Bring) -> None:
    bring(CONTENT)
    cohort = db.scalars(select(Cohort).where(Cohort.slug == "stewards-of-open-data")).one()
    assert (cohort.state, cohort.closed_at) == (CohortState.CLOSED, clock.to_utc(_midnight(2022, 4, 1), cohort.zone))
    asked = select(Prompt.slug, Asking.opens_at, Asking.closed_at).join(Asking.prompt)
    rows = db.execute(asked.where(Asking.cohort_id == cohort.id, Asking.is_focus).order_by(Asking.position)).all()
    assert [row[0] for row in rows] == [
        "what-do-you-steward-and-for-whom",
        "who-decides-and-who-has-a-say",
        "what-keeps-the-work-going",
        "how-do-you-know",
    ]
    assert {row[1:] for row in rows} == {(clock.to_utc(_midnight(2021, 10, 1), cohort.zone), cohort.closed_at)}
    tables = list(
        db.scalars(select(Roundtable).where(Roundtable.cohort_id == cohort.id).order_by(Roundtable.starts_at))
    )
    assert [(table.title, table.is_public, table.starts_at.isoformat()) for table in tables[:1]] == [
        ("What do you steward, and for whom?", True, "2021-10-21T15:00:00+00:00")
    ]
    assert [table.uid.rsplit("-", 1)[0] for table in tables] == [f"stewards-of-open-data-{n}" for n in range(1, 6)]
    assert db.scalar(select(func.count()).select_from(Seat).where(Seat.cohort_id == cohort.id)) == 7


def _midnight(year: int, month: int, day: int) -> object:
    return clock.datetime(year, month, day)


COHORT = """---
name: Small
theme: Water
format: roundtables
starts_on: 2026-11-01
ends_on: 2027-03-31
zone: Europe/London
organisations: [{organisations}]
focus_questions: [{focus}]
roundtables:
  - {{title: "First", date: 2026-12-01, time: "{time}", zone: Europe/London, minutes: 90, prompts: [{asked}]}}
---

Text
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with two organisations, two prompts and a cohort."""
    for name in ("a", "b"):
        put(tmp_path, f"organisations/{name}.md", f"---\nname: {name.upper()}\n---\n")
        put(tmp_path, f"prompts/{name}.md", f"---\ntext: Why {name}?\nmoment: opening\n---\n")
    put(tmp_path, "cohorts/small.md", COHORT.format(organisations="a, b", focus="a", time="15:00", asked="b"))
    return tmp_path


def test_a_changed_cohort_follows_its_file(db: Session, bring: Bring, small: Path) -> None:
    assert bring(small).is_good
    table = db.scalars(select(Roundtable)).one()
    uid, sequence = table.uid, table.sequence
    put(small, "cohorts/small.md", COHORT.format(organisations="b", focus="b", time="16:30", asked=""))
    assert [str(entry) for entry in bring(small).of(Result.CHANGED)] == ["cohorts/small.md: changed"]
    assert (table.uid, f"{table.wall_start:%H:%M}", table.sequence) == (uid, "16:30", sequence + 1)
    seats = select(Seat).where(Seat.left_at.is_(None))
    assert len(db.scalars(seats).all()) == 1
    asked = select(Prompt.slug, Asking.is_focus, Asking.closed_at.is_(None)).join(Asking.prompt)
    assert sorted(map(tuple, db.execute(asked))) == [("a", False, False), ("b", True, True)]
    assert counts(bring(small)) == (0, 0, 5, 0)


def test_who_brings_a_cohort_in_organises_it(db: Session, bring: Bring, small: Path, world: World) -> None:
    viewer = Viewer(person_id=world.stranger.id)
    assert bring(small, actor=viewer).is_good
    cohort = db.scalars(select(Cohort).where(Cohort.slug == "small")).one()
    material = writing.start(db, viewer, title="Mine", cohort=cohort)
    assert material.created_by_id == world.stranger.id


def test_every_bad_file_is_named_with_line_and_reason_and_the_rest_comes_in(
    db: Session, bring: Bring, tmp_path: Path
) -> None:
    folder, outside = tmp_path / "in", tmp_path / "outside.md"
    outside.write_text(HEAD.format("Outside"))
    put(folder, "materials/good.md", HEAD.format("Good") + "Text")
    put(folder, "materials/latin.md", "---\ntitle: Caf\xe9\n---\n".encode("latin-1"))
    put(folder, "materials/broken.md", "---\ntitle: [One\nkind: blogpost\n---\n")
    put(folder, "materials/open.md", "---\ntitle: One\n")
    put(folder, "materials/twice.md", HEAD.format("One").replace("kind", "title"))
    put(folder, "materials/untitled.md", "---\nkind: blogpost\n---\n\nNo title anywhere.")
    put(folder, "materials/deeper/good.md", HEAD.format("Good again"))
    put(folder, "materials/slug.md", "---\ntitle: One\nslug: Not A Slug\n---\n")
    put(folder, "materials/kind.md", "---\ntitle: One\n\nkind: poem\n---\n")
    put(folder, "materials/licence.md", "---\ntitle: One\nlicence: MINE\n---\n")
    put(folder, "materials/day.md", "---\ntitle: One\npublished_on: 2026-02-30\n---\n")
    put(folder, "materials/topic.md", "---\ntitle: One\ntopics: [none]\n---\n")
    put(folder, "materials/author.md", "---\ntitle: One\nauthors:\n  - {organisation: nobody}\n---\n")
    put(folder, "materials/large.md", HEAD.format("Large") + "x" * 5_000_000)
    put(folder, "materials/heavy.md", HEAD.format("Heavy") + ">" * 40 + "x")
    put(folder, "materials/image.md", HEAD.format("Image") + "Text\n\n![Torn](torn.png)")
    put(folder, "materials/torn.png", a_picture()[:50])
    put(folder, "materials/two.md", "# By its heading\n\nText")
    put(folder, "topics/nameless.md", "---\nkind: theme\n---\n")
    put(folder, "prompts/none.md", "---\ntext: Why?\nmoment: opening\ntheme: none\n---\n")
    put(folder, "cohorts/hours.md", COHORT.format(organisations="", focus="", time="25:00", asked=""))
    put(
        folder,
        "cohorts/gap.md",
        COHORT.format(organisations="", focus="", time="01:30", asked="").replace("2026-12-01", "2027-03-28"),
    )
    (folder / "materials/link.md").symlink_to(outside)
    (folder / "materials/elsewhere").symlink_to(tmp_path)
    report = bring(folder)
    assert [entry.path for entry in report.of(Result.NEW)] == ["materials/good.md", "materials/two.md"]
    torn = "This image is damaged and cannot be read to its end. Save it again and bring the new file."
    link = "This is a link to something outside the folder, or to another folder."
    licences = "CC-BY-4.0, CC-BY-SA-4.0, CC0-1.0, CC-BY-NC-4.0, CC-BY-NC-SA-4.0, CC-BY-ND-4.0, CC-BY-NC-ND-4.0"
    assert [str(entry) for entry in report.of(Result.REFUSED)] == [
        "cohorts/gap.md:10: roundtables: “First”: the clocks of its zone skip that hour.",
        "cohorts/hours.md:10: roundtables: This does not have the right form; please check it.",
        "materials/author.md:3: authors: there is no organisation “nobody”.",
        "materials/broken.md:3: Line 3 of the front matter: did not find expected ',' or ']'.",
        "materials/day.md:3: Line 3 of the front matter: there is no date 2026-02-30.",
        "materials/deeper/good.md: The slug “good” belongs to materials/good.md already.",
        f"materials/elsewhere: {link}",
        "materials/heavy.md:6: Line 6 is nested too deeply.",
        f"materials/image.md:8: torn.png: {torn}",
        "materials/kind.md:4: kind: Please choose one of the options.",
        "materials/large.md:1: The file is larger than 1000 kB.",
        "materials/latin.md:2: Line 2 is not UTF-8; save the file as UTF-8.",
        f"materials/licence.md:3: licence: “MINE” is not one of the licences: {licences}.",
        f"materials/link.md: {link}",
        "materials/open.md:1: The front matter begins with --- and is never closed.",
        "materials/slug.md:3: “Not A Slug” is not a slug: small letters, digits and hyphens.",
        "materials/topic.md:3: topics: there is no topic “none”.",
        "materials/twice.md:3: Line 3 of the front matter: the key 'title' comes twice.",
        "materials/untitled.md:1: title: Please fill this in.",
        "prompts/none.md:4: theme: there is no topic “none”.",
        "topics/nameless.md:1: name: Please fill this in.",
    ]
    assert counts(bring(folder)) == (0, 0, 2, 21)
    assert list(report.lines())[-1] == "2 new, 0 changed, 0 unchanged, 21 refused"


def test_an_image_from_outside_the_folder_is_not_read(db: Session, bring: Bring, tmp_path: Path) -> None:
    put(tmp_path, "outside.png", a_picture())
    put(tmp_path / "in", "materials/one.md", HEAD.format("One") + "![A](../../outside.png) ![B](linked.png)")
    (tmp_path / "in/materials/linked.png").symlink_to(tmp_path / "outside.png")
    report = bring(tmp_path / "in")
    assert [note.text for note in report.entries[0].notes] == [
        "Line 6: there is no image ../../outside.png",
        "Line 6: there is no image linked.png",
    ]
    assert db.scalars(select(MediaFile)).all() == []


def test_a_missing_folder_is_said_at_once(bring: Bring, tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        bring(tmp_path / "none")


def test_a_changed_file_is_the_next_version(db: Session, bring: Bring, tmp_path: Path) -> None:
    put(tmp_path, "materials/one.md", "---\ntitle: One\npublished_on: 2026-01-02\nchanges: First.\n---\n\nOld words.")
    bring(tmp_path)
    put(tmp_path, "materials/one.md", "---\ntitle: One\npublished_on: 2026-01-02\nchanges: Second.\n---\n\nNew words.")
    assert counts(bring(tmp_path)) == (0, 1, 0, 0)
    page = reading.page(db, "one")
    assert [(issue.number, issue.on, issue.note) for issue in page.versions] == [
        (2, date(2026, 11, 23), "Second."),
        (1, date(2026, 1, 2), "First."),
    ]
    assert (page.version.source, page.material.published_on) == ("New words.", date(2026, 1, 2))


def test_an_image_is_brought_once_and_again_when_it_changes(db: Session, bring: Bring, tmp_path: Path) -> None:
    put(tmp_path, "materials/one.md", HEAD.format("One") + "![What it shows](images/a.png)")
    put(tmp_path, "materials/images/a.png", a_picture())
    bring(tmp_path)
    first = db.scalars(select(MediaFile)).one()
    assert (first.alt, first.audience, reading.page(db, "one").version.html.count(first.url)) == (
        *("What it shows", "public"),
        1,
    )
    put(tmp_path, "materials/one.md", HEAD.format("One") + "Words. ![What it shows](images/a.png)")
    assert counts(bring(tmp_path)) == (0, 1, 0, 0)
    assert db.scalars(select(MediaFile)).one() is first
    put(tmp_path, "materials/images/a.png", (CONTENT / "materials/images/three-asks.png").read_bytes())
    assert counts(bring(tmp_path)) == (0, 1, 0, 0)
    second = db.scalars(select(MediaFile).order_by(MediaFile.id.desc())).first()
    assert (db.scalars(select(MaterialFile)).one().media_id, second.url in reading.page(db, "one").version.html) == (
        second.id,
        True,
    )


def test_what_was_withdrawn_or_is_being_written_here_is_not_overwritten(
    db: Session, bring: Bring, tmp_path: Path, world: World
) -> None:
    organiser = Viewer(person_id=world.organiser.id)
    writing.start(db, organiser, title="Two", cohort=world.cohort)
    put(tmp_path, "materials/one.md", HEAD.format("One") + "Words.")
    bring(tmp_path)
    material = db.scalars(select(Material).where(Material.slug == "one")).one()
    db.refresh(material, ["current"])
    publishing.withdraw(db, organiser, material, why="Wait.")
    assert counts(bring(tmp_path)) == (0, 0, 1, 0)
    put(tmp_path, "materials/one.md", HEAD.format("One") + "Other words.")
    put(tmp_path, "materials/two.md", HEAD.format("Two") + "Words.")
    assert [str(entry) for entry in bring(tmp_path).of(Result.REFUSED)] == [
        "materials/one.md: This material was withdrawn here. Publish it again on its page first.",
        "materials/two.md: A draft of this name is being written here.",
    ]
    assert (material.state, db.scalar(select(func.count()).select_from(MaterialVersion))) == (
        MaterialState.WITHDRAWN,
        1,
    )


def test_drafts_and_withdrawn_materials_stay_at_home(
    database: Database, db: Session, bring: Bring, tmp_path: Path, draft: Material
) -> None:
    db.commit()
    send_out(database, tmp_path)
    assert [path for path in files(tmp_path) if path.startswith("materials/")] == []


def test_links_lead_to_what_is_in_the_folder_or_published_already(db: Session, bring: Bring, tmp_path: Path) -> None:
    put(tmp_path / "first", "materials/known.md", HEAD.format("Known") + "Words.")
    bring(tmp_path / "first")
    text = "[a](deep/other.md#part) [b](known.md) [c](../prompts/why.md) [d](refused.md)"
    put(tmp_path / "second", "materials/one.md", HEAD.format("One") + text)
    put(tmp_path / "second", "materials/deep/other.md", HEAD.format("Other") + "[back](../one.md)\n\n## Part")
    put(tmp_path / "second", "materials/refused.md", "No title.")
    put(tmp_path / "second", "prompts/why.md", "---\ntext: Why?\nmoment: opening\n---\n")
    report = bring(tmp_path / "second")
    assert reading.page(db, "one").version.html == (
        '<p><a href="/library/other#c-part">a</a> <a href="/library/known">b</a> '
        '<a href="/questions/why">c</a> <span>d</span></p>'
    )
    assert '<a href="/library/one">back</a>' in reading.page(db, "other").version.html
    assert [note.text for entry in report.entries for note in entry.notes] == [
        "Line 6: the link leads nowhere: refused.md"
    ]


def test_a_file_is_taken_whole_or_not_at_all(db: Session, bring: Bring, small: Path, world: World) -> None:
    """The second cohort asks what is another cohort's own: it is refused when its seats are taken already."""
    world.prompt.slug, world.prompt.cohort_id = "own", world.cohort.id
    put(small, "cohorts/big.md", COHORT.format(organisations="a, b", focus="a, own", time="15:00", asked="b"))
    report = bring(small)
    assert [str(entry) for entry in report.entries if entry.kind == "cohort"] == [
        "cohorts/big.md: This prompt is another cohort’s own.",
        "cohorts/small.md: new",
    ]
    assert sorted(db.scalars(select(Cohort.slug))) == ["other-cohort", "practice-cohort", "small"]
    small_id = db.scalar(select(Cohort.id).where(Cohort.slug == "small"))
    scopes = db.scalars(select(Event.scope).where(Event.scope.is_not(None)))
    assert set(scopes) == {f"cohort:{small_id}"}
    assert db.scalar(select(func.count()).select_from(Seat).where(Seat.cohort_id == small_id)) == 2


def test_nobody_can_follow_a_viewer_that_is_the_system(db: Session, bring: Bring, small: Path) -> None:
    assert bring(small, actor=NOBODY).is_good
    assert db.scalar(select(func.count()).select_from(Event).where(Event.actor_id.is_not(None))) == 0
