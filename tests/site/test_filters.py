"""The library's filters: what they leave, with which numbers, and in which addresses."""

import re
from datetime import date

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from peernet.db import settle
from peernet.materials.library import Filters, Option
from peernet.materials.models import MaterialKind
from peernet.prompts.models import Topic
from peernet.site import filters
from peernet.site.views import library
from tests.site import shelf
from tests.site.conftest import Shelves
from tests.site.test_pages import texts
from tests.world import World


def test_reading_an_address() -> None:
    arguments = MultiDict({"kind": "report", "topic": "trust", "cohort": "", "page": "2", "other": "x"})
    assert filters.read(arguments) == Filters(kind=MaterialKind.REPORT, topic="trust")
    assert filters.read(MultiDict({"kind": "nonsense"})) == Filters()


@pytest.mark.parametrize(
    ("written", "number"),
    [("2", 2), ("0", 1), ("-1", 1), ("", 1), ("x", 1), ("١", 1), ("9999999", 100_000), ("1" * 400, 1)],
)
def test_the_number_of_a_page(written: str, number: int) -> None:
    assert filters.page_number(MultiDict({"page": written})) == number


def test_writing_an_address() -> None:
    chosen = Filters(kind=MaterialKind.REPORT, topic="trust")
    assert filters.arguments_of(chosen) == {"kind": "report", "topic": "trust"}
    assert filters.arguments_of(chosen, kind=None, cohort="two") == {"topic": "trust", "cohort": "two"}


def test_what_is_offered() -> None:
    options = {name: [] for name in filters.NAMES} | {
        "kind": [Option("report", "report", 2), Option("video", "video", 1)],
        "language": [Option("en", "English", 3)],
        "question": [Option("why", "Why?", 1)],
    }
    offered = filters.facets(Filters(kind=MaterialKind.REPORT, topic="nowhere"), options, 2)
    assert [(facet.name, facet.chosen, facet.options) for facet in offered] == [
        ("kind", Option("report", "Report", 2), [Option("video", "Video", 1)]),
        ("topic", Option("nowhere", "nowhere", 0), []),
    ]


def _facets(page: str) -> dict[str, list[str]]:
    sections = re.findall(r"<section>\s*<h2>(.*?)</h2>(.*?)</section>", page.split('id="filters"')[1], re.DOTALL)
    return {name: [" ".join(line.split()) for line in texts(body, "a")] for name, body in sections}


def _titles(page: str) -> list[str]:
    return texts(page, "h2", "entry-title")


def test_the_whole_library(client: FlaskClient, shelves: Shelves) -> None:
    page = client.get("/library").text
    assert _titles(page) == ["A playbook", "A case", "A video"]
    assert _facets(page) == {
        "Kind": ["Case study ( 1 )", "Playbook ( 1 )", "Video ( 1 )"],
        "Topic": ["Governance ( 2 )"],
        "Cohort": ["Practice cohort ( 1 )"],
        "Organisation": ["River Trust ( 2 )", "City Library ( 1 )"],
    }


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("kind=playbook", ["A playbook"]),
        ("topic=governance", ["A playbook", "A case"]),
        ("organisation=river-trust", ["A playbook", "A case"]),
        ("organisation=river-trust&kind=case-study", ["A case"]),
        ("cohort=practice-cohort", ["A playbook"]),
        ("question=who-decides", ["A playbook"]),
        ("language=en", ["A playbook", "A case", "A video"]),
        ("language=fr", []),
        ("topic=governance&kind=video", []),
        ("length=short", ["A playbook", "A case", "A video"]),
        ("length=long", []),
        ("length=nonsense&licence=CC-BY-4.0", ["A playbook", "A case", "A video"]),
        ("licence=CC0-1.0", []),
        ("topic=nowhere", []),
        ("kind=nonsense", ["A playbook", "A case", "A video"]),
    ],
)
def test_filters_combine(query: str, titles: list[str], client: FlaskClient, shelves: Shelves) -> None:
    page = client.get(f"/library?{query}").text
    assert _titles(page) == titles
    assert ("Nothing in the library is all of this at once" in page) is (not titles)


def test_a_filter_can_be_taken_away_alone(client: FlaskClient, db: Session, shelves: Shelves) -> None:
    page = client.get("/library?topic=governance&kind=playbook").text
    chosen = re.findall(r'href="([^"]*)"', page.split('class="chosen"')[1].split("</ul>")[0])
    assert chosen == ["/library?topic=governance", "/library?kind=playbook", "/library"]
    assert _facets(page)["Kind"] == ["Case study ( 1 )"]
    assert '<meta name="robots" content="noindex, follow">' in page


def test_by_length_and_licence(client: FlaskClient, db: Session, shelves: Shelves) -> None:
    shelf.publish(
        db, "a-film", day=date(2026, 10, 1), video_minutes=40, video_url="https://v.example.org/2", licence="CC0-1.0"
    )
    settle(db)
    page = client.get("/library").text
    assert _facets(page)["Length"] == ["Up to 5 minutes ( 3 )", "16 minutes or more ( 1 )"]
    assert _facets(page)["Licence"] == ["CC BY 4.0 ( 3 )", "CC0 1.0 ( 1 )"]
    assert _titles(client.get("/library?length=long&licence=CC0-1.0").text) == ["A film"]


def test_addresses_of_filters_are_those_of_the_router(app: Flask) -> None:
    chosen = Filters(topic="a b&c", language="en")
    with app.test_request_context("/library"):
        for name, value in (("kind", "report"), ("topic", "é/+?"), ("language", None), ("licence", "CC-BY-4.0")):
            wanted = url_for("site.library", **filters.arguments_of(chosen, **{name: value}))
            assert library._narrowing(chosen)(name, value) == wanted
        assert library._narrowing(Filters())("kind", None) == "/library"


def _with_topics(db: Session, *names: str) -> None:
    topics = [Topic(slug=f"t-{number}", name=name) for number, name in enumerate(names)]
    db.add_all(topics)
    db.flush()
    shelf.publish(db, "of-all", day=date(2026, 10, 1), topics=tuple(one.id for one in topics))
    shelf.publish(db, "of-the-last", day=date(2026, 10, 2), topics=(topics[-1].id,))
    settle(db)


def test_of_very_many_values_the_commonest_are_offered(client: FlaskClient, db: Session, world: World) -> None:
    _with_topics(db, *(f"Topic {number:02}" for number in range(21)))
    offered = _facets(client.get("/library").text)["Topic"]
    assert offered == ["Topic 20 ( 2 )", *(f"Topic {number:02} ( 1 )" for number in range(11)), "All 21 topics"]
    page = client.get("/library?topic=t-15").text
    assert texts(page.split('class="chosen"')[1].split("</ul>")[0], "a") == ["Topic Topic 15 (remove) ×"]
    assert 'href="/library/by/topic?topic=t-15">All 21 topics' not in page  # 20 others: few enough to look through
    page = client.get("/library?kind=blogpost").text
    assert 'href="/library/by/topic?kind=blogpost">All 21 topics' in page


def test_all_values_of_a_filter(client: FlaskClient, db: Session, world: World) -> None:
    _with_topics(db, "water", "Éthique", "Energy", "3D maps", "Wells")
    page = client.get("/library/by/topic").text
    letters = re.findall(r'<section id="at-(\w+)">(.*?)</section>', page, re.DOTALL)
    assert [(letter, texts(body, "h2"), texts(body, "a")) for letter, body in letters] == [
        ("other", ["#"], ["3D maps ( 1 )"]),
        ("e", ["E"], ["Energy ( 1 )", "Éthique ( 1 )"]),
        ("w", ["W"], ["water ( 1 )", "Wells ( 2 )"]),
    ]
    assert texts(page, "h1") == ["All 5 topics"]
    assert "noindex" not in page


def test_all_values_beside_what_is_chosen(client: FlaskClient, db: Session, world: World) -> None:
    _with_topics(db, "Water", "Wells")
    page = client.get("/library/by/topic?topic=t-1&kind=blogpost").text
    assert re.findall(r'<a href="(/library\?[^"]*)"([^>]*)>', page) == [
        ("/library?kind=blogpost", ""),
        ("/library?kind=blogpost&amp;topic=t-0", ""),
        ("/library?kind=blogpost&amp;topic=t-1", ' aria-current="true"'),
    ]
    assert '<meta name="robots" content="noindex, follow">' in page
    assert "<p>Narrowed to: Blog post</p>" in page
    assert client.get("/library/by/kind").status_code == 404


@pytest.mark.parametrize(("many", "letters"), [(40, 40), (41, 1)])
def test_letters_are_left_out_where_each_name_has_its_own(many: int, letters: int) -> None:
    options = [Option(str(number), chr(0x4E00 + number), 1) for number in range(many)]
    groups = filters.by_beginning(filters.Facet("topic", "Topic", None, options))
    assert len(groups) == letters
    assert [option for _letter, some in groups for option in some] == options
