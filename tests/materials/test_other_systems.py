"""Content that was written for other systems: each says some things its own way, and keeps the rest."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.materials import reading
from peernet.materials.exchange import Entry, Note, Result, send_out
from peernet.media.models import MediaFile
from tests.materials.folders import HEAD, Bring, counts, files, put
from tests.world import World

SAMPLES = Path(__file__).parent / "samples"
KEPT = "“{}” is not known here. It is kept for the export."
FOREIGN = "Line {}: {} belongs to another system and is shown as text"


def new(path: str, slug: str, *notes: tuple[int, str]) -> Entry:
    """A file of another system that was taken."""
    return Entry(path, "material", slug, Result.NEW, notes=tuple(Note(*note) for note in notes))


SYSTEMS = {
    "jekyll": [
        new(
            "_posts/2024-03-05-what-the-bridge-taught-us.md",
            "what-the-bridge-taught-us",
            (2, KEPT.format("layout")),
            (5, "“water-levels” is not a topic here. It is kept as a tag for the export."),
            (12, FOREIGN.format(12, '{% include note.html text="by hand" %}')),
            (16, "Line 16: the link leads nowhere: missing.md"),
            (17, FOREIGN.format(17, "{: .lead }")),
        ),
        new(
            "_posts/2024-04-01-a-second-reading.md",
            "a-second-reading",
            (4, KEPT.format("permalink")),
            (3, "“floods” is not a topic here. It is kept as a tag for the export."),
            (9, "Line 9: HTML is shown as text: <em>"),
            (9, "Line 9: HTML is shown as text: </em>"),
        ),
        Entry(
            *("_posts/2024-05-01-not-yet.md", "material", "not-yet", Result.REFUSED),
            *(3, "The file says that it is a draft."),
        ),
        new("index.md", "jekyll", (2, KEPT.format("layout"))),
    ],
    "hugo": [
        new("content/posts/_index.md", "posts"),
        new(
            "content/posts/first-field.md",
            "first-field",
            (6, KEPT.format("weight")),
            (7, KEPT.format("params")),
            (5, "“seeds” is not a topic here. It is kept as a tag for the export."),
            (11, FOREIGN.format(11, '{{< figure src="/images/field.png" title="The field" >}}')),
        ),
        new("content/posts/second-look/index.md", "second-look", (4, KEPT.format("draft"))),
        Entry(
            *("content/posts/unfinished.md", "material", "unfinished", Result.REFUSED),
            *(3, "The file says that it is a draft."),
        ),
    ],
    "mkdocs": [new("docs/guide/steps.md", "steps"), new("docs/index.md", "docs")],
    "jupyter-book": [
        new("counting.md", "counting", (4, "Line 4: the directive {code-cell} is shown as text")),
        new(
            "intro.md",
            "intro",
            (2, KEPT.format("jupytext")),
            (4, KEPT.format("kernelspec")),
            (10, "Line 10: the directive {note} is shown as text"),
            (14, FOREIGN.format(14, "{doc}")),
        ),
    ],
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_markdown_of_other_systems_comes_in_and_goes_round(
    database: Database, db: Session, bring: Bring, tmp_path: Path, world: World, system: str
) -> None:
    put(tmp_path, "topics/climate.md", "---\nname: Climate\n---\n")
    put(tmp_path, "materials/unrelated.md", HEAD.format("Unrelated"))
    bring(tmp_path)
    report = bring(SAMPLES / system)
    assert report.entries == SYSTEMS[system]
    taken, refused = report.count(Result.NEW), report.count(Result.REFUSED)
    assert counts(bring(SAMPLES / system)) == (0, 0, taken, refused)
    send_out(database, tmp_path / "out")
    again = bring(tmp_path / "out")
    assert (counts(again)[0:2], again.is_good) == ((0, 0), True)
    send_out(database, tmp_path / "again")
    assert files(tmp_path / "again") == files(tmp_path / "out")


def test_what_other_systems_say_otherwise_is_understood(db: Session, bring: Bring, world: World) -> None:
    bring(SAMPLES / "jekyll")
    page = reading.page(db, "what-the-bridge-taught-us")
    picture = db.scalars(select(MediaFile)).one()
    assert (page.material.published_on, page.version.summary) == (
        *(date(2024, 3, 5), "A gauge on a bridge, and who reads it."),
    )
    assert [one.slug for one in page.topics] == ["governance"]
    assert [each["name"] for each in page.version.credits] == ["A small archive"]
    assert page.material.extra == {"layout": "post", "tags": ["governance", "water-levels"]}
    assert '{% include note.html text="by hand" %}' in page.version.html
    assert '<a href="/library/a-second-reading#c-why">the second post</a>' in page.version.html
    assert (picture.url in page.version.html, picture.alt) == (True, "The old bridge with its gauge")
    bring(SAMPLES / "hugo")
    html = reading.page(db, "first-field").version.html
    assert ("/media/" in html, '<a href="/library/second-look">a second look</a>' in html) == (True, True)
    assert '<a href="/library/first-field">the first field</a>' in reading.page(db, "second-look").version.html
    bring(SAMPLES / "jupyter-book")
    assert (reading.page(db, "counting").version.title, reading.page(db, "intro").version.title) == (
        "Counting things",
        "Reading a small data set",
    )
