"""Pages of the network's own: files become pages, feet and menus name them, and what is no page is told."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet import pages
from peernet.admin import findings
from peernet.brand import texts
from peernet.db import migrations, settle
from peernet.server import stamp
from peernet.settings import Settings, use
from peernet.site import turning
from tests.site.conftest import Ask, ask, sweeper  # noqa: F401
from tests.world import World

BEFORE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC).timestamp()


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Three pages, one of them in two languages."""
    where = tmp_path / "mine"
    where.mkdir()
    write(where, "imprint.md", "title: Imprint\nsummary: Who answers", "See [the rules](rules.md). <script>x</script>")
    write(where, "imprint.fr.md", "title: Mentions légales", "Voir [les règles](rules.md).")
    write(where, "rules.md", "title: Rules\nplace: menu", "# How we talk\n\nGently.")
    write(where, "hidden.md", "title: Hidden\nplace: none", "Who knows the address.")
    network = settings.network.model_copy(update={"pages": str(where)})
    use(settings.model_copy(update={"network": network}))
    return where


def write(folder: Path, name: str, head: str, body: str, at: float = BEFORE) -> None:
    (folder / name).write_text(f"---\n{head}\n---\n\n{body}\n")
    os.utime(folder / name, (at, at))
    os.utime(folder, (at, at))


def links(page: str, part: str) -> list[str]:
    found = re.search(rf'<ul class="{part}">.*?</ul>', page, re.DOTALL)
    return re.findall(r'href="([^"]*pages[^"]*)"', found[0]) if found else []


def test_a_page(folder: Path, client: FlaskClient, world: World) -> None:
    answer = client.get("/pages/imprint")
    assert (answer.status_code, answer.text.count("<h1>Imprint</h1>")) == (200, 1)
    assert '<p class="lead">Who answers</p>' in answer.text
    assert '<a href="/pages/rules">the rules</a>' in answer.text
    assert "<script>x" not in answer.text
    assert (links(answer.text, "masthead-nav"), links(answer.text, "colophon-links")) == (
        ["/pages/rules"], ["/pages/imprint", "/pages/imprint", "/fr/pages/imprint"],
    )  # fmt: skip
    assert "<title>Hidden ·" in client.get("/pages/hidden").text
    assert '<h2 id="c-how-we-talk">How we talk</h2>' in client.get("/pages/rules").text


def test_in_another_language(folder: Path, client: FlaskClient) -> None:
    page = client.get("/fr/pages/imprint").text
    assert "<h1>Mentions légales</h1>" in page
    assert '<a href="/fr/pages/rules">les règles</a>' in page
    assert '<article lang="en">' in client.get("/fr/pages/rules").text


@pytest.mark.parametrize("path", ["/pages/nothing", "/pages/about", "/pages/..%2Fconfig", "/pages/imprint.fr"])
def test_what_is_no_page(path: str, folder: Path, client: FlaskClient) -> None:
    write(folder, "about.md", "title: About", "Long about us.")
    assert client.get(path).status_code == 404
    assert "<p>Long about us.</p>" in client.get("/about").text


def test_the_sitemap_has_them(folder: Path, client: FlaskClient) -> None:
    found = re.findall(r"<loc>[^<]*(/pages/[^<]*)</loc>", client.get("/sitemap.xml").text)
    assert found[::2] == ["/pages/hidden", "/pages/imprint", "/pages/rules"]


def test_what_is_wrong_is_told(folder: Path) -> None:
    for name in ("imprint.md", "imprint.fr.md", "rules.md", "hidden.md"):
        (folder / name).unlink()
    write(folder, "My Page.md", "title: Mine", "")
    write(folder, "empty.md", "place: top", "")
    (folder / "bytes.md").write_bytes(b"---\ntitle: \xff\n---\n")
    given = use_again(folder)
    assert texts.problems(given) == (
        "My Page.md: Its name must be like imprint.md or imprint.fr.md.",
        "bytes.md: Line 2 is not UTF-8; save the file as UTF-8.",
        "empty.md: title: Field required; place: String should match pattern 'menu|footer|none'",
    )
    assert findings.own_pages(given).wrong == " ".join(texts.problems(given))


def use_again(folder: Path) -> Settings:
    from_folder = texts.current()
    assert texts.folder(from_folder) == folder
    return from_folder


def test_a_changed_file_makes_pages_anew(folder: Path, ask: Ask, db: Session, world: World) -> None:  # noqa: F811
    given = use_again(folder)
    turning.turn(db)
    settle(db)
    before = stamp(given)
    assert ["Who answers" in ask("/pages/imprint").text for _ in range(2)] == [True, True]
    assert "/pages/terms" not in ask("/organisations").text
    assert turning.turn(db) is False
    later = datetime(2026, 11, 23, 12, 1, tzinfo=UTC)
    with time_machine.travel(later, tick=False):
        write(folder, "imprint.md", "title: Imprint\nsummary: Somebody else", "", later.timestamp())
        write(folder, "terms.md", "title: Terms", "", later.timestamp())
        assert turning.turn(db) is True
        settle(db)
        assert "Somebody else" in ask("/pages/imprint").text
        assert "/pages/terms" in ask("/organisations").text
        assert (turning.turn(db), stamp(given) == before) == (False, False)
    assert pages.last_touched(db, texts.KEY) == later


def test_the_demonstration_has_an_imprint(settings: Settings, client: FlaskClient) -> None:
    network = settings.network.model_copy(update={"pages": str(migrations.folder("content") / "pages")})
    given = use(settings.model_copy(update={"network": network}))
    assert texts.problems(given) == ()
    assert "<h1>Imprint</h1>" in client.get("/pages/imprint").text
    assert "announced in April 2020" in client.get("/about").text
    assert "annoncé en avril 2020" in client.get("/fr/about").text
