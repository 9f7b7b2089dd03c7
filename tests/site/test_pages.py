"""What each page shows, and with how many queries."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock, search
from peernet.cohorts.models import Cohort, Role, Seat
from peernet.db import settle
from peernet.materials import publishing
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialKind
from peernet.organisations.models import Organisation
from peernet.pages import Sweeper
from peernet.prompts.models import Asking, Attribution
from peernet.roundtables import showing
from peernet.roundtables.models import RoundtableKind
from peernet.settings import Settings, use
from peernet.text import markdown
from tests.site import shelf
from tests.site.conftest import Ask, Shelves
from tests.world import World, join, make_asking, make_cohort, make_organisation, make_person, make_roundtable

LISTS = (
    "/",
    "/questions",
    "/questions/who-decides",
    "/library",
    "/library/a-playbook",
    "/library/a-playbook/v/1",
    "/cohorts",
    "/cohorts/practice-cohort",
    "/organisations",
    "/organisations/river-trust",
    "/search?q=playbook",
    "/about",
    "/feeds/all.atom",
    "/feeds/topic/governance.atom",
    "/sitemap.xml",
)


def texts(html: str, tag: str, cls: str = "") -> list[str]:
    """The words of every element of a kind, in their order."""
    wanted = rf'<{tag}\b[^>]*class="[^"]*\b{cls}\b[^"]*"[^>]*>' if cls else rf"<{tag}\b[^>]*>"
    found = re.findall(rf"{wanted}(.*?)</{tag}>", html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def _many(db: Session, world: World, playbook: Material) -> None:
    for number in range(30):
        organisation = make_organisation(db, f"organisation-{number}")
        db.add(Seat(cohort=world.cohort, organisation=organisation, created_at=clock.now()))
        cohort, _seats = make_cohort(db, f"cohort-{number}", [world.river])
        asking = make_asking(db, world.cohort, f"question-{number}", f"Question {number}?", world.topic)
        person = make_person(db, f"Person {number}")
        seat = Seat(cohort=cohort, organisation=organisation, created_at=clock.now())
        db.add(seat)
        db.flush()
        join(db, cohort, person, Role.MEMBER, seat)
        shelf.answer(db, _asked_in(db, cohort, world), person, f"Answer {number}")
        shelf.answer(db, asking, world.member, f"Mine {number}")
        for place in (f"material-{number}", f"other-{number}"):
            shelf.publish(
                db,
                place,
                cohort=world.cohort,
                topics=(world.topic.id,),
                questions=(world.prompt.id, asking.prompt_id),
                organisations=(world.river.id, organisation.id),
            )
        shelf.issue(
            db, playbook, title="A playbook", note=f"Note {number}", topics=(world.topic.id,),
            questions=(world.prompt.id,), organisations=(world.river.id,),
        )  # fmt: skip
        table = make_roundtable(db, world.cohort, f"Table {number}", datetime(2026, 10, 1 + number % 28, 15, 0))
        table.is_public = True
    settle(db)


def _asked_in(db: Session, cohort: Cohort, world: World) -> Asking:
    """The world's prompt, asked in another cohort too."""
    asking = Asking(
        prompt_id=world.prompt.id,
        cohort_id=cohort.id,
        text=world.prompt.text,
        is_focus=True,
        opens_at=world.asking.opens_at,
        created_at=clock.now(),
    )
    db.add(asking)
    db.flush()
    return asking


def test_as_many_queries_for_one_as_for_thirty(
    db: Session, world: World, shelves: Shelves, client: FlaskClient, count_queries: Callable[[], Any]
) -> None:
    shelf.answer(db, world.asking, world.member, "One answer")
    world.roundtable.is_public = True
    settle(db)
    before: dict[str, int] = {}
    for path in LISTS:
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        before[path] = len(seen)
    _many(db, world, shelves.playbook)
    after: dict[str, int] = {}
    for path in LISTS:
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        after[path] = len(seen)
    assert after == before


@pytest.mark.parametrize("path", ["/library/a-playbook", "/library/a-playbook/v/1"])
def test_a_material_is_made_anew_with_four_queries(
    path: str, ask: Ask, shelves: Shelves, sweeper: Sweeper, count_queries: Callable[[], Any]
) -> None:
    """Three that read, and one that asks whether anything was changed meanwhile, before the page is kept."""
    with count_queries() as seen:
        assert ask(path).status_code == 200
    assert len(seen) == 4
    with count_queries() as seen:
        assert ask(path).status_code == 200
    assert seen == []


def test_home(client: FlaskClient, world: World, shelves: Shelves) -> None:
    page = client.get("/").text
    assert texts(page, "h2") == ["Being asked now", "New in the library", "Cohorts", "Who takes part"]
    assert texts(page, "h3") == [
        "Who decides, and how does anybody notice?",
        "A playbook",
        "A case",
        "A video",
        "Other cohort",
        "Practice cohort",
    ]
    assert "open until 30 November 2026" in page
    assert texts(page, "ul", "glance") == [
        "1 question Who decides, and how does anybody notice? 3 materials A playbook 2 cohorts 2026 2027 "
        "4 organisations City Library, Harbour, Museum …"
    ]
    assert [place for place in re.findall(r'href="#(\w+)">', page) if f'id="{place}"' not in page] == []
    wall = re.findall(r'href="/organisations/([a-z-]+)"', page)
    assert wall == ["city-library", "harbour", "museum", "river-trust"]


def test_home_says_what_is_open_to_everybody(ask: Ask, db: Session, world: World) -> None:
    assert "Open to everybody" not in ask("/").text
    held = world.roundtable
    held.is_public, held.kind = True, RoundtableKind.PUBLIC
    showing.rebuild(db)
    settle(db)
    page = ask("/").text
    assert "Open to everybody" in page
    assert page.count(held.title) == 2
    assert f"<p>1 December 2026 · <bdi>{held.title}</bdi></p>" in page
    held.cancelled_at = clock.now()
    showing.rebuild(db)
    settle(db)
    assert held.title not in ask("/").text


def test_an_empty_network_says_what_comes(client: FlaskClient, db: Session) -> None:
    assert texts(client.get("/").text, "ul", "glance") == []
    for path, words in {
        "/": "Nothing is published yet",
        "/library": "Nothing is published yet",
        "/questions": "No question is public yet",
        "/cohorts": "No cohort is public yet",
        "/organisations": "No organisation is here yet",
    }.items():
        answer = client.get(path)
        assert answer.status_code == 200
        assert words in answer.text


def test_a_question(client: FlaskClient, db: Session, world: World, shelves: Shelves) -> None:
    other = shelf.ask_nobody(db, "second", "And who else?", topic=world.topic)
    shelf.answer(db, world.asking, world.peer, "By vote", attribution=Attribution.ORGANISATION)
    shelf.answer(db, world.asking, world.member, "By lot")
    settle(db)
    page = client.get("/questions/who-decides").text
    assert texts(page, "h1") == ["Who decides, and how does anybody notice?"]
    assert texts(page, "p", "kicker") == ["Governance · For opening"]
    assert texts(page, "article", "voice") == [
        "CL City Library 23 November 2026 By vote",
        "RT Member River Trust 23 November 2026 By lot",
    ]
    assert texts(page, "h3") == ["A playbook", other.text]


def test_a_material(client: FlaskClient, db: Session, world: World, shelves: Shelves) -> None:
    shelf.issue(
        db, shelves.playbook, text="Second <em>text</em>", note="Clearer", title="A playbook",
        topics=(world.topic.id,), questions=(world.prompt.id,), organisations=(world.river.id,),
    )  # fmt: skip
    settle(db)
    page = client.get("/library/a-playbook").text
    assert texts(page, "h1") == ["A playbook"]
    assert "<p>Second <em>text</em></p>" in page
    assert texts(page, "h2") == [
        *("About this material", "Corrections", "How to cite", "Take it with you", "Versions", "Read next"),
    ]
    assert texts(page, "p", "timeline-title") == ["Version 2", "Version 1"]
    assert texts(page, "p", "cite") == [
        "The editors. (2026, November 23). A playbook (Version 2) [Playbook]. Peer learning network. "
        "http://localhost:8000/library/a-playbook (CC BY 4.0)",
        "“A playbook” by The editors, Peer learning network, http://localhost:8000/library/a-playbook, licence: "
        "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
    ]
    assert re.findall(r'<a href="(/feeds/[^"]*)">([^<]*)</a>', page[page.index("Follow (Atom)") :])[:3] == [
        ("/feeds/topic/governance.atom", "Governance"),
        ("/feeds/cohort/practice-cohort.atom", "Practice cohort"),
        ("/feeds/all.atom", "everything that is published"),
    ]
    assert texts(page, "h3", "entry-title") == ["A case"]
    assert '<meta property="og:title" content="A playbook · Peer learning network">' in page
    assert '<meta name="description" content="Summary of a-playbook">' in page
    first = client.get("/library/a-playbook/v/1").text
    assert "<p>Body</p>" in first
    assert '<link rel="canonical" href="http://localhost:8000/library/a-playbook">' in first
    assert texts(first, "div", "older")[0].startswith("This is version 1, of 3 November 2026. It was replaced.")


def _data(page: str) -> Any:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]


def test_linked_data_says_what_the_page_says(client: FlaskClient, world: World, shelves: Shelves) -> None:
    assert _data(client.get("/library/a-playbook").text) == {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "@id": "http://localhost:8000/library/a-playbook",
        "url": "http://localhost:8000/library/a-playbook",
        "name": "A playbook",
        "abstract": "Summary of a-playbook",
        "inLanguage": "en",
        "learningResourceType": "playbook",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "timeRequired": "PT4M",
        "version": "1",
        "datePublished": "2026-11-03",
        "author": [{"@type": "Organization", "name": "The editors"}],
        "isAccessibleForFree": True,
        "publisher": {"@type": "Organization", "name": "Peer learning network"},
        "about": [
            "Governance",
            {
                "@type": "Question",
                "@id": "http://localhost:8000/questions/who-decides",
                "name": "Who decides, and how does anybody notice?",
            },
            {"@type": "Organization", "@id": "http://localhost:8000/organisations/river-trust", "name": "River Trust"},
            {
                "@type": "Organization",
                "@id": "http://localhost:8000/organisations/city-library",
                "name": "City Library",
            },
        ],
    }


def test_linked_data_leads_back(client: FlaskClient, db: Session, world: World, shelves: Shelves) -> None:
    shelf.answer(db, world.asking, world.member, "We <b>ask</b>", attribution=Attribution.ORGANISATION)
    world.roundtable.is_public = True
    settle(db)
    question = _data(client.get("/questions/who-decides").text)
    assert [one["@id"] for one in question["subjectOf"]] == ["http://localhost:8000/library/a-playbook"]
    own = {"@type": "Organization", "@id": "http://localhost:8000/organisations/river-trust", "name": "River Trust"}
    (answer,) = question["suggestedAnswer"]
    place = answer.pop("@id").removeprefix(f"{question['@id']}#")
    assert f'<article class="voice" id="{place}">' in client.get("/questions/who-decides").text
    assert answer == {
        "@type": "Answer",
        "text": "We ask",
        "datePublished": "2026-11-23",
        "author": own,
        "parentItem": {"@id": question["@id"]},
    }
    one = _data(client.get("/fr/organisations/river-trust").text)
    assert (one["@id"], len(one["subjectOf"])) == (own["@id"], 2)
    events = _data(client.get("/cohorts/practice-cohort").text)
    assert [(event["@type"], event["name"], event["eventStatus"]) for event in events] == [
        ("EducationEvent", world.roundtable.title, "https://schema.org/EventScheduled")
    ]
    assert _data(client.get("/").text)["@type"] == "WebSite"


def test_who_wrote_it_is_named_in_the_ways_of_each_reader(client: FlaskClient, db: Session, world: World) -> None:
    """A comma in a name is where programs part a family's name from a person's."""
    city = db.scalars(select(Organisation).where(Organisation.slug == "city-library")).one()
    credits_ = (
        CreditLine(Credit.AUTHOR, "A. Writer", world.river.id),
        CreditLine(Credit.AUTHOR, "", city.id),
        CreditLine(Credit.AUTHOR, "Writers, Readers and Friends"),
    )
    material = shelf.draft(db, "by-many")
    manuscript = Manuscript(kind=material.kind, title="By many", source="Text", credits=credits_)
    publishing.issue(db, material, manuscript, shelf.rendered("Text"), note="", actor_id=None)
    settle(db)
    page = client.get("/library/by-many").text
    assert re.findall(r'<meta name="(citation_author\w*|DC.creator)" content="([^"]*)">', page) == [
        ("citation_author", "A. Writer"),
        ("citation_author_institution", "River Trust"),
        ("citation_author", "City Library"),
        ("citation_author", "Writers – Readers and Friends"),
        ("DC.creator", "A. Writer"),
        ("DC.creator", "City Library"),
        ("DC.creator", "Writers – Readers and Friends"),
    ]
    assert _data(page)["author"] == [
        {"@type": "Person", "name": "A. Writer", "affiliation": {"@type": "Organization", "name": "River Trust"}},
        {"@type": "Organization", "name": "City Library"},
        {"@type": "Organization", "name": "Writers, Readers and Friends"},
    ]
    record = client.get(f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:material-{material.id}")
    assert re.findall("<dc:creator>([^<]*)<", record.text) == [
        "A. Writer – River Trust", "City Library", "Writers – Readers and Friends",
    ]  # fmt: skip


def test_answers_without_a_name_have_no_place_of_their_own(client: FlaskClient, db: Session, world: World) -> None:
    for person in (world.member, world.peer, world.third):
        shelf.answer(db, world.asking, person, "By lot", attribution=Attribution.UNATTRIBUTED)
    db.flush()
    world.asking.released_at = world.asking.closed_at = world.asking.opens_at
    settle(db)
    page = client.get("/questions/who-decides").text
    assert ('id="answer-' in page, page.count('class="voice"')) == (False, 3)
    assert [sorted(one) for one in _data(page)["suggestedAnswer"]] == [
        ["@type", "datePublished", "parentItem", "text"]
    ] * 3


def test_reference_managers_read_a_page(client: FlaskClient, shelves: Shelves) -> None:
    page = client.get("/library/a-case").text
    said = dict(re.findall(r'<meta name="((?:citation_|DC\.)\w+)" content="([^"]*)">', page))
    assert said == {
        "citation_title": "A case", "citation_author": "The editors", "citation_publication_date": "2026/11/02",
        "citation_publisher": "Peer learning network", "citation_language": "en",
        "citation_public_url": "http://localhost:8000/library/a-case", "citation_abstract": "Summary of a-case",
        "DC.title": "A case", "DC.creator": "The editors", "DC.subject": "Governance",
        "DC.publisher": "Peer learning network", "DC.date": "2026-11-02", "DC.type": "case-study", "DC.language": "en",
        "DC.identifier": "http://localhost:8000/library/a-case", "DC.rights": "CC-BY-4.0",
    }  # fmt: skip


def test_a_picture_to_share_says_the_title(client: FlaskClient, db: Session, shelves: Shelves) -> None:
    page = client.get("/library/a-case").text
    address = re.search(r'<meta property="og:image" content="http://localhost:8000([^"]*)">', page)[1]  # type: ignore[index]
    before = client.get(address)
    assert (before.status_code, before.content_type) == (200, "image/png")
    assert before.data[16:24] == (1200).to_bytes(4) + (630).to_bytes(4)
    assert len(before.data) < 60_000
    shelf.issue(db, shelves.case, title="A case called otherwise " * 12, note="Better")
    settle(db)
    assert client.get(address).data != before.data
    assert client.get("/questions/who-decides/share.png").data not in (before.data, client.get("/share.png").data)


def test_hostile_words_stay_words(client: FlaskClient, db: Session, world: World) -> None:
    evil = '</script><script>alert(1)</script>"&<!--'
    shelf.publish(db, "hostile", title=evil, summary=evil, topics=(world.topic.id,))
    world.river.name = world.topic.name = world.cohort.name = world.prompt.text = evil
    settle(db)
    for path in ("/", "/library", "/library/hostile", "/organisations", "/cohorts/practice-cohort", "/feeds/all.atom",
                 "/questions", "/questions/who-decides", "/organisations/river-trust", "/search?q=alert",
                 "/feeds/topic/governance.atom"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200
        assert ("<mark>alert</mark>(1)" if "search" in path else "alert(1)") in answer.text, path
        assert "<script>alert" not in answer.text, path


def test_a_video_leads_to_where_it_plays_and_says_how_long_it_is(client: FlaskClient, shelves: Shelves) -> None:
    page = client.get("/library/a-video").text
    assert texts(page, "p", "kicker")[0].rpartition(" · ")[2] == "3 min to watch"
    assert _data(page)["timeRequired"] == "PT3M"
    cards = texts(client.get("/library").text, "p", "meta")
    assert [one.rpartition(" · ")[2] for one in cards if one.startswith("Video")] == ["3 min"]
    assert texts(page, "p", "video") == [
        "Watch the video, 3 min It plays at video.example.org. The text below is its transcript."
    ]


def test_a_cohort(client: FlaskClient, db: Session, world: World, shelves: Shelves) -> None:
    held = make_roundtable(db, world.cohort, "Held", datetime(2026, 11, 2, 15, 0))
    held.is_public = world.roundtable.is_public = True
    cancelled = make_roundtable(db, world.cohort, "Given up", datetime(2026, 11, 9, 15, 0))
    cancelled.is_public, cancelled.cancelled_at = True, clock.now()
    world.cohort.is_example = True
    settle(db)
    page = client.get("/cohorts/practice-cohort").text
    assert "This cohort and its organisations are invented" in page
    assert texts(page, "p", "timeline-title") == ["Held", "Given up", "First table"]
    assert re.findall(r'<li class="is-(\w+)">', page) == ["done", "cancelled", "next"]
    assert re.findall(r'href="/organisations/([a-z-]+)"', page) == ["city-library", "museum", "river-trust"]
    assert texts(page, "h3", "entry-title") == ["A playbook"]


def test_an_organisation_that_only_a_material_names(client: FlaskClient, db: Session, world: World) -> None:
    institute = make_organisation(db, "institute")
    db.commit()
    assert client.get("/organisations/institute").status_code == 404
    material = shelf.publish(db, "about-it", organisations=(institute.id,))
    settle(db)
    assert texts(client.get("/organisations/institute").text, "h3") == ["About it"]
    assert texts(client.get("/organisations").text, "h2") == ["Other cohort", "Practice cohort", "Also in the library"]
    shelf.withdraw(db, material, world.organiser)
    settle(db)
    assert client.get("/organisations/institute").status_code == 404


def test_words_of_the_site_in_a_foreign_text_say_their_language(client: FlaskClient, db: Session) -> None:
    shelf.publish(db, "in-english", language="en", video_url="https://v.example.org/1", headings=3)
    settle(db)
    article = client.get("/fr/library/in-english").text.split('<article lang="en">')[1].split("</article>")[0]
    said = re.findall(r'<(\w+)(?: class="([^"]*)")?(?: aria-label="[^"]*")? lang="(\w+)"', article)
    assert said == [
        ("p", "kicker", "fr"),
        ("p", "byline", "fr"),
        ("p", "video", "fr"),
        ("nav", "toc", "fr"),
        ("div", "", "en"),
        ("div", "toc-open", "en"),
    ]
    assert " lang=" not in client.get("/library/in-english").text.split("<article")[1].split("</article>")[0]


def test_a_question_in_a_text_of_another_language_says_its_own(client: FlaskClient, db: Session, world: World) -> None:
    shelf.publish(db, "en-francais", language="fr", questions=(world.prompt.id,))
    settle(db)
    for page in ("/library/en-francais", "/fr/library/en-francais"):
        assert re.findall(r'/questions/[^"]*"([^>]*)>', client.get(page).text.split('class="answers"')[1]) == [
            ' lang="en"'
        ]


def test_links_of_a_text_stay_in_the_language_of_its_reader(client: FlaskClient, db: Session, world: World) -> None:
    """Texts are rendered once, so their links are led on where they are read."""
    links = {
        "/library/a-playbook#c-how": "/fr/library/a-playbook#c-how",
        "/": "/fr/",
        "/search?q=a": "/fr/search?q=a",
        "/fr/about": "/fr/about",
        "/media/x.png": "/media/x.png",
        "https://example.org/library": "https://example.org/library",
        "#here": "#c-here",
    }
    source = " ".join(f'[{number}]({link} "a > b")' for number, link in enumerate(links))
    world.river.purpose_html = markdown.render(f'# Here\n\n{source}\n\n`<a href="/library">`').html
    settle(db)
    for path, led in (("/organisations/river-trust", False), ("/fr/organisations/river-trust", True)):
        page = client.get(path).text
        found = re.findall(r'<a\b[^>]*href="([^"]*)"[^<]*>\d</a>', page)
        assert found == [to if led or text == "#here" else text for text, to in links.items()]
        assert '<code>&lt;a href="/library"&gt;</code>' in page


def test_search(client: FlaskClient, db: Session, world: World, shelves: Shelves) -> None:
    search.put(db, kind="roundtable", ref=1, audience="cohort:1", title="Playbook inside", text="", url="/c/x")
    settle(db)
    page = client.get("/search?q=playb").text
    assert texts(page, "h2", "entry-title") == ["A playbook"]
    assert "<mark>playbook</mark>" in page
    assert "1 result" in page
    assert "Nothing public holds all of these words: nowhere" in client.get("/search?q=nowhere").text
    assert 'href="/library?topic=governance"' in client.get("/search").text
    assert 'href="/fr/library/a-playbook"' in client.get("/fr/search?q=playbook").text
    assert texts(client.get("/search?q=river&kind=organisation").text, "h2", "entry-title") == ["River Trust"]


@pytest.mark.parametrize(
    "q",
    ["%ff%fe", '"', "' OR 1=1 --", "a" * 5000, "NEAR(", "*", "%F0%9F%92%A9", "<b>", "AND OR NOT", "%20"],
)
def test_any_text_can_be_searched_for(q: str, client: FlaskClient, shelves: Shelves) -> None:
    for more in ("", "&kind=material", "&kind=nonsense", "&page=99999999999", "&page=-1", "&page=%D9%A1"):
        assert client.get(f"/search?q={q}{more}").status_code == 200


@pytest.mark.parametrize(
    ("q", "instead"),
    [
        ("plabook", "playbook"),
        ("playboko summary", "playbook summary"),
        ("playb", None),
        ("confidental", None),
        ("xyzzyplugh", None),
    ],
)
def test_did_you_mean(q: str, instead: str | None, client: FlaskClient, db: Session, shelves: Shelves) -> None:
    search.put(db, kind="material", ref=99, audience="cohort:1", title="Confidential", text="No one", url="/")
    settle(db)
    page = client.get(f"/search?q={q}").text
    said = re.search(r'Did you mean: <a href="/search\?q=[^"]*">(.*?)</a>', page)
    assert (said and said[1]) == instead
    assert texts(page, "h2", "entry-title") == (["A playbook"] if instead or q == "playb" else [])


@pytest.mark.parametrize(
    ("q", "instead"),
    [
        ("govrnance", "governance"),
        ("governnace river", "governance river"),
        ("riverbnak lantern", "riverbank lantern"),
        ("gouvernence", "gouvernance"),
        ("المياة", None),
        ("المنظماب", "منظمات"),
        ("govrn", None),
        ("wear", None),
        ("riverbnka", "riverbank"),
        ("confidentially", None),
    ],
)
def test_a_typing_error_in_a_word_from_within_a_text(
    q: str, instead: str | None, client: FlaskClient, db: Session
) -> None:
    filler = "filler " * 100
    for ref, text in enumerate(
        (f"{filler} governance of water, a riverbank lantern", f"{filler} la gouvernance", f"{filler} المنظمات")
    ):
        search.put(db, kind="material", ref=ref, audience="public", title="Text", text=text, url=f"/library/{ref}")
    search.put(db, kind="material", ref=99, audience="cohort:1", title="Text", text=f"{filler} confidential", url="/")
    settle(db)
    page = client.get("/search", query_string={"q": q}).text
    said = re.search(r'Did you mean: <a href="/search\?q=[^"]*">(.*?)</a>', page)
    assert (said and said[1]) == instead
    assert page.count("<mark>") == (0 if instead is None else len(instead.split()))


def test_words_in_the_library_go_to_the_search(client: FlaskClient) -> None:
    answer = client.get("/fr/library?q=two+words")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/search?q=two+words&kind=material")


def test_whom_to_tell_of_a_weakness(client: FlaskClient, settings: Settings, world: World) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    network = settings.network.model_copy(update={"security_contact": "safe@example.org"})
    use(settings.model_copy(update={"network": network}))
    said = client.get("/.well-known/security.txt").text.splitlines()
    use(settings)
    assert said[:2] == ["Contact: mailto:safe@example.org", "Expires: 2027-02-21T00:00:00Z"]


def test_robots(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.splitlines()[-1] == "Sitemap: http://localhost:8000/sitemap.xml"


def test_the_library_is_weighed(client: FlaskClient, db: Session, world: World, shelves: Shelves) -> None:
    """First views stay below 60 kB: page, style sheets, script and icon, compressed."""
    for number in range(40):
        shelf.publish(db, f"more-{number}", kind=MaterialKind.REPORT, topics=(world.topic.id,))
    settle(db)
    for path in ("/", "/library", "/questions", "/library/a-playbook"):
        page = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert page.headers["Content-Encoding"] == "gzip"
        assert len(page.data) < 15_000


def test_long_lists_are_paged(client: FlaskClient, db: Session) -> None:
    """The newest on the first page; behind it parts that stay as they are when more is added."""
    for number in range(64):
        shelf.publish(db, f"material-{number}", day=date(2026, 10, 1 + number // 3))
    settle(db)
    first, second, last = (client.get(f"/library{query}").text for query in ("", "?part=2", "?part=1"))
    assert [len(texts(page, "article", "entry")) for page in (first, second, last)] == [16, 24, 24]
    assert 'href="/library?part=2" rel="next"' in first
    assert ('href="/library" rel="prev"' in second, 'href="/library?part=1" rel="next"' in second) == (True, True)
    assert ('href="/library?part=2" rel="prev"' in last, 'rel="next"' in last) == (True, False)
    assert "64 materials" in first
    shelf.publish(db, "newer", day=date(2026, 11, 1))
    settle(db)
    again = [client.get(f"/library{query}").text for query in ("", "?part=2", "?part=1")]
    shown = [[texts(page, "article", "entry"), texts(page, "nav", "pager")] for page in again[1:]]
    assert shown == [[texts(page, "article", "entry"), texts(page, "nav", "pager")] for page in (second, last)]
    assert "65 materials" in again[0]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("page=1", "/library"),
        ("page=2", "/library?part=2"),
        ("page=3&kind=blogpost", "/library?kind=blogpost&part=1"),
        ("page=99", "/library?part=1"),
        ("part=3", "/library"),
        ("page=2&kind=video", "/library?kind=video"),
    ],
)
def test_addresses_of_pages_counted_from_the_newest_lead_on(
    asked: str, answered: str, client: FlaskClient, db: Session
) -> None:
    for number in range(60):
        shelf.publish(db, f"material-{number}")
    settle(db)
    answer = client.get(f"/library?{asked}")
    assert (answer.status_code, answer.headers["Location"]) == (302, answered)
