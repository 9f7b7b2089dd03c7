"""Feeds and sitemap, read as programs read them."""

import re
from collections import Counter
from datetime import date, datetime
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import settle
from peernet.materials.models import Material, MaterialState
from peernet.site import sitemaps
from peernet.text.xml import legal
from tests.site import shelf
from tests.site.conftest import Shelves
from tests.world import World

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FEEDS = {
    "/feeds/all.atom": ["a-playbook", "a-case", "a-video"],
    "/feeds/topic/governance.atom": ["a-playbook", "a-case"],
    "/feeds/cohort/practice-cohort.atom": ["a-playbook"],
    "/feeds/organisation/river-trust.atom": ["a-playbook", "a-case"],
    "/feeds/organisation/museum.atom": [],
    "/feeds/question/who-decides.atom": ["a-playbook"],
}


def _text(element: ElementTree.Element, name: str) -> str:
    found = element.findall(f"{ATOM}{name}")
    assert len(found) == 1, name
    return found[0].text or ""


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_valid(path: str, client: FlaskClient, shelves: Shelves) -> None:
    answer = client.get(path)
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert [_text(entry, "id").rsplit("/", 1)[1] for entry in entries] == FEEDS[path]
    assert _text(feed, "id") == f"http://localhost:8000{path}"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"http://localhost:8000{path}"
    assert client.get(links["alternate"]).status_code == 200
    for element in (feed, *entries):
        assert RFC3339.fullmatch(_text(element, "updated"))
        assert _text(element, "title")
        assert element.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))


def test_an_entry(client: FlaskClient, db: Session, shelves: Shelves) -> None:
    shelf.issue(db, shelves.case, title="A case & more", summary="What <they> did", note="Clearer")
    settle(db)
    feed = ElementTree.fromstring(client.get("/feeds/all.atom").data)
    entry = feed.findall(f"{ATOM}entry")[1]
    assert {name: _text(entry, name) for name in ("id", "title", "published", "updated", "summary", "rights")} == {
        "id": "http://localhost:8000/library/a-case",
        "title": "A case & more",
        "published": "2026-11-02T00:00:00Z",
        "updated": "2026-11-23T12:00:00Z",
        "summary": "What <they> did",
        "rights": "CC-BY-4.0",
    }
    assert _text(feed, "updated") == "2026-11-23T12:00:00Z"


def test_the_whole_text_with_whole_links(client: FlaskClient, db: Session, shelves: Shelves) -> None:
    text = f'More <a href="/library/a-case#x">there</a> <img src="/media/{"a" * 32}" alt="A map" srcset="/media/b 1x">'
    shelf.issue(db, shelves.case, text=text, note="More")
    settle(db)
    feed = ElementTree.fromstring(client.get("/feeds/all.atom").data)
    assert _text(feed.findall(f"{ATOM}entry")[1], "content") == (
        '<p>More <a href="http://localhost:8000/library/a-case#x">there</a> '
        f'<img alt="A map" src="http://localhost:8000/media/{"a" * 32}"/></p>'
    )


def test_a_french_reader_gets_the_same_entries(client: FlaskClient, shelves: Shelves) -> None:
    feed = ElementTree.fromstring(client.get("/fr/feeds/all.atom").data)
    assert _text(feed, "id") == "http://localhost:8000/fr/feeds/all.atom"
    first = feed.findall(f"{ATOM}entry")[0]
    assert _text(first, "id") == "http://localhost:8000/library/a-playbook"
    assert first.find(f"{ATOM}link").get("href") == "http://localhost:8000/fr/library/a-playbook"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "path", ["topic/nothing", "cohort/nothing", "organisation/nothing", "question/nothing", "nothing/governance"]
)
def test_no_feed_of_what_is_not_there(path: str, client: FlaskClient, world: World) -> None:
    assert client.get(f"/feeds/{path}.atom").status_code == 404


def test_what_no_document_may_hold_is_left_out(client: FlaskClient, db: Session, shelves: Shelves) -> None:
    shelf.publish(db, "broken", title="A\x0bB￾C", summary="tab\tand\x01 one")
    settle(db)
    feed = ElementTree.fromstring(client.get("/feeds/all.atom").data)
    assert "ABC" in [title.text for title in feed.iter(f"{ATOM}title")]
    assert legal("a\x00b\td\ud800") == "ab\td"


def test_the_sitemap(client: FlaskClient, world: World, shelves: Shelves) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.content_type == "application/xml; charset=utf-8"
    places = {
        (place.findtext(f"{SITEMAP}loc") or "").removeprefix("http://localhost:8000"): place
        for place in ElementTree.fromstring(answer.data)
    }
    english = [path for path in places if not path.startswith("/fr")]
    assert english == [
        "/", "/questions", "/library", "/cohorts", "/organisations", "/about",
        "/questions/who-decides", "/cohorts/other-cohort", "/cohorts/practice-cohort",
        "/organisations/city-library", "/organisations/harbour", "/organisations/museum", "/organisations/river-trust",
        "/library/a-playbook", "/library/a-case", "/library/a-video",
    ]  # fmt: skip
    assert [path.removeprefix("/fr") for path in places if path.startswith("/fr")] == english
    playbook = places["/library/a-playbook"]
    assert date.fromisoformat(playbook.findtext(f"{SITEMAP}lastmod") or "") == date(2026, 11, 23)
    assert {link.get("hreflang"): link.get("href") for link in playbook.findall(f"{XHTML}link")} == {
        "en": "http://localhost:8000/library/a-playbook",
        "fr": "http://localhost:8000/fr/library/a-playbook",
    }
    for path in english:
        assert client.get(path).status_code == 200


def test_a_sitemap_in_parts(
    client: FlaskClient, db: Session, world: World, shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Materials stand in parts of their own, by their numbers, so that a new one changes the last part alone."""
    whole = client.get("/sitemap.xml").data
    monkeypatch.setattr(sitemaps, "MOST_ADDRESSES", 20)
    kept = _by_parts(db)
    assert _parts(client) == [1, 2, *kept]
    found = [client.get(f"/sitemap-{number}.xml").data for number in _parts(client)]
    assert [len(ElementTree.fromstring(part)) for part in found] == [20, 6, *kept.values()]
    assert sorted(place for part in found for place in _locations(part)) == sorted(_locations(whole))
    for number in range(10):
        shelf.publish(db, f"more-{number}")
    settle(db)
    more = _by_parts(db)
    assert (_parts(client), len(more) > len(kept)) == ([1, 2, *more], True)
    for number in (3, 999, min(more) - 1, max(more) + 1, 99999):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


def _by_parts(db: Session) -> dict[int, int]:
    """How many pages of materials, each in two languages, stand in which part, ten materials in each."""
    ids = db.scalars(select(Material.id).where(Material.state == MaterialState.PUBLISHED).order_by(Material.id))
    found = Counter(1000 + one // 10 for one in ids)
    return {number: 2 * many for number, many in found.items()}


def _parts(client: FlaskClient) -> list[int]:
    found = [one.text or "" for one in ElementTree.fromstring(client.get("/sitemap.xml").data).iter(f"{SITEMAP}loc")]
    return [int(one.removeprefix("http://localhost:8000/sitemap-").removesuffix(".xml")) for one in found]


def _locations(part: bytes) -> list[str]:
    return [place.findtext(f"{SITEMAP}loc") or "" for place in ElementTree.fromstring(part)]


def test_a_feed_without_entries_has_not_changed(client: FlaskClient, db: Session) -> None:
    feed = ElementTree.fromstring(client.get("/feeds/all.atom").data)
    assert datetime.fromisoformat(_text(feed, "updated")).year == 1970
