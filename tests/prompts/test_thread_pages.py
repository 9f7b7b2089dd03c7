"""Threads as people use them, without a script; and what each role gets to see of them, anywhere."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import search
from peernet.accounts.models import Person
from peernet.cohorts.access import audiences
from peernet.cohorts.models import CohortState
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.prompts import asking as verbs
from peernet.prompts import threads_access
from peernet.prompts.models import Attribution, FollowUp, Resonance, Visibility
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import PLAIN, as_viewer, ask_back, asked, give, key_for, reply, resonate
from tests.world import World

pytestmark = pytest.mark.once

SignIn = Callable[[Person], FlaskClient]
UNATTRIBUTED = Attribution.UNATTRIBUTED
QUESTION, ANSWER = "Quokka, why?", "Numbat, because."
INSIDE = ("mate", "peer", "third", "observer", "facilitator", "organiser")
EVERYBODY = ("member", *INSIDE, "outsider", "stranger", "admin")


@pytest.fixture
def inside(world: World) -> str:
    """Address of the asking of the world."""
    return f"/c/practice-cohort/prompts/{world.asking.id}"


def _question(text: str = "Quokka, **why**?", **others: str) -> dict[str, str]:
    return {"question": text, "audience": "cohort"} | others


def _voice(db: Session, world: World, inside: str, who: str, text: str = PLAIN) -> str:
    return f"{inside}/voices/{key_for(db, world.asking, getattr(world, who), text)}"


def _to_member(db: Session, world: World, inside: str) -> str:
    (one,) = threads_access.asked_of(db, as_viewer(world.member))
    return f"{inside}/asked/{one.asked.key}"


def test_a_question_is_asked_answered_changed_and_removed(
    db: Session, world: World, sign_in: SignIn, inside: str
) -> None:
    give(db, world.asking, world.member)
    db.commit()
    peer, member, third = (sign_in(person) for person in (world.peer, world.member, world.third))
    voice = _voice(db, world, inside, "peer")
    page = peer.get(inside).text
    assert "Read with your name and your organisation’s, and so is the answer, by everybody in this cohort" in page
    sent = peer.post(f"{voice}/ask", data=_question())
    assert (sent.status_code, sent.location) == (303, f"{inside}#v-{voice.rpartition('/')[2]}")
    assert "Take your question back" in peer.get(inside).text
    seen = third.get(inside).text
    assert ["Quokka, <strong>why</strong>?" in seen, "<strong>Peer</strong>, City Library" in seen] == [True, True]
    assert "Take your question back" not in seen
    mine = member.get(inside).text
    assert ["Quokka, <strong>why</strong>?" in mine, "Leave it unanswered" in mine] == [True, True]
    at = _to_member(db, world, inside)
    assert member.post(f"{at}/answer", data={"reply": "*Because*", "version": "1"}).status_code == 303
    assert ["<em>Because</em>" in third.get(inside).text, "Take your" in peer.get(inside).text] == [True, False]
    assert member.post(f"{at}/answer", data={"reply": "*Therefore*", "version": "2"}).status_code == 303
    assert "<em>Therefore</em>" in peer.get(inside).text
    assert member.post(f"{at}/remove").status_code == 303
    assert "Quokka" not in member.get(inside).text + peer.get(inside).text


def test_a_question_is_taken_back(db: Session, world: World, sign_in: SignIn, inside: str) -> None:
    give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer)
    db.commit()
    peer = sign_in(world.peer)
    path = re.search(r'action="([^"]+/take-back)"', peer.get(inside).text).group(1)
    assert sign_in(world.third).post(path).status_code == 404
    assert peer.post(path).status_code == 303
    assert peer.post(path).status_code == 404
    assert db.scalars(select(FollowUp)).all() == []


def test_a_double_click_asks_once(db: Session, world: World, sign_in: SignIn, inside: str) -> None:
    give(db, world.asking, world.member)
    db.commit()
    peer, voice = sign_in(world.peer), _voice(db, world, inside, "peer")
    twice = [peer.post(f"{voice}/ask", data=_question(_once="the-same-key")) for _time in range(2)]
    assert [answer.status_code for answer in twice] == [303, 303]
    lost = peer.post(f"{voice}/ask", data=_question("Another one?"))
    assert lost.status_code == 409
    assert "Quokka, **why**?" in lost.text
    assert re.search(r'<textarea id="f-question"[^>]*>\s*Another one\?</textarea>', lost.text)
    assert [row.source for row in db.scalars(select(FollowUp))] == ["Quokka, **why**?"]


def test_a_tap_and_another(db: Session, world: World, sign_in: SignIn, inside: str) -> None:
    give(db, world.asking, world.member)
    db.commit()
    peer, voice = sign_in(world.peer), _voice(db, world, inside, "peer")
    assert 'aria-pressed="false"' in peer.get(inside).text
    for data, pressed, count in (
        ({"resonates": "yes"}, "true", 1),
        ({"resonates": "yes"}, "true", 1),
        ({}, "false", 0),
    ):
        assert peer.post(f"{voice}/resonate", data=data).status_code == 303
        assert f'aria-pressed="{pressed}"' in peer.get(inside).text
        assert db.scalar(select(func.count()).select_from(Resonance)) == count


def test_the_count_names_nobody(db: Session, world: World, sign_in: SignIn, inside: str) -> None:
    give(db, world.asking, world.member)
    for person in (world.peer, world.third):
        resonate(db, world.asking, person)
    db.commit()
    said = {
        who: re.findall(r"It resonates with[^.]*\.", sign_in(getattr(world, who)).get(inside).text) for who in EVERYBODY
    }
    two, me = ["It resonates with 2 people."], ["It resonates with you and one other."]
    none: list[str] = []
    assert said == dict.fromkeys(EVERYBODY, two) | {"peer": me, "third": me} | dict.fromkeys(
        ("outsider", "stranger", "admin"), none
    )
    text = sign_in(world.observer).get(inside).text
    assert [name in text for name in ("City Library", "Third", "This resonates", "Ask back")] == [False] * 4


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"question": ""}, "Please fill this in."),
        ({"question": "x" * 1001}, "This is too long: at most 1000 characters."),
        ({"question": "A bell \x07"}, "control character"),
        ({"question": ">" * 400 + " deep"}, "nested too deeply"),
        ({"audience": "private"}, "Please choose one of the options."),
        ({"surprise": "1"}, "This field is not known here."),
    ],
)
def test_bad_input_is_refused_at_its_voice_and_what_was_typed_stays(
    db: Session, world: World, sign_in: SignIn, inside: str, data: dict[str, str], words: str
) -> None:
    give(db, world.asking, world.member)
    db.commit()
    answer = sign_in(world.peer).post(f"{_voice(db, world, inside, 'peer')}/ask", data=_question() | data)
    assert answer.status_code == 422
    assert words in answer.text
    typed = (_question() | data)["question"].replace(">", "&gt;")
    assert re.search(rf'<textarea id="f-question"[^>]*>\s*{re.escape(typed)}</textarea>', answer.text)
    assert db.scalars(select(FollowUp)).all() == []


def test_a_lost_race_of_answers_shows_both_texts(db: Session, world: World, sign_in: SignIn, inside: str) -> None:
    give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer)
    db.commit()
    member, at = sign_in(world.member), _to_member(db, world, inside)
    member.post(f"{at}/answer", data={"reply": "First", "version": "1"})
    lost = member.post(f"{at}/answer", data={"reply": "Second", "version": "1"})
    assert lost.status_code == 409
    assert '<p class="as-typed">First</p>' in lost.text
    assert re.search(r'<textarea id="f-reply"[^>]*>\s*Second</textarea>', lost.text)
    assert 'name="version" value="2"' in lost.text


def test_an_answer_to_what_was_taken_back_is_not_lost(db: Session, world: World, sign_in: SignIn, inside: str) -> None:
    give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer)
    db.commit()
    at = _to_member(db, world, inside)
    peer = sign_in(world.peer)
    peer.post(re.search(r'action="([^"]+/take-back)"', peer.get(inside).text).group(1))
    lost = sign_in(world.member).post(f"{at}/answer", data={"reply": "Typed in vain", "version": "1"})
    assert lost.status_code == 409
    assert ["This question is gone" in lost.text, "Typed in vain" in lost.text] == [True, True]


@pytest.mark.parametrize("visibility", list(Visibility))
def test_not_a_word_of_a_thread_reaches_whom_the_response_does_not(
    db: Session, world: World, sign_in: SignIn, outbox: Callable[[], list[Mail]], visibility: Visibility, inside: str
) -> None:
    """In no page, in no search, in no feed, in no mail and in no ledger."""
    response = give(db, world.asking, world.member, visibility=Visibility.PUBLIC)
    ask_back(db, world.asking, world.organiser)
    reply(db, world.asking, world.member)
    response.visibility = visibility
    db.commit()
    leading = {"facilitator", "organiser"}
    readers = {
        Visibility.PRIVATE: {"member"}, Visibility.FACILITATORS: {"member"} | leading,
        Visibility.COHORT: {"member", *INSIDE}, Visibility.PUBLIC: {"member", *INSIDE},
    }[visibility]  # fmt: skip
    for who in EVERYBODY:
        client = sign_in(getattr(world, who))
        assert (QUESTION in client.get(inside).text, ANSWER in client.get(inside).text) == ((who in readers,) * 2), who
        elsewhere = [
            "/me",
            "/c/practice-cohort",
            "/c/practice-cohort/prompts",
            "/prompts/who-decides",
            "/search?q=quokka",
        ]
        pages = " ".join(client.get(path).text for path in elsewhere)
        assert [word in pages for word in (QUESTION, ANSWER)] == [False, False], who
        found = [
            search.find(db, audiences(db, as_viewer(getattr(world, who))), word).total for word in ("quokka", "numbat")
        ]
        assert found == [0, 0], who
    public = sign_in(world.stranger).get("/questions/who-decides").text
    assert (QUESTION in public, ANSWER in public) == ((visibility is Visibility.PUBLIC,) * 2)
    mailed = " ".join(mail.subject + mail.text + mail.html for mail in outbox())
    noted = " ".join(f"{event.action} {event.subject} {event.data}" for event in db.scalars(select(Event)))
    assert [word in mailed + noted for word in ("Quokka", "Numbat", PLAIN)] == [False] * 3


def test_every_form_is_as_nothing_to_those_who_do_not_hear_the_voice(
    db: Session, world: World, sign_in: SignIn, inside: str
) -> None:
    """Whatever the key, and to the author of the voice as well."""
    give(db, world.asking, world.member, visibility=Visibility.FACILITATORS)
    ask_back(db, world.asking, world.organiser)
    db.commit()
    voice, at = _voice(db, world, inside, "organiser"), _to_member(db, world, inside)
    forms: dict[str, dict[str, str]] = {
        f"{voice}/ask": _question(), f"{voice}/resonate": {"resonates": "yes"}, f"{at}/take-back": {},
        f"{at}/answer": {"reply": "Mine", "version": "1"}, f"{at}/leave": {}, f"{at}/remove": {},
    }  # fmt: skip
    for who in ("mate", "peer", "observer", "facilitator", "outsider", "stranger", "admin"):
        client = sign_in(getattr(world, who))
        assert [client.post(path, data=data).status_code for path, data in forms.items()] == [404] * 6, who
    member = sign_in(world.member)
    assert [member.post(path, data=data).status_code for path, data in list(forms.items())[:3]] == [404] * 3
    assert [row.answer_source for row in db.scalars(select(FollowUp))] == [None]
    assert db.scalars(select(Resonance)).all() == []


def _release(db: Session, world: World) -> None:
    for person, text in ((world.member, PLAIN), (world.peer, "Other"), (world.third, "Another")):
        give(db, world.asking, person, attribution=UNATTRIBUTED, text=text)
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    db.commit()


def test_unattributed_voices_can_resonate_and_the_page_says_why_they_cannot_be_asked_back(
    db: Session, world: World, sign_in: SignIn, inside: str
) -> None:
    _release(db, world)
    mate, voice = sign_in(world.mate), _voice(db, world, inside, "mate")
    page = mate.get(inside).text
    assert [page.count("This resonates"), page.count("<summary>Ask back"), page.count("cannot be asked back:")] == [
        3,
        0,
        1,
    ]
    refused = mate.post(f"{voice}/ask", data=_question())
    assert (refused.status_code, "An unattributed answer cannot be asked back" in refused.text) == (422, True)
    assert mate.post(f"{voice}/resonate", data={"resonates": "yes"}).status_code == 303
    assert "It resonates with you." in mate.get(inside).text


def test_a_tap_on_an_unattributed_voice_moves_a_number_and_nothing_else(
    db: Session, world: World, sign_in: SignIn, inside: str
) -> None:
    """Whose voice it is changes nothing: the page of everybody else moves in the same way for each of them."""
    _release(db, world)
    clients = {who: sign_in(getattr(world, who)) for who in ("organiser", "observer", "third")}
    count = r'<p class="meta">It resonates with[^<]*</p>'
    fresh = re.compile(rf'(name="(?:csrf_token|_once)" value=")[^"]*|<div class="around">\s*{count}\s*</div>|{count}')

    def look() -> dict[str, str]:
        return {who: " ".join(fresh.sub(r"\1", client.get(inside).text).split()) for who, client in clients.items()}

    before = look()
    resonate(db, world.asking, world.mate)
    db.commit()
    assert look() == before


def test_who_takes_a_name_away_is_told_before_that_the_thread_goes(
    db: Session, world: World, sign_in: SignIn, inside: str
) -> None:
    give(db, world.asking, world.member, attribution=Attribution.ORGANISATION)
    db.commit()
    member, said = sign_in(world.member), "is deleted with the name."
    assert said not in member.get(inside).text
    resonate(db, world.asking, world.peer)
    db.commit()
    sentences = re.findall(r'<dd data-visibility="(\w+)" data-attribution="(\w+)">(.*?)</dd>', member.get(inside).text)
    assert {attribution for _visibility, attribution, text in sentences if said in text} == {"unattributed"}


def test_in_a_closed_cohort_the_page_offers_nothing_new(
    db: Session, world: World, sign_in: SignIn, inside: str
) -> None:
    give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer)
    voice, at = _voice(db, world, inside, "third"), _to_member(db, world, inside)
    world.cohort.state = CohortState.CLOSED
    db.commit()
    third, member = sign_in(world.third), sign_in(world.member)
    page = third.get(inside).text
    assert [word in page for word in (QUESTION, "This resonates", "<summary>Ask back")] == [True, False, False]
    refused = [
        third.post(f"{voice}/ask", data=_question()),
        third.post(f"{voice}/resonate", data={"resonates": "yes"}),
        member.post(f"{at}/answer", data={"reply": "Mine", "version": "1"}),
    ]
    assert [(answer.status_code, "This cohort is closed" in answer.text) for answer in refused] == [(422, True)] * 3
    mine = member.get(inside).text
    assert ["Answer it" in mine, "Remove this question" in mine] == [False, True]


def test_the_page_runs_the_same_queries_for_one_and_for_many(
    db: Session, world: World, sign_in: SignIn, inside: str, count_queries: Callable[[], Any]
) -> None:
    clients = [sign_in(person) for person in (world.member, world.organiser, world.peer)]
    give(db, world.asking, world.member)
    ask_back(db, world.asking, world.organiser)
    resonate(db, world.asking, world.peer)
    db.commit()

    def counted() -> list[int]:
        numbers = []
        for client in clients:
            with count_queries() as seen:
                assert client.get(inside).status_code == 200
            numbers.append(len(seen))
        return numbers

    before = counted()
    for person, text in ((world.mate, "Of a mate"), (world.third, "Of a third")):
        give(db, world.asking, person, text=text)
        for asker in (world.organiser, world.facilitator):
            ask_back(db, world.asking, asker, to=text)
            resonate(db, world.asking, asker, to=text)
    for asker in (world.peer, world.mate, world.third):
        ask_back(db, world.asking, asker)
    db.commit()
    assert counted() == before
