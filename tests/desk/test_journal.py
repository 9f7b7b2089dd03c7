"""My journal: all that I answered, who reads it now, and what came back; mine alone, also after I left."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Membership
from peernet.desk import journal
from peernet.prompts import asking as verbs
from peernet.prompts import consequences
from peernet.prompts.models import Attribution, Visibility
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import as_viewer, ask_back, asked, give, reply, resonate
from tests.world import World, make_asking

SignIn = Callable[[Person], FlaskClient]
UNATTRIBUTED = Attribution.UNATTRIBUTED
_NAMELESS = "They see neither who wrote it, nor which organisation, nor when."
COHORT = "everybody in this cohort: members, observers, facilitators and organisers"


def _entry(db: Session, person: Person) -> journal.Entry:
    (entry,) = journal.entries(db, as_viewer(person))
    return entry


def test_it_holds_my_answers_and_what_came_back(db: Session, world: World, sign_in: SignIn) -> None:
    give(db, world.asking, world.member, text="Canary words")
    ask_back(db, world.asking, world.peer, "Quokka?", to="Canary words")
    reply(db, world.asking, world.member, "Numbat.")
    resonate(db, world.asking, world.third, to="Canary words")
    db.commit()
    page = sign_in(world.member).get("/me/journal").text
    readers = f"Can be read by {COHORT}. They see your name and your organisation’s."
    came_back = ("Quokka?", "Numbat.", "<strong>Peer</strong>, City Library", "It resonates with one person.")
    told = ("Canary words", readers, *came_back)
    assert [word for word in told if word not in page] == []
    assert "Third" not in page


def test_it_is_mine_alone(db: Session, world: World, sign_in: SignIn) -> None:
    give(db, world.asking, world.member, text="Canary words", visibility=Visibility.PUBLIC)
    ask_back(db, world.asking, world.peer, "Quokka?", to="Canary words")
    db.commit()
    for who in ("mate", "peer", "third", "observer", "facilitator", "organiser", "outsider", "stranger", "admin"):
        client = sign_in(getattr(world, who))
        for path in ("/me/journal", "/me/journal.md"):
            text = client.get(path).text
            assert [word in text for word in ("Canary", "Quokka")] == [False, False], (who, path)


def test_who_left_keeps_it(db: Session, world: World, sign_in: SignIn) -> None:
    give(db, world.asking, world.member, text="Canary words")
    ask_back(db, world.asking, world.peer, "Quokka?", to="Canary words")
    db.execute(update(Membership).where(Membership.person_id == world.member.id).values(left_at=clock.now()))
    db.commit()
    client = sign_in(world.member)
    for path in ("/me/journal", "/me/journal.md"):
        text = client.get(path).text
        assert ["Canary words" in text, "Quokka?" in text, "Answer it" in text] == [True, True, False]


@pytest.mark.parametrize(
    ("visibility", "attribution", "sentence"),
    [
        (Visibility.PRIVATE, Attribution.PERSON, "Only you can read this. Nobody is told that you wrote it."),
        (
            Visibility.FACILITATORS,
            Attribution.ORGANISATION,
            "Can be read by the facilitators and organisers of this cohort. They see your organisation’s name, not "
            "yours.",
        ),
        (
            Visibility.PUBLIC,
            Attribution.PERSON,
            "Can be read by everyone, on the question’s public page, and everybody in this cohort. They see your name "
            "and your organisation’s.",
        ),
    ],
)
def test_it_says_who_reads_an_answer_with_a_name(
    db: Session, world: World, visibility: Visibility, attribution: Attribution, sentence: str
) -> None:
    give(db, world.asking, world.member, visibility=visibility, attribution=attribution)
    assert _entry(db, world.member).readers == sentence


def test_it_says_whom_an_unattributed_answer_has_reached(db: Session, world: World) -> None:
    """Which is fewer than those it is for, as long as too few others wrote one for these."""
    give(db, world.asking, world.member, visibility=Visibility.PUBLIC, attribution=UNATTRIBUTED)
    assert _entry(db, world.member).readers.startswith("Nobody reads this until the prompt closes.")
    give(db, world.asking, world.peer, visibility=Visibility.COHORT, attribution=UNATTRIBUTED)
    give(db, world.asking, world.third, visibility=Visibility.COHORT, attribution=UNATTRIBUTED)
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    expected = f"Can be read by {COHORT}, among other unattributed answers. {_NAMELESS}"
    assert _entry(db, world.member).readers == expected


def test_it_says_that_nobody_reads_what_too_few_wrote(db: Session, world: World) -> None:
    give(db, world.asking, world.member, attribution=UNATTRIBUTED)
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    assert _entry(db, world.member).readers == (
        "Nobody reads this: the prompt has closed, and fewer than 3 organisations wrote an unattributed answer."
    )


def test_every_standing_has_a_sentence() -> None:
    for visibility in Visibility:
        for attribution in Attribution:
            for circles in (None, frozenset(), frozenset(Visibility)):
                assert consequences.now(visibility, attribution, circles=circles, of=consequences.Way(has_page=False))


def test_it_is_taken_along_as_a_file(db: Session, world: World, sign_in: SignIn) -> None:
    give(db, world.asking, world.member, text="My *own* words")
    ask_back(db, world.asking, world.peer, "Quokka?", to="My *own* words")
    reply(db, world.asking, world.member, "Numbat.")
    ask_back(db, world.asking, world.organiser, "Wombat?", to="My *own* words")
    resonate(db, world.asking, world.third, to="My *own* words")
    db.commit()
    answer = sign_in(world.member).get("/me/journal.md")
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="journal.md"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.text == (
        "# My journal\n\nMember, 23 November 2026\n\n"
        "## Who decides, and how does anybody notice?\n\n"
        f"Practice cohort, 23 November 2026. Can be read by {COHORT}. They see your name and your organisation’s.\n\n"
        "My *own* words\n\n"
        "It resonates with one person.\n\n"
        "### Peer, City Library asks back, 23 November 2026\n\nQuokka?\n\n"
        "#### You answer, 23 November 2026\n\nNumbat.\n\n"
        "### Organiser asks back, 23 November 2026\n\nWombat?\n"
    )


def test_nobody_is_sent_to_sign_in(client: FlaskClient) -> None:
    for path in ("/me/journal", "/me/journal.md"):
        assert client.get(path).headers["Location"] == f"/sign-in?next={path}"


def test_it_is_found_from_my_page_and_from_the_profile(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    assert [client.get(path).text.count('href="/me/journal"') for path in ("/me", "/me/profile")] == [1, 1]


def test_what_was_asked_back_waits_on_the_page_of_its_author(db: Session, world: World, sign_in: SignIn) -> None:
    give(db, world.asking, world.member, attribution=Attribution.ORGANISATION)
    ask_back(db, world.asking, world.peer)
    db.commit()
    waits = {
        who: "Peer asks back about your answer" in sign_in(getattr(world, who)).get("/me").text
        for who in ("member", "mate", "peer", "third", "observer", "facilitator", "organiser", "admin")
    }
    assert [who for who, is_so in waits.items() if is_so] == ["member"]
    assert "Quokka" not in sign_in(world.member).get("/me").text
    reply(db, world.asking, world.member)
    db.commit()
    assert "asks back" not in sign_in(world.member).get("/me").text


def test_as_many_queries_for_one_answer_and_for_thirty(
    db: Session, world: World, sign_in: SignIn, count_queries: Callable[[], Any]
) -> None:
    client = sign_in(world.member)

    def counted() -> list[int]:
        numbers = []
        for path in ("/me/journal", "/me/journal.md", "/me"):
            with count_queries() as seen:
                assert client.get(path).status_code == 200
            numbers.append(len(seen))
        return numbers

    def answer(asking: Any) -> None:
        give(db, asking, world.member)
        ask_back(db, asking, world.peer)
        ask_back(db, asking, world.organiser)
        resonate(db, asking, world.third)

    answer(world.asking)
    db.commit()
    before = counted()
    for number in range(30):
        answer(make_asking(db, world.cohort, f"more-{number}", f"More {number}?", world.topic))
    db.commit()
    assert counted() == before
