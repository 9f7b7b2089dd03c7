"""OAI-PMH as a harvester goes through it: all of it in parts, then what changed since, then what was withdrawn."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import settle
from peernet.prompts.models import Topic
from peernet.site.harvesting import records, tokens
from tests.site import shelf
from tests.site.conftest import Shelves
from tests.world import World

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"


def _ask(client: FlaskClient, **arguments: str) -> ElementTree.Element:
    answer = client.get(f"/oai?{urlencode({name.rstrip('_'): value for name, value in arguments.items()})}")
    assert (answer.status_code, answer.content_type) == (200, "text/xml; charset=utf-8")
    return ElementTree.fromstring(answer.data)


def _error(found: ElementTree.Element) -> str | None:
    error = found.find(f"{OAI}error")
    return None if error is None else error.get("code")


def _harvest(client: FlaskClient, **arguments: str) -> dict[str, bool]:
    """Every record of a list by its identifier, and whether it is there or deleted; parts until there is no token."""
    found: dict[str, bool] = {}
    while True:
        part = _ask(client, verb="ListRecords", **arguments)
        for record in part.iter(f"{OAI}record"):
            header = record.find(f"{OAI}header")
            assert header is not None
            is_there = header.get("status") != "deleted"
            assert is_there is (record.find(f"{OAI}metadata") is not None)
            name = header.findtext(f"{OAI}identifier") or ""
            assert name not in found
            found[name] = is_there
        token = part.find(f".//{OAI}resumptionToken")
        if token is None or not token.text:
            return found
        arguments = {"resumptionToken": token.text}


def test_a_whole_cycle(
    client: FlaskClient, db: Session, world: World, shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "AT_ONCE", 2)
    names = {one: f"oai:localhost:material-{getattr(shelves, one).id}" for one in ("playbook", "case", "video")}
    shelf.draft(db, "a-draft")
    for metadata in ("oai_dc", "lrmi"):
        assert _harvest(client, metadataPrefix=metadata) == dict.fromkeys(names.values(), True)
    assert _harvest(client, metadataPrefix="oai_dc", set="topic:governance") == {
        names["playbook"]: True,
        names["case"]: True,
    }
    assert _harvest(client, metadataPrefix="oai_dc", set="kind:video") == {names["video"]: True}
    later = clock.now() + timedelta(hours=1)
    since = later.strftime("%Y-%m-%dT%H:%M:%SZ")
    shelves.case.told_at = later
    shelf.withdraw(db, shelves.playbook, world.organiser)
    shelves.playbook.told_at = later
    settle(db)
    assert _harvest(client, metadataPrefix="oai_dc", from_=since) == {names["playbook"]: False, names["case"]: True}
    assert _harvest(client, metadataPrefix="oai_dc", from_=since, set="topic:governance") == {
        names["playbook"]: False, names["case"]: True,
    }  # fmt: skip
    assert _harvest(client, metadataPrefix="oai_dc", until="2026-11-23") == dict.fromkeys(names.values(), True) | {
        names["playbook"]: False
    }
    assert (
        "Summary of a-playbook"
        not in client.get(f"/oai?verb=GetRecord&metadataPrefix=lrmi&identifier={names['playbook']}").text
    )


def test_a_record_says_what_the_page_says(client: FlaskClient, shelves: Shelves) -> None:
    name = f"oai:localhost:material-{shelves.case.id}"
    record = _ask(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=name)
    said = [(each.tag.removeprefix(DC), each.text) for each in record.iter() if each.tag.startswith(DC)]
    assert said == [
        ("title", "A case"), ("creator", "The editors"), ("subject", "Governance"),
        ("description", "Summary of a-case"), ("publisher", "Peer learning network"), ("date", "2026-11-02"),
        ("type", "Text"), ("type", "case-study"), ("format", "text/html"),
        ("identifier", "http://localhost:8000/library/a-case"), ("language", "en"),
        ("rights", "https://creativecommons.org/licenses/by/4.0/"),
    ]  # fmt: skip
    assert record.findtext(f".//{OAI}datestamp") == "2026-11-23T12:00:00Z"
    assert client.post("/oai", data={"verb": "Identify"}).text.count("<earliestDatestamp>2026-11-23T12:00:00Z<") == 1
    formats = _ask(client, verb="ListMetadataFormats", identifier=name)
    assert [one.text for one in formats.iter(f"{OAI}metadataPrefix")] == ["oai_dc", "lrmi"]
    schema = formats.findall(f".//{OAI}schema")[1].text or ""
    ElementTree.fromstring(client.get(schema).data)
    sets = [one.text for one in _ask(client, verb="ListSets").iter(f"{OAI}setSpec")]
    assert [one for one in sets if one and one.startswith("topic")] == ["topic", "topic:governance"]


def test_a_set_of_a_topic_in_another_script(client: FlaskClient, db: Session, world: World, shelves: Shelves) -> None:
    """Section 2.6: names of sets are made of letters of ASCII."""
    topic = Topic(slug="शासन-a", name="शासन")
    db.add(topic)
    db.flush()
    material = shelf.publish(db, "in-hindi", topics=(topic.id,))
    settle(db)
    names = [one.text or "" for one in _ask(client, verb="ListSets").iter(f"{OAI}setSpec")]
    assert [one for one in names if not re.fullmatch(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*", one)] == []
    (own,) = [one for one in names if "~" in one]
    assert _harvest(client, metadataPrefix="oai_dc", set=own) == {f"oai:localhost:material-{material.id}": True}
    listed = _ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set=own)
    assert own in [one.text for one in listed.iter(f"{OAI}setSpec")]
    for wrong in ("topic:~", "topic:~\u0935", "topic:~99999999a", "topic:~ib9b"):
        assert _error(_ask(client, verb="ListRecords", metadataPrefix="oai_dc", set=wrong)) == "noRecordsMatch"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nothing", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&set=x", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-02&until=2026-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-02&until=2026-02-03T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=2001-01-01", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=topic:nothing", "noRecordsMatch"),
        ("verb=ListRecords&resumptionToken=xyz", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=xyz&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListSets&resumptionToken=xyz", "badResumptionToken"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:material-٣", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=7", "idDoesNotExist"),
    ],
)
def test_what_is_wrong_is_named(query: str, code: str, client: FlaskClient, shelves: Shelves) -> None:
    assert _error(ElementTree.fromstring(client.get(f"/oai?{query}").data)) == code


@pytest.mark.parametrize(
    ("name", "said", "echoed"),
    [
        ("set", "topic:nothing", "topic:nothing"),
        ("set", "no such", None),
        ("set", "topic:", None),
        ("metadataPrefix", "marc", "marc"),
        ("metadataPrefix", "m:arc", None),
        ("metadataPrefix", "<marc>", None),
    ],
)
def test_an_answer_echoes_what_its_schema_allows(
    name: str, said: str, echoed: str | None, client: FlaskClient, shelves: Shelves
) -> None:
    asked = {"verb": "ListRecords", "metadataPrefix": "oai_dc", name: said}
    request = _ask(client, **asked).find(f"{OAI}request")
    assert request is not None
    assert (request.get("verb"), request.get(name)) == ("ListRecords", echoed)


def test_a_token_is_read_as_it_was_written() -> None:
    place = tokens.Place("oai_dc", "2026-01-01", "", "topic:a", 50, "2026-11-23T12:00:00+00:00", 7)
    assert tokens.read(tokens.write(place)) == place
    assert tokens.read(tokens.write(place)[:-4]) is None


def test_a_draft_in_work_shows_in_no_date(client: FlaskClient, db: Session, shelves: Shelves) -> None:
    shelves.case.changed_at = clock.now() + timedelta(days=3)
    settle(db)
    assert date(2026, 11, 26).isoformat() not in client.get("/sitemap.xml").text
