"""The pages of this room as people use them, without a script."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Membership, Role
from peernet.mail.models import Mail
from peernet.prompts import access
from peernet.prompts import asking as verbs
from peernet.prompts.models import Asking, Attribution, Done, Draft, Prompt, Response, Visibility
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import as_viewer, asked, give, seat_of
from tests.world import World, join, make_asking, make_person

SignIn = Callable[[Person], FlaskClient]
COHORT = "/c/practice-cohort/prompts"


@pytest.fixture
def inside(world: World) -> str:
    """Address of the asking of the world."""
    return f"{COHORT}/{world.asking.id}"


def _answer(text: str = "We **publish** what we decide.", **others: str) -> dict[str, str]:
    return {"text": text, "visibility": "cohort", "attribution": "person", "version": "0", "answered": "0"} | others


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_who_takes_a_name_away_is_told_before_saving_that_others_may_remember(
    sign_in: SignIn, world: World, inside: str
) -> None:
    """Beside the choice and in the sentence that the script shows; not while nobody else could read it."""
    said = "Until now it could be read with your name by everybody in this cohort"
    member = sign_in(world.member)
    assert said not in _words(member.get(inside).text)
    member.post(f"{inside}/answer", data=_answer(visibility="private"))
    assert said not in _words(member.get(inside).text)
    member.post(f"{inside}/answer", data=_answer(answered="1"))
    page = member.get(inside).text
    hints = re.findall(r'<p class="hint" id="f-attribution(?:-\d)?-hint">(.*?)</p>', page)
    assert [said in hint for hint in hints] == [False, True, True]
    sentences = re.findall(r'<dd data-visibility="(\w+)" data-attribution="(\w+)">(.*?)</dd>', page)
    assert {attribution for _visibility, attribution, text in sentences if said in text} == {
        "organisation",
        "unattributed",
    }
    assert all(said in text for _visibility, attribution, text in sentences if attribution == "unattributed")


def test_prompts_stand_by_whether_they_can_be_answered(db: Session, world: World, sign_in: SignIn) -> None:
    """One whose day has not come is not called closed; members do not see it yet."""
    later = make_asking(db, world.cohort, "later", "What comes later?")
    over = make_asking(db, world.cohort, "over", "What was?")
    world.asking.is_focus = later.is_focus = over.is_focus = False
    later.opens_at = clock.now() + timedelta(days=5)
    over.closed_at = clock.now()
    db.flush()
    text = _words(sign_in(world.organiser).get(COHORT).text)
    at = [text.index(each) for each in ("Open prompts", "Prompts to come", "To come Asked from", "Closed prompts")]
    assert at == sorted(at)
    assert text.count("What comes later?") == text.count("What was?") == 1
    assert "What comes later?" not in sign_in(world.member).get(COHORT).text


def test_an_answer_is_given_read_changed_and_deleted(
    db: Session, world: World, sign_in: SignIn, inside: str, rows: Callable[[Any], list[Any]]
) -> None:
    member, mate = sign_in(world.member), sign_in(world.mate)
    given = member.post(f"{inside}/answer", data=_answer())
    assert (given.status_code, given.location) == (303, inside)
    page = member.get(inside).text
    assert "Your answer is saved. From now on this can be read by everybody in this cohort" in page
    assert "We <strong>publish</strong> what we decide." in mate.get(inside).text
    member.post(f"{inside}/answer", data=_answer("We *keep* it.", answered="1", attribution="organisation"))
    page = mate.get(inside).text
    assert "We <em>keep</em> it." in page
    assert '<span class="voice-name">River Trust</span>' in page
    assert '<span class="voice-name">Member</span>' not in page
    assert "cannot be brought back" in member.get(f"{inside}/erase").text
    assert member.post(f"{inside}/erase").location == COHORT
    assert "keep" not in _words(mate.get(inside).text).split("Voices")[1]
    assert (rows(Response), len(rows(Done))) == ([], 1)


def test_a_form_that_arrives_twice_is_carried_out_once(
    world: World, sign_in: SignIn, inside: str, rows: Callable[[Any], list[Any]]
) -> None:
    client = sign_in(world.member)
    data = _answer(_once="the-same-key")
    answers = [client.post(f"{inside}/answer", data=data) for _time in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, inside)] * 2
    assert [response.version for response in rows(Response)] == [1]


def test_without_its_key_the_second_arrival_is_a_lost_race_and_both_texts_stay(
    world: World, sign_in: SignIn, inside: str
) -> None:
    client = sign_in(world.member)
    client.post(f"{inside}/answer", data=_answer("First words"))
    second = client.post(f"{inside}/answer", data=_answer("Second words"))
    assert second.status_code == 409
    assert "First words" in second.text
    assert re.search(r"<textarea[^>]*>\s*Second words</textarea>", second.text)
    assert 'name="answered" value="1"' in second.text


@pytest.mark.parametrize(
    ("text", "chosen", "words"),
    [
        ("", {}, "Please fill this in."),
        ("x" * 200_001, {}, "This is too long"),
        (">" * 400 + " deep", {}, "nested too deeply"),
        ("A bell \x07", {}, "control character"),
        ("Fine", {"visibility": "everybody"}, "Please choose one of the options."),
        ("Fine", {"visibility": ""}, "Please fill this in."),
        ("Fine", {"attribution": "nobody"}, "Please choose one of the options."),
        ("Fine", {"answered": "one"}, "Please give a whole number."),
        ("Fine", {"surprise": "1"}, "This field is not known here."),
    ],
)
def test_bad_input_is_refused_at_its_place_and_what_was_typed_stays(
    db: Session, world: World, sign_in: SignIn, inside: str, text: str, chosen: dict[str, str], words: str
) -> None:
    answer = sign_in(world.member).post(f"{inside}/answer", data=_answer(text) | chosen)
    assert answer.status_code == 422
    assert words in answer.text
    assert text.replace(">", "&gt;") in answer.text
    assert db.scalars(select(Response)).all() == []


def test_hostile_markup_is_harmless(world: World, sign_in: SignIn, inside: str) -> None:
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    sign_in(world.member).post(f"{inside}/answer", data=_answer(hostile))
    page = sign_in(world.peer).get(inside).text.split('id="voices"')[1]
    assert "<script>" not in page
    assert re.search(r"<[^>]+(javascript:|onerror)", page) is None


def test_typing_is_kept_as_a_draft_that_only_its_author_meets(
    db: Session, world: World, sign_in: SignIn, inside: str
) -> None:
    client = sign_in(world.member)
    saved = [
        client.post(f"{inside}/draft", data={"text": text, "version": version}, headers={"X-Autosave": "1"})
        for text, version in (("Half", "0"), ("Half a thought", "1"), ("Stale", "1"))
    ]
    assert [(answer.status_code, answer.headers.get("X-Version")) for answer in saved] == [
        (204, "1"), (204, "2"), (409, None)
    ]  # fmt: skip
    page = client.get(inside).text
    assert re.search(r"<textarea[^>]*>\s*Half a thought</textarea>", page)
    assert 'name="version" value="2"' in page
    others = [sign_in(person).get(inside).text for person in (world.mate, world.organiser, world.facilitator)]
    assert not any("Half a thought" in other for other in others)
    by_button = client.post(f"{inside}/draft", data={"text": "Mine", "version": "1"})
    assert by_button.status_code == 409
    assert "Half a thought" in by_button.text
    assert re.search(r"<textarea[^>]*>\s*Mine</textarea>", by_button.text)
    assert 'name="version" value="2"' in by_button.text
    assert db.scalars(select(Draft.source)).all() == ["Half a thought"]
    assert client.post(f"{inside}/draft/discard").status_code == 303
    assert db.scalars(select(Draft)).all() == []


def test_an_answer_after_the_end_is_refused_and_the_text_can_be_kept(
    db: Session, world: World, sign_in: SignIn, inside: str
) -> None:
    client = sign_in(world.member)
    client.post(f"{inside}/draft", data={"text": "Typed in time", "version": "0"})
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    db.commit()
    answer = client.post(f"{inside}/answer", data=_answer("Typed too late", version="1"))
    assert answer.status_code == 422
    assert "takes no answer any more" in answer.text
    assert "Typed too late" in answer.text
    assert db.scalars(select(Draft.source)).all() == ["Typed in time"]
    assert client.post(f"{inside}/draft", data={"text": "Typed too late", "version": "1"}).status_code == 303
    assert "Typed too late" in client.get(inside).text


def test_the_preview_shows_the_text_and_keeps_nothing(db: Session, world: World, sign_in: SignIn, inside: str) -> None:
    client = sign_in(world.member)
    shown = client.post(f"{inside}/look", data=_answer("Some **strong** words"))
    assert shown.status_code == 200
    assert "Some <strong>strong</strong> words" in shown.text
    assert re.search(r"<textarea[^>]*>\s*Some \*\*strong\*\* words</textarea>", shown.text)
    piece = client.post("/prompts/preview", data={"text": "A *piece*"})
    assert (piece.status_code, piece.text.strip()) == (200, "<p>A <em>piece</em></p>")
    assert client.post("/prompts/preview", data={"text": ">" * 400 + " x"}).status_code == 422
    assert db.scalars(select(Draft)).all() == db.scalars(select(Response)).all() == []


def test_passing_and_taking_it_back(db: Session, world: World, sign_in: SignIn, inside: str) -> None:
    client = sign_in(world.member)
    assert client.post(f"{inside}/done").status_code == 303
    assert "You passed" in client.get(inside).text
    assert "Passed" in client.get(COHORT).text
    assert client.post(f"{inside}/done/undo").status_code == 303
    assert "Waits for you" in client.get(COHORT).text
    client.post(f"{inside}/answer", data=_answer())
    refused = client.post(f"{inside}/done/undo")
    assert refused.status_code == 422
    assert "Your answer stands." in refused.text


def test_who_is_asked_again_finds_the_choice_on_the_page(
    db: Session, world: World, sign_in: SignIn, inside: str
) -> None:
    give(db, world.asking, world.member, attribution=Attribution.UNATTRIBUTED)
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    db.commit()
    client = sign_in(world.member)
    assert "You are asked again." in client.get(inside).text
    assert "You are asked again." not in sign_in(world.mate).get(inside).text
    chosen = {"visibility": "cohort", "attribution": "organisation", "answered": "1"}
    assert client.post(f"{inside}/readers", data=chosen).status_code == 303
    assert "You are asked again." not in client.get(inside).text
    assert '<span class="voice-name">River Trust</span>' in sign_in(world.peer).get(inside).text
    refused = client.post(f"{inside}/readers", data=chosen | {"attribution": "unattributed", "answered": "2"})
    assert refused.status_code == 422
    assert "nothing can become unattributed any more" in refused.text
    assert client.post(f"{inside}/readers", data=chosen).status_code == 409


def test_who_left_keeps_their_own_and_nothing_else(db: Session, world: World, sign_in: SignIn, inside: str) -> None:
    give(db, world.asking, world.member, text="My own words")
    give(db, world.asking, world.peer, text="Words of others")
    db.execute(update(Membership).where(Membership.person_id == world.member.id).values(left_at=clock.now()))
    db.commit()
    client = sign_in(world.member)
    page = client.get(inside)
    assert page.status_code == 200
    assert "My own words" in page.text
    assert "Words of others" not in page.text
    assert client.get(COHORT).status_code == 404
    assert client.post(f"{inside}/answer", data=_answer("New", answered="1")).status_code == 404
    chosen = {"visibility": "private", "attribution": "person", "answered": "1"}
    assert client.post(f"{inside}/readers", data=chosen).status_code == 303
    assert client.post(f"{inside}/erase").status_code == 303
    assert client.get(inside).status_code == 404


_ORGANISERS_ONLY = ("/choose", "/write", "/order", "/{}/edit")


@pytest.mark.parametrize("who", ["member", "observer", "facilitator", "outsider", "stranger", "admin"])
def test_organising_is_for_organisers(world: World, sign_in: SignIn, who: str) -> None:
    client = sign_in(getattr(world, who))
    for path in _ORGANISERS_ONLY:
        assert client.get(COHORT + path.format(world.asking.id)).status_code == 404, path
    ask = {"prompt": str(world.prompt.id)}
    write = {"text": "New?", "moment": "opening"}
    revise = {"text": "Other?", "version": "1"}
    posts: dict[str, dict[str, str]] = {
        "/ask": ask, "/write": write, "/order": {}, "/{}/edit": revise,
        "/{}/close": {}, "/{}/reopen": {}, "/{}/withdraw": {},
    }  # fmt: skip
    for path, data in posts.items():
        assert client.post(COHORT + path.format(world.asking.id), data=data).status_code == 404, path
    assert client.get("/prompts/new").status_code == 404
    assert client.post("/prompts/new", data=write).status_code == 404
    assert client.get("/prompts/who-decides/edit").status_code == 404
    assert client.post("/prompts/who-decides/edit", data=write).status_code == 404


def test_nobody_is_sent_to_sign_in(client: FlaskClient, inside: str) -> None:
    for path in (COHORT, inside, "/prompts", "/prompts/who-decides", "/prompts/new"):
        answer = client.get(path)
        assert (answer.status_code, answer.location.startswith("/sign-in")) == (303, True)
    assert client.post(f"{inside}/draft", headers={"X-Autosave": "1"}).status_code == 401


def test_an_organiser_chooses_from_the_library(
    db: Session, world: World, sign_in: SignIn, outbox: Callable[[], list[Mail]]
) -> None:
    client = sign_in(world.organiser)
    for text in ("Whom do you ask?", "What do you keep?"):
        data = {"text": text, "moment": "closing", "topic": str(world.topic.id), "language": "en", "is_public": "yes"}
        assert client.post("/prompts/new", data=data).status_code == 303
    page = client.get(f"{COHORT}/choose?q=keep&theme=governance&moment=closing").text
    assert "What do you keep?" in page
    assert "Whom do you ask?" not in page
    ids = [str(number) for number in db.scalars(select(Prompt.id).where(Prompt.slug != "who-decides"))]
    when = {"closes_on": "2026-12-09", "closes_time": "17:00", "tell": "yes", "is_focus": "yes"}
    assert client.post(f"{COHORT}/ask", data={"prompt": ids, **when}).status_code == 303
    made = db.scalars(select(Asking).where(Asking.prompt_id.in_(map(int, ids)))).all()
    moment = datetime(2026, 12, 9, 17, 0, tzinfo=UTC)
    assert [(one.is_focus, one.admits_unattributed, one.closes_at) for one in made] == [(True, False, moment)] * 2
    assert len(outbox()) == 4
    assert "2 prompts are asked now." in client.get(COHORT).text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Please fill this in."),
        ({"prompt": "x"}, "Please give a whole number."),
        ({"prompt": "9" * 30}, "This must be at most"),
        ({"prompt": "1", "closes_on": "2026-02-30"}, "Please give a date that exists"),
        ({"prompt": "1", "closes_on": "2027-03-28", "closes_time": "01:30"}, "Clocks go forward over this hour"),
        ({"prompt": "1", "closes_on": "2026-11-01"}, "This moment is over."),
    ],
)
def test_a_wrong_date_is_refused_at_its_field(
    db: Session, world: World, sign_in: SignIn, sent: dict[str, str], words: str
) -> None:
    client = sign_in(world.organiser)
    client.post("/prompts/new", data={"text": "Whom do you ask?", "moment": "closing", "language": "en"})
    chosen = str(db.scalars(select(Prompt.id).where(Prompt.slug == "whom-do-you-ask")).one())
    data = sent | ({"prompt": chosen} if sent.get("prompt") == "1" else {})
    answer = client.post(f"{COHORT}/ask", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert (f'value="{chosen}" checked' in answer.text) == ("prompt" in data and data["prompt"] == chosen)


def test_an_organiser_writes_revises_closes_and_opens_again(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.organiser)
    data = {
        "text": "What surprised you?",
        "why": "It *opens* a door.",
        "moment": "opening",
        "admits_unattributed": "yes",
    }
    inside = client.post(f"{COHORT}/write", data=data).location
    assert "It <em>opens</em> a door." in client.get(inside).text
    made = db.scalars(select(Prompt).where(Prompt.slug == "what-surprised-you")).one()
    assert (made.cohort_id, made.is_public) == (world.cohort.id, False)
    revised = {"text": "What surprised you most?", "version": "1", "admits_unattributed": "yes"}
    assert client.post(f"{inside}/edit", data=revised).status_code == 303
    stale = client.post(f"{inside}/edit", data=revised | {"text": "Mine"})
    assert stale.status_code == 409
    assert "What surprised you most?" in stale.text
    assert 'value="Mine"' in stale.text
    assert client.post(f"{inside}/close").status_code == 303
    assert client.post(f"{inside}/reopen", data={"closes_on": "2026-01-01"}).status_code == 422
    assert client.post(f"{inside}/reopen", data={"closes_on": "2027-01-01"}).status_code == 303
    assert client.post(f"{inside}/withdraw").status_code == 303
    assert client.get(inside).status_code == 404


def test_an_organiser_orders_the_prompts(db: Session, world: World, sign_in: SignIn) -> None:
    other = make_asking(db, world.cohort, "second", "What next?", world.topic)
    db.commit()
    client = sign_in(world.organiser)
    data = {"asking": [str(world.asking.id), str(other.id)], "place": ["2", "1"]}
    assert client.post(f"{COHORT}/order", data=data).status_code == 303
    page = client.get(COHORT).text
    assert page.index("What next?") < page.index("Who decides,")
    assert client.post(f"{COHORT}/order", data=data | {"place": ["2", "-1"]}).status_code == 422


def test_a_prompt_of_the_library_is_revised(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.organiser)
    data = {"text": "Who decides?", "moment": "closing", "language": "en", "version": "1", "is_public": "yes"}
    assert client.post("/prompts/who-decides/edit", data=data).location == "/prompts/who-decides"
    assert "For closing" in client.get("/prompts/who-decides").text
    stale = client.post("/prompts/who-decides/edit", data=data | {"text": "Mine?"})
    assert stale.status_code == 409
    assert 'value="Mine?"' in stale.text
    assert client.post("/prompts/who-decides/edit", data=data | {"topic": "999999"}).status_code == 404


def test_the_page_says_what_follows_from_every_choice(world: World, sign_in: SignIn, inside: str) -> None:
    page = sign_in(world.member).get(inside).text
    assert len(re.findall(r"<dd data-visibility=", page)) == len(Visibility) * len(Attribution)
    assert "Choose who may read this and how you are named; then it stands here" in page


def test_an_asking_that_does_not_admit_them_offers_no_unattributed_answer(
    db: Session, world: World, sign_in: SignIn, inside: str, admits: Callable[[Asking, bool], None]
) -> None:
    admits(world.asking, False)
    client = sign_in(world.member)
    assert 'value="unattributed"' not in client.get(inside).text
    refused = client.post(f"{inside}/answer", data=_answer("Mine", attribution="unattributed"))
    assert refused.status_code == 422
    assert "does not admit unattributed answers" in refused.text


def test_lists_run_the_same_queries_for_one_and_for_thirty(
    db: Session, world: World, sign_in: SignIn, inside: str, count_queries: Callable[[], Any]
) -> None:
    clients = {name: sign_in(getattr(world, name)) for name in ("member", "organiser")}
    paths = [COHORT, inside, f"{COHORT}/choose", f"{COHORT}/order", "/prompts", "/prompts/who-decides"]

    def counted() -> dict[tuple[str, str], int]:
        numbers = {}
        for name, client in clients.items():
            for path in paths:
                with count_queries() as seen:
                    client.get(path)
                numbers[name, path] = len(seen)
        return numbers

    clients["organiser"].post("/prompts/new", data={"text": "Spare?", "moment": "closing", "language": "en"})
    give(db, world.asking, world.peer)
    db.commit()
    before = counted()
    for number in range(30):
        make_asking(db, world.cohort, f"more-{number}", f"More {number}?", world.topic)
        make_asking(db, world.other_cohort, f"elsewhere-{number}", f"Elsewhere {number}?", world.topic)
        person = make_person(db, f"Person {number}")
        join(db, world.cohort, person, Role.MEMBER, seat_of(db, world, f"house-{number}"))
        give(db, world.asking, person, attribution=list(Attribution)[number % 3])
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False):
        verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    db.commit()
    assert counted() == before


def test_what_is_open_to_a_person_is_one_query(db: Session, world: World, count_queries: Callable[[], Any]) -> None:
    viewer = as_viewer(world.member)
    for number in range(3):
        make_asking(db, world.cohort, f"more-{number}", "More?", world.topic)
    db.flush()
    db.expunge_all()
    with count_queries() as seen:
        standings = access.standings(db, viewer, access.open_to(viewer))
        told = [(one.asking.cohort.slug, one.asking.prompt.topic.name, one.done) for one in standings]
    assert told == [("practice-cohort", "Governance", False)] * 4
    assert len(seen) == 1
