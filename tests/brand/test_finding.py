"""The network's own pages in the search: what stands in the files now, in its language, and nothing else."""

import os
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet import pages, search
from peernet.brand import finding, texts
from peernet.db import settle
from peernet.search.models import SearchRow
from peernet.settings import Settings, use
from peernet.site import turning
from tests.brand.test_texts import BEFORE, write
from tests.world import World

PUBLIC = frozenset({"public"})


@pytest.fixture
def folder(db: Session, tmp_path: Path, settings: Settings) -> Path:
    """A page in two languages, one that no menu names, one in a language that is not offered, and what stands on the
    page about the network."""
    where = tmp_path / "mine"
    where.mkdir()
    write(
        where, "imprint.md", "title: Imprint\nsummary: Who answers", "Registered in **Bergen**, see [rules](rules.md)."
    )
    write(where, "imprint.fr.md", "title: Mentions légales", "Inscrit à Bergen.")
    write(where, "rules.md", "title: Rules\nplace: none", "We talk gently.")
    write(where, "rules.nb.md", "title: Regler", "Vi snakker rolig.")
    write(where, "about.md", "title: About us", "Founded by anglers.")
    write(where, "broken.md", "place: footer", "No title, no page.")
    change_settings(settings, where)
    turn(db)
    return where


def change_settings(settings: Settings, folder: Path) -> None:
    network = settings.network.model_copy(update={"pages": str(folder), "languages": ["en", "fr"]})
    use(settings.model_copy(update={"network": network}))


def turn(db: Session) -> bool:
    turned = turning.turn(db)
    settle(db)
    return turned


def found(db: Session, q: str) -> list[tuple[str, str, str]]:
    return sorted((hit.title, hit.language, hit.url) for hit in search.find(db, PUBLIC, q, kind="page").hits)


@pytest.mark.parametrize(
    ("q", "hits"),
    [
        (
            "bergen",
            [("Imprint", "en", "/pages/imprint"), ("Mentions légales", "fr", "/fr/pages/imprint")],
        ),
        ("answers", [("Imprint", "en", "/pages/imprint")]),
        ("légales", [("Mentions légales", "fr", "/fr/pages/imprint")]),
        ("gently", [("Rules", "en", "/pages/rules")]),
        ("rolig", [("Regler", "nb", "/pages/rules")]),
        ("anglers", [("About us", "en", "/about")]),
        ("title", []),
    ],
)
def test_each_text_is_found_in_its_language(q: str, hits: list, folder: Path, db: Session) -> None:
    assert found(db, q) == hits
    assert {row.audience for row in db.query(SearchRow).filter(SearchRow.kind == "page")} == {"public"}


def test_where_hits_lead(folder: Path, client: FlaskClient, world: World) -> None:
    for path in ("/search?q=bergen", "/fr/search?q=bergen"):
        page = client.get(path).text
        links = re.findall(r'<h2 class="entry-title"><a href="([^"]*)"', page)
        assert sorted(links) == ["/fr/pages/imprint", "/pages/imprint"]
        assert [client.get(link).status_code for link in links] == [200, 200]
    assert "Registered in <mark>Bergen</mark>, see rules." in client.get("/search?q=bergen&kind=page").text


def test_the_rows_follow_the_files(folder: Path, db: Session) -> None:
    assert turn(db) is False
    (folder / "imprint.fr.md").unlink()
    write(folder, "imprint.md", "title: Imprint", "Registered in Oslo.", BEFORE + 1)
    write(folder, "terms.md", "title: Terms", "Terms of Bergen.", BEFORE + 1)
    assert turn(db) is True
    assert found(db, "bergen") == [("Terms", "en", "/pages/terms")]
    assert found(db, "oslo") == [("Imprint", "en", "/pages/imprint")]
    assert turn(db) is False
    for path in folder.glob("*.md"):
        path.unlink()
    assert turn(db) is True
    assert db.query(SearchRow).filter(SearchRow.kind == "page").count() == 0


def test_a_file_that_is_no_page_any_more_is_not_found(folder: Path, db: Session) -> None:
    write(folder, "imprint.md", "title: Imprint\nplace: top", "Registered in Bergen.", BEFORE + 1)
    turn(db)
    assert found(db, "bergen") == [("Mentions légales", "fr", "/fr/pages/imprint")]


def test_another_folder_that_is_older(folder: Path, db: Session, settings: Settings, tmp_path: Path) -> None:
    older = tmp_path / "older"
    older.mkdir()
    write(older, "imprint.md", "title: Imprint", "Registered in Tromsø.", BEFORE - 99_999)
    change_settings(settings, older)
    before = pages.counted(db)
    assert turn(db) is True
    assert pages.counted(db) > before
    assert (found(db, "bergen"), found(db, "tromsø")) == ([], [("Imprint", "en", "/pages/imprint")])
    change_settings(settings, tmp_path / "nowhere")
    assert (turn(db), found(db, "tromsø")) == (True, [])


def test_names_as_long_as_they_may_be(folder: Path, db: Session) -> None:
    name = "-".join("a" * 60)
    for last in "bc":
        write(folder, f"{name[:-1]}{last}.md", f"title: Long {last}", "Verylongname.", BEFORE + 1)
    turn(db)
    assert [title for title, _language, _url in found(db, "verylongname")] == ["Long b", "Long c"]


def test_they_are_put_anew_with_all_others(folder: Path, db: Session) -> None:
    before = found(db, "bergen")
    search.clear(db)
    finding.rebuild(db)
    assert found(db, "bergen") == before


def test_what_cannot_be_read_is_found_by_nobody(folder: Path, db: Session) -> None:
    (folder / "imprint.md").write_bytes(b"---\ntitle: \xff\n---\nRegistered in Bergen.\n")
    os.utime(folder / "imprint.md", (BEFORE + 1, BEFORE + 1))
    turn(db)
    assert [language for _title, language, _url in found(db, "bergen")] == ["fr"]
    assert [text.language for text in texts.written()] == ["en", "fr", "en", "nb"]
