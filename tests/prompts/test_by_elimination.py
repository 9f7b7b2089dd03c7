"""Neither a person nor an organisation can be inferred, by elimination neither.

Whatever a member does with an unattributed answer before the release, not one byte of what others get moves; after it,
nothing of the author, of the moment or of the order goes along.
"""

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peernet import clock, search
from peernet.accounts.models import Person
from peernet.cohorts.access import audiences
from peernet.cohorts.models import Membership
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.pages.models import PageTouch
from peernet.prompts import access, done, drafts, responses
from peernet.prompts import asking as verbs
from peernet.prompts.models import Attribution, Response, Visibility
from peernet.prompts.voices import UnattributedVoice, Voice
from peernet.search.models import SearchRow
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import as_viewer, asked, give, rendered
from tests.world import World

UNATTRIBUTED = Attribution.UNATTRIBUTED
OTHERS = ("mate", "peer", "observer", "facilitator", "organiser", "outsider", "stranger", "admin")
_FRESH = re.compile(r'(name="(?:csrf_token|_once)" value=")[^"]*')

Seen = dict[tuple[str, str], str]


@pytest.fixture
def look(sign_in: Callable[[Person], FlaskClient], world: World) -> Callable[[], Seen]:
    """Every page of the room as everybody but the member gets it, byte for byte."""
    clients = {name: sign_in(getattr(world, name)) for name in OTHERS}

    def paths() -> list[str]:
        inside = f"/c/practice-cohort/prompts/{world.asking.id}"
        cohort = [f"/c/practice-cohort/prompts{rest}" for rest in ("", "/choose", "/order")]
        return [inside, f"{inside}/edit", f"{inside}/erase", *cohort, "/prompts", "/prompts/who-decides"]

    def see() -> Seen:
        return {
            (name, path): _FRESH.sub(r"\1", client.get(path).text)
            for name, client in clients.items()
            for path in paths()
        }

    return see


def _give_unattributed(db: Session, world: World) -> None:
    give(db, world.asking, world.member, attribution=UNATTRIBUTED, visibility=Visibility.PUBLIC)


def _give_private(db: Session, world: World) -> None:
    give(db, world.asking, world.member, visibility=Visibility.PRIVATE)


def _give_and_change(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, attribution=UNATTRIBUTED)
    facts: Any = {"visibility": Visibility.FACILITATORS, "attribution": UNATTRIBUTED}
    asking, actor = asked(db, world.asking.id), as_viewer(world.member)
    responses.change(
        db, response, asking=asking, actor=actor, version=1, text="New", rendered=rendered("New"), **facts
    )  # fmt: skip
    responses.let_read(db, response, asking=asking, version=2, **facts | {"visibility": Visibility.PUBLIC})


def _give_and_erase(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, attribution=UNATTRIBUTED)
    responses.erase(db, response, asking=asked(db, world.asking.id))


def _draft(db: Session, world: World) -> None:
    drafts.save(db, world.asking, actor=as_viewer(world.member), version=0, text="Half a thought")


@pytest.mark.parametrize("act", [_give_unattributed, _give_private, _give_and_change, _give_and_erase, _draft])
def test_nothing_of_others_moves_before_the_release(
    db: Session, world: World, look: Callable[[], Seen], act: Callable[[Session, World], None]
) -> None:
    done.say(db, asked(db, world.asking.id), actor=as_viewer(world.member))
    db.commit()
    before = look(), _rows(db, world)
    act(db, world)
    db.commit()
    assert (look(), _rows(db, world)) == before


def _rows(db: Session, world: World) -> list[Any]:
    own = f"person:{world.member.id}"
    columns = (
        select(Event.id, Event.action, Event.subject),
        select(Mail.id, Mail.to_address, Mail.text),
        select(SearchRow.kind, SearchRow.ref, SearchRow.audience).where(SearchRow.audience != own),
        select(PageTouch.number, PageTouch.key),
    )
    return [[tuple(row) for row in db.execute(chosen)] for chosen in columns]


def test_before_the_release_only_those_who_lead_see_a_count_move(
    db: Session, world: World, look: Callable[[], Seen]
) -> None:
    before = look()
    _give_unattributed(db, world)
    db.commit()
    after = look()
    inside = f"/c/practice-cohort/prompts/{world.asking.id}"
    moved = {place for place in before if before[place] != after[place]}
    assert moved == {
        (name, path) for name in ("facilitator", "organiser") for path in (inside, "/c/practice-cohort/prompts")
    }
    count = re.compile(r"<strong>(\d+ of \d+)</strong>")
    assert count.findall(before["organiser", inside]) == ["0 of 4"]
    assert count.findall(after["organiser", inside]) == ["1 of 4"]


def test_an_unattributed_voice_has_no_place_for_an_author() -> None:
    assert {item.name for item in fields(UnattributedVoice)} == {"html", "day", "key", "is_example"}
    assert not hasattr(UnattributedVoice, "__dict__") or not UnattributedVoice.__dict__.get("__dict__")


def _release(db: Session, world: World, fourth: Person, *, visibility: Visibility = Visibility.COHORT) -> list[Person]:
    """Four answers of four organisations, each on a day of its own, and the release on the last."""
    authors = [world.member, world.peer, world.third, fourth]
    for day, (person, name) in enumerate(zip(authors, ("Quist", "Abara", "Ivers", "Okonjo"), strict=True), start=24):
        person.name = f"Aurelia {name}"
        with time_machine.travel(datetime(2026, 11, day, 3, 17, tzinfo=UTC), tick=False):
            give(db, world.asking, person, visibility=visibility, attribution=UNATTRIBUTED, text=f"Words {name[::-1]}")
    with time_machine.travel(datetime(2026, 11, 30, 12, 5, tzinfo=UTC), tick=False):
        assert verbs.close_due(db) == 1
    db.commit()
    return authors


def test_after_the_release_nothing_of_an_author_goes_along(
    db: Session, world: World, fourth: Person, look: Callable[[], Seen]
) -> None:
    _release(db, world, fourth)
    inside = f"/c/practice-cohort/prompts/{world.asking.id}"
    pages = {place: page for place, page in look().items() if place[1] == inside}
    for (name, _path), page in pages.items():
        if name in ("outsider", "stranger", "admin"):
            assert "Words" not in page
            continue
        if name == "peer":  # An author sees their own, with the day on which they gave it.
            continue
        told = ("Aurelia", "@example.org", "River Trust", "City Library", "Museum", "Fourth House", "03:17")
        assert [word for word in told if word in page] == []
        assert [day for day in ("24 November", "25 November", "26 November", "27 November") if day in page] == []
        assert page.count("Words ") == 4


def test_order_and_keys_are_another_for_each_viewer_and_not_that_of_writing(
    db: Session, world: World, fourth: Person
) -> None:
    _release(db, world, fourth)
    names = ("mate", "observer", "facilitator", "organiser")
    seen = {
        name: access.voices(db, as_viewer(getattr(world, name)), [world.asking.id])[world.asking.id] for name in names
    }
    assert all(type(voice) is UnattributedVoice for some in seen.values() for voice in some)
    assert {voice.day.isoformat() for some in seen.values() for voice in some} == {"2026-11-30"}
    keys = [voice.key for some in seen.values() for voice in some]
    assert len(set(keys)) == len(keys) == 16
    orders = {tuple(voice.html for voice in some) for some in seen.values()}
    assert len(orders) > 1
    again = access.voices(db, as_viewer(world.mate), [world.asking.id])[world.asking.id]
    assert again == seen["mate"]


def test_rows_of_the_search_tell_nothing_of_an_author(db: Session, world: World, fourth: Person) -> None:
    _release(db, world, fourth)
    ids = {str(number) for number in db.scalars(select(Response.id))}
    found = [row for row in db.scalars(select(SearchRow).order_by(SearchRow.id)) if row.kind == "response"]
    assert [row.ref for row in found] == sorted(row.ref for row in found)
    assert {row.audience for row in found} == {f"cohort:{world.cohort.id}"}
    assert {row.url for row in found} == {f"/c/practice-cohort/prompts/{world.asking.id}"}
    assert all(len(row.ref) == 24 and row.ref not in ids for row in found)
    assert not any(word in f"{row.title} {row.text}" for row in found for word in ("Aurelia", "River", "Museum"))


def test_ledger_and_outbox_know_nothing_of_answers(
    db: Session, world: World, fourth: Person, outbox: Callable[[], list[Mail]]
) -> None:
    _release(db, world, fourth)
    assert [(event.action, event.actor_id, event.data) for event in db.scalars(select(Event))] == [
        ("prompt.closed", None, {})
    ]
    assert outbox() == []


@pytest.mark.parametrize("how", ["erased", "narrowed"])
def test_a_set_that_falls_below_three_organisations_is_hidden_at_once(
    db: Session, world: World, look: Callable[[], Seen], how: str
) -> None:
    mine = [
        give(db, world.asking, person, attribution=UNATTRIBUTED, visibility=Visibility.PUBLIC, text="Quetzal")
        for person in (world.member, world.peer, world.third)
    ]
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    db.commit()
    assert _reach(db, world) == {"reader": 3, "mate": 3, "facilitator": 3, "peer": 2}
    if how == "erased":
        responses.erase(db, mine[0], asking=asked(db, world.asking.id))
    else:
        facts: Any = {"visibility": Visibility.FACILITATORS, "attribution": UNATTRIBUTED}
        responses.let_read(db, mine[0], asking=asked(db, world.asking.id), version=1, **facts)
    db.commit()
    led = 0 if how == "erased" else 3
    assert _reach(db, world) == {"reader": 0, "mate": 0, "facilitator": led, "peer": 0}
    inside = f"/c/practice-cohort/prompts/{world.asking.id}"
    pages = look()
    assert {name: pages[name, inside].count("Quetzal") for name in ("mate", "facilitator")} == {
        "mate": 0, "facilitator": led
    }  # fmt: skip


def _reach(db: Session, world: World) -> dict[str, int]:
    """How many answers each reads; what search finds is the same, but that it finds one's own as well."""
    read = {"reader": len(access.public_voices(db, [world.prompt.id]).get(world.prompt.id, []))}
    found = {"reader": search.find(db, audiences(db, NOBODY), "quetzal").total}
    for name in ("mate", "facilitator", "peer"):
        viewer = as_viewer(getattr(world, name))
        read[name] = len(access.voices(db, viewer, [world.asking.id]).get(world.asking.id, []))
        found[name] = search.find(db, audiences(db, viewer), "quetzal").total
    assert found == read | {"peer": read["peer"] and read["peer"] + 1}
    return read


def test_two_organisations_of_many_people_are_not_three(db: Session, world: World) -> None:
    for person in (world.member, world.mate, world.peer):
        give(db, world.asking, person, attribution=UNATTRIBUTED)
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    assert asked(db, world.asking.id).released_at is None
    assert access.voices(db, as_viewer(world.organiser), [world.asking.id]) == {}


def test_each_circle_needs_three_organisations_of_its_own(db: Session, world: World) -> None:
    give(db, world.asking, world.member, attribution=UNATTRIBUTED, visibility=Visibility.FACILITATORS)
    give(db, world.asking, world.peer, attribution=UNATTRIBUTED, visibility=Visibility.COHORT)
    give(db, world.asking, world.third, attribution=UNATTRIBUTED, visibility=Visibility.PUBLIC)
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    count = {
        name: len(access.voices(db, as_viewer(getattr(world, name)), [world.asking.id]).get(world.asking.id, []))
        for name in ("organiser", "mate", "observer")
    }
    assert count == {"organiser": 3, "mate": 0, "observer": 0}
    assert access.circles_released(db, world.asking.id) == {Visibility.FACILITATORS}
    assert access.public_voices(db, [world.prompt.id]) == {}


def test_attributed_ones_are_not_held_back_by_the_rule(db: Session, world: World) -> None:
    give(db, world.asking, world.member, attribution=UNATTRIBUTED)
    give(db, world.asking, world.peer, attribution=Attribution.ORGANISATION)
    (voice,) = access.voices(db, as_viewer(world.observer), [world.asking.id])[world.asking.id]
    assert isinstance(voice, Voice)
    assert (voice.name, voice.organisation and voice.organisation.slug) == (None, "city-library")


def test_who_leaves_takes_no_count_along(db: Session, world: World) -> None:
    give(db, world.asking, world.member, attribution=UNATTRIBUTED)
    viewer = as_viewer(world.organiser)

    def rate_without(person: Person) -> access.Rate:
        attempt = db.begin_nested()
        db.execute(update(Membership).where(Membership.person_id == person.id).values(left_at=clock.now()))
        rate = access.rates(db, viewer, [world.cohort.id])[world.asking.id]
        attempt.rollback()
        return rate

    assert access.rates(db, viewer, [world.cohort.id]) == {world.asking.id: access.Rate(done=1, asked=4)}
    assert rate_without(world.member) == rate_without(world.peer) == access.Rate(done=1, asked=3)


def test_who_is_done_is_for_organisers_and_only_where_nobody_could_be_unattributed(db: Session, world: World) -> None:
    done.say(db, asked(db, world.asking.id), actor=as_viewer(world.member))
    asking = asked(db, world.asking.id)
    everybody = ("organiser", "facilitator", "member", "observer", "admin")
    assert [access.who_is_done(db, as_viewer(getattr(world, name)), asking) for name in everybody] == [[]] * 5
    asking.admits_unattributed = False
    told = {name: len(access.who_is_done(db, as_viewer(getattr(world, name)), asking)) for name in everybody}
    assert told == {"organiser": 4, "facilitator": 0, "member": 0, "observer": 0, "admin": 0}
    names = [tuple(row) for row in access.who_is_done(db, as_viewer(world.organiser), asking)]
    assert names == [("Mate", False), ("Member", True), ("Peer", False), ("Third", False)]


@pytest.mark.parametrize("written", [0, 1, 2])
def test_everybody_is_asked_again_in_the_same_words(
    db: Session, world: World, outbox: Callable[[], list[Mail]], written: int
) -> None:
    for person in (world.member, world.peer)[:written]:
        give(db, world.asking, person, attribution=UNATTRIBUTED)
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    mails = outbox()
    assert [mail.to_address for mail in mails] == [
        f"{name}@example.org" for name in ("member", "mate", "peer", "third")
    ]
    assert len({re.sub(r"Hello \w+|token:[\w:-]+", "", mail.text) for mail in mails}) == 1


def test_errors_tell_a_stranger_nothing(db: Session, world: World, sign_in: Callable[[Person], FlaskClient]) -> None:
    give(db, world.asking, world.member, attribution=UNATTRIBUTED)
    db.commit()
    client = sign_in(world.outsider)
    there = f"/c/practice-cohort/prompts/{world.asking.id}"
    nowhere = "/c/practice-cohort/prompts/999999"
    for rest in ("", "/answer", "/draft", "/readers", "/erase", "/done", "/done/undo", "/edit", "/close", "/withdraw"):
        send = client.get if rest == "" else client.post
        data: Any = {} if rest == "" else {"data": _anything()}
        one, other = send(there + rest, **data), send(nowhere + rest, **data)
        assert (one.status_code, one.text) == (404, other.text.replace(nowhere, there)), rest


def _anything() -> dict[str, str]:
    return {"text": "Some", "visibility": "cohort", "attribution": "person", "version": "1", "answered": "1"}


def test_footnotes_carry_no_number_of_the_answer(
    app: Flask, db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    text = "Said[^1] and said.\n\n[^1]: A note."
    chosen = {"text": text, "visibility": "cohort", "attribution": "unattributed", "version": "0", "answered": "0"}
    path = f"/c/practice-cohort/prompts/{world.asking.id}/answer"
    for person in (world.member, world.peer):
        assert sign_in(person).post(path, data=chosen).status_code == 303
    prefixes = [set(re.findall(r'id="(v[0-9a-f]{12})-', html)) for html in db.scalars(select(Response.html))]
    assert [len(some) for some in prefixes] == [1, 1]
    assert prefixes[0] != prefixes[1]
