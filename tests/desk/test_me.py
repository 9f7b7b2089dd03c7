"""My page: what one person must see, and nobody else's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Cohort, Role
from peernet.desk import changes
from peernet.ledger import ledger
from peernet.prompts.models import Attribution, Response, Visibility
from peernet.roundtables.models import Reading
from tests.world import World, join, make_asking, make_cohort, make_roundtable

SignIn = Callable[..., FlaskClient]


def test_a_stranger_is_sent_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/me")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/me")


def test_a_member_sees_what_comes_in_their_own_zone(world: World, db: Session, sign_in: SignIn) -> None:
    db.add(Reading(roundtable_id=world.roundtable.id, position=1, title="The paper", url="https://example.org/paper"))
    db.commit()
    page = sign_in(world.peer).get("/me").text
    for words in ("First table", "Tuesday 1 December 2026, 15:00 London", "20:30 Kolkata, yours", "The paper"):
        assert words in page
    assert world.asking.text in page


def test_others_see_nothing_of_a_cohort(world: World, sign_in: SignIn) -> None:
    for person in (world.stranger, world.outsider, world.admin):
        page = sign_in(person).get("/me").text
        assert [words in page for words in ("First table", world.asking.text, "Practice cohort")] == [False] * 3


def test_the_same_number_of_queries_for_one_cohort_and_many(
    world: World, db: Session, sign_in: SignIn, count_queries: Callable[[], Any]
) -> None:
    client = sign_in(world.facilitator)
    with count_queries() as few:
        assert client.get("/me").status_code == 200
    for number in range(30):
        cohort, _seats = make_cohort(db, f"cohort-{number}", [])
        join(db, cohort, world.facilitator, Role.FACILITATOR)
        make_roundtable(db, cohort, f"Table {number}", datetime(2026, 12, 2, 15, 0) + timedelta(days=number))
        make_asking(db, cohort, f"question-{number}", f"Question {number}?")
        ledger.record(db, "cohort.closed", subject=f"cohort:{cohort.id}", scope=f"cohort:{cohort.id}")
    db.commit()
    with count_queries() as many:
        assert client.get("/me").status_code == 200
    assert len(many) == len(few) + 1  # the first page had no change whose cohort had to be loaded


def changes_for(db: Session, world: World, who: str, cohorts: list[Cohort]) -> list[tuple[str, str]]:
    person = getattr(world, who)
    return [(one.sentence, one.title) for one in changes.since(db, viewer_of(person), cohorts, person.seen_at)]


def test_changes_are_those_of_others_since_last_time(world: World, db: Session, sign_in: SignIn) -> None:
    scope = f"cohort:{world.cohort.id}"
    for action, subject, actor in (
        ("prompt.asked", f"asking:{world.asking.id}", world.organiser),
        ("roundtable.planned", f"roundtable:{world.roundtable.id}", world.member),
        ("roundtable.moved", f"roundtable:{world.roundtable.id}", None),
        ("something.else", "asking:1", None),
    ):
        ledger.record(db, action, subject=subject, scope=scope, actor_id=actor.id if actor else None)
    db.commit()
    assert changes_for_in_request(db, world, sign_in) == [
        ("Roundtable moved", "First table"),
        ("New prompt", world.asking.text),
    ]


def changes_for_in_request(db: Session, world: World, sign_in: SignIn) -> list[tuple[str, str]]:
    with sign_in(world.member).application.test_request_context():
        return changes_for(db, world, "member", [world.cohort])


def test_what_was_seen_is_gone(world: World, db: Session, sign_in: SignIn) -> None:
    ledger.record(db, "prompt.asked", subject=f"asking:{world.asking.id}", scope=f"cohort:{world.cohort.id}").at = (
        clock.now() - timedelta(hours=1)
    )
    db.commit()
    client = sign_in(world.member)
    assert "New prompt" in client.get("/me").text
    assert client.post("/me/seen").status_code == 303
    assert "New prompt" not in client.get("/me").text
    assert "New prompt" in sign_in(world.peer).get("/me").text


def test_an_event_whose_subject_is_hidden_is_left_out(world: World, db: Session, sign_in: SignIn) -> None:
    other = make_asking(db, world.other_cohort, "hidden", "A hidden question?")
    ledger.record(db, "prompt.asked", subject=f"asking:{other.id}", scope=f"cohort:{world.cohort.id}")
    db.commit()
    assert changes_for_in_request(db, world, sign_in) == []


def test_my_journal_is_mine_alone(world: World, db: Session, sign_in: SignIn) -> None:
    db.add(
        Response(
            asking_id=world.asking.id,
            person_id=world.member.id,
            organisation_id=world.river.id,
            source="Nobody decides.",
            html="<p>Nobody decides.</p>",
            words=2,
            visibility=Visibility.PRIVATE,
            attribution=Attribution.PERSON,
            given_at=clock.now(),
            changed_at=clock.now(),
        )
    )
    db.commit()
    pages = [sign_in(person).get("/me/journal").text for person in (world.member, world.mate, world.organiser)]
    assert ["Nobody decides." in page for page in pages] == [True, False, False]
