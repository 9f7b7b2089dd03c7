"""The series and one roundtable: what each reader sees of them, and answering in one click."""

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Role
from peernet.roundtables import access, attendance, guests, planning
from peernet.roundtables.models import Answer, Roundtable, When
from tests.world import World, join, make_asking, make_person, make_roundtable

Plan = Callable[..., Roundtable]
SignIn = Callable[[Person], FlaskClient]
SERIES = "/c/practice-cohort/roundtables"
LINK = "https://meet.example.org/trust"


def words_of(answer: object) -> str:
    """The words of a page's main part on one line."""
    main = re.search(r"<main.*?</main>", answer.text, re.S)  # type: ignore[attr-defined]
    assert main is not None
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


@pytest.fixture
def one(plan: Plan, world: World) -> Roundtable:
    """A roundtable with everything."""
    return plan(
        link=LINK,
        link_minutes=None,
        place="Video call",
        summary="We talk about origin, care and mistakes.",
        agenda="Round",
        agenda_html="<p>Round of two minutes</p>",
        capacity=3,
        reading=[("The FAIR principles", "https://go-fair.org/")],
        asked=[(world.asking, When.BEFORE)],
    )


def _path(one: Roundtable, more: str = "") -> str:
    return f"{SERIES}/{one.id}{more}"


def _answer_of(db: Session, one: Roundtable, person: Person) -> Answer | None:
    db.expire_all()
    return next((each.answer for each in db.scalars(access.answers_to(one.id)) if each.person_id == person.id), None)


def test_a_member_sees_when_it_is_for_them_and_all_they_need(one: Roundtable, world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.peer).get(_path(one))
    text = words_of(answer)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    for said in (
        "Practice cohort · Roundtable",
        "Tuesday 8 December 2026, 15:00 London · 20:30 Kolkata, yours",
        "90 minutes · Video call",
        "Your answer is awaited",
        "Once you accept, the way in to the meeting stands here and comes by mail.",
        "The FAIR principles",
        "Before Who decides, and how does anybody notice?",
        "Round of two minutes",
        "0 of 3 places are taken.",
        "Mate · River Trust · has not answered",
    ):
        assert said in text
    assert LINK not in answer.text
    assert f'href="/c/practice-cohort/prompts/{world.asking.id}"' in answer.text
    assert "For those who lead" not in text


@pytest.mark.parametrize("who", ["outsider", "stranger", "admin"])
@pytest.mark.parametrize("more", ["", ".ics", "/edit", "/move", "/cancel", "/guests"])
def test_who_does_not_belong_finds_nothing(one: Roundtable, world: World, sign_in: SignIn, who: str, more: str) -> None:
    assert sign_in(getattr(world, who)).get(_path(one, more)).status_code == 404


@pytest.mark.parametrize("who", ["member", "observer"])
@pytest.mark.parametrize("more", ["/edit", "/move", "/cancel", "/guests"])
def test_who_does_not_lead_cannot_change_it(
    one: Roundtable, world: World, sign_in: SignIn, who: str, more: str
) -> None:
    client = sign_in(getattr(world, who))
    assert client.get(_path(one, more)).status_code == 404
    fields = {
        "version": "1", "day": "2026-12-09", "time": "10:00", "zone": "UTC", "minutes": "60", "title": "x",
        "kind": "canvas", "email": "x@example.org", "name": "X",
    }  # fmt: skip
    known = {"/move": ("version", "day", "time", "zone", "minutes"), "/edit": ("version", "title", "kind")}
    known |= {"/guests": ("email", "name"), "/cancel": ()}
    assert client.post(_path(one, more), data={name: fields[name] for name in known[more]}).status_code == 404


def test_a_reader_without_an_account_is_sent_to_sign_in(one: Roundtable, client: FlaskClient) -> None:
    answer = client.get(_path(one))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sign-in?next={_path(one)}")


def test_a_roundtable_is_found_under_its_own_cohort_only(one: Roundtable, world: World, sign_in: SignIn) -> None:
    assert sign_in(world.outsider).get(f"/c/other-cohort/roundtables/{one.id}").status_code == 404


def test_an_observer_reads_and_does_not_answer(one: Roundtable, db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.observer)
    page = client.get(_path(one))
    assert "Are you coming?" not in page.text
    assert LINK not in page.text
    assert LINK not in client.get(_path(one, ".ics")).text
    assert client.post(_path(one, "/rsvp"), data={"answer": "accepted"}).status_code == 404
    assert _answer_of(db, one, world.observer) is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("accepted", "You are coming."),
        ("declined", "You are not coming."),
        ("writing", "You will answer in writing."),
        ("tentative", "You may come. Until you accept, no place is yours."),
    ],
)
def test_one_click_answers(one: Roundtable, db: Session, world: World, sign_in: SignIn, answer: str, said: str) -> None:
    client = sign_in(world.member)
    sent = client.post(_path(one, "/rsvp"), data={"answer": answer})
    assert (sent.status_code, sent.headers["Location"]) == (303, _path(one))
    assert _answer_of(db, one, world.member) == Answer(answer)
    page = client.get(_path(one))
    assert said in words_of(page)
    assert (LINK in page.text) is (answer == "accepted")
    assert f'value="{answer}"' not in page.text


def test_a_double_click_answers_once(one: Roundtable, db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    for _click in range(2):
        sent = client.post(_path(one, "/rsvp"), data={"answer": "accepted", "_once": "the-same-form"})
        assert (sent.status_code, sent.headers["Location"]) == (303, _path(one))
    db.expire_all()
    assert db.get_one(Roundtable, one.id).accepted == 1


def test_a_full_table_says_so_before_and_after_the_click(
    one: Roundtable, db: Session, world: World, sign_in: SignIn
) -> None:
    for person in (world.mate, world.third, world.organiser):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    db.commit()
    client = sign_in(world.member)
    full = "The table is full: all 3 places are taken. You can wait for one, or answer in writing."
    page = client.get(_path(one))
    assert full in words_of(page)
    assert 'value="accepted"' not in page.text
    late = client.post(_path(one, "/rsvp"), data={"answer": "accepted"})
    assert late.status_code == 422
    assert full in words_of(late)
    assert 'href="#f-answer"' in late.text
    assert 'id="f-answer"' in late.text
    assert _answer_of(db, one, world.member) is None
    assert client.post(_path(one, "/rsvp"), data={"answer": "writing"}).status_code == 303


@pytest.mark.parametrize("data", [{}, {"answer": ""}, {"answer": "maybe"}, {"answer": "accepted", "person": "3"}])
def test_an_answer_that_is_none_is_refused(
    one: Roundtable, db: Session, world: World, sign_in: SignIn, data: dict[str, str]
) -> None:
    assert sign_in(world.member).post(_path(one, "/rsvp"), data=data).status_code == 422
    assert _answer_of(db, one, world.member) is None


def test_a_guest_sees_that_roundtable_and_nothing_else(
    plan: Plan, one: Roundtable, db: Session, world: World, sign_in: SignIn
) -> None:
    guests.invite(db, one, actor=viewer_of(world.organiser), email=world.stranger.email.upper(), name="An Expert")
    db.commit()
    other = plan(title="Another")
    client = sign_in(world.stranger)
    one_path = f"{SERIES}/{other.id - 1}"
    page = client.get(one_path)
    assert page.status_code == 200
    assert "Who decides, and how does anybody notice?" in words_of(page)
    assert "/prompts/" not in page.text
    assert f'href="{SERIES}"' not in page.text
    for elsewhere in (SERIES, f"{SERIES}/{other.id}", "/c/practice-cohort/prompts", f"{one_path}/guests"):
        assert client.get(elsewhere).status_code == 404
    assert client.post(f"{one_path}/rsvp", data={"answer": "accepted"}).status_code == 303
    assert LINK in client.get(one_path).text


def test_the_calendar_file_is_a_copy_without_a_method(
    one: Roundtable, db: Session, world: World, sign_in: SignIn
) -> None:
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    db.commit()
    uid = one.uid
    answer = sign_in(world.member).get(_path(one, ".ics"))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="roundtable-{one.id}.ics"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    read = Calendar.from_ical(answer.data)
    (event,) = read.walk("VEVENT")
    assert "METHOD" not in read
    assert "ATTENDEE" not in event
    assert (event["UID"], event["SUMMARY"]) == (uid, "What makes data worth trusting?")
    assert LINK in event["DESCRIPTION"]


def test_a_cancelled_one_takes_no_answer_and_shows_no_way_in(
    one: Roundtable, db: Session, world: World, sign_in: SignIn
) -> None:
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    db.commit()
    client = sign_in(world.member)
    page = client.get(_path(one))
    assert "This roundtable was cancelled." in words_of(page)
    assert "Are you coming?" not in page.text
    assert f'href="{LINK}"' not in page.text
    refused = client.post(_path(one, "/rsvp"), data={"answer": "declined"})
    assert refused.status_code == 422
    assert "This roundtable was cancelled, so there is nothing to answer." in words_of(refused)


def test_what_was_held_says_so(one: Roundtable, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    with time_machine.travel(one.ends_at, tick=False):
        page = client.get(_path(one))
        assert "Held" in words_of(page)
        assert "Are you coming?" not in page.text
        assert LINK not in page.text


def test_an_hour_that_comes_twice_is_explained(plan: Plan, world: World, sign_in: SignIn) -> None:
    one = plan(wall_start=datetime(2027, 11, 7, 1, 30), zone="America/New_York")
    text = words_of(sign_in(world.member).get(_path(one)))
    assert "Sunday 7 November 2027, 01:30 New York · 05:30 London, yours" in text
    assert "That hour comes twice that night, because clocks go back. The first one is meant." in text


def test_words_of_people_are_words(plan: Plan, world: World, sign_in: SignIn) -> None:
    one = plan(title="<script>alert(1)</script>", summary="<b>x</b>", place='"><i>', link=LINK)
    client = sign_in(world.organiser)
    for path in (_path(one), _path(one, "/edit"), _path(one, "/move"), _path(one, "/cancel"), SERIES):
        page = client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<b>x" not in page.text
        assert '"><i>' not in page.text


# The series


def test_the_series_lists_what_comes_and_what_was_held(
    plan: Plan, one: Roundtable, db: Session, world: World, sign_in: SignIn
) -> None:
    plan(title="Long ago", wall_start=datetime(2026, 11, 3, 13, 0), held=True)
    path = f"{SERIES}/{one.id}"
    page = sign_in(world.peer).get(SERIES)
    text = words_of(page)
    assert page.status_code == 200
    assert text.index("To come") < text.index("First table Roundtable") < text.index("Held") < text.rindex("Long ago")
    assert "Tuesday 8 December 2026, 15:00 London · 20:30 Kolkata, yours" in text
    assert f'href="{path}"' in page.text
    assert "Plan a roundtable" not in text


def test_the_series_warns_where_clocks_change(plan: Plan, db: Session, world: World, sign_in: SignIn) -> None:
    plan(title="Before", wall_start=datetime(2027, 3, 17, 15, 0))
    plan(title="After", wall_start=datetime(2027, 4, 14, 15, 0))
    said = (
        "After “Before”, before “After”, what is 15:00 in London becomes another hour in: "
        "Kolkata: 19:30 instead of 20:30. These are your clocks."
    )
    assert said in words_of(sign_in(world.peer).get(SERIES))
    member = words_of(sign_in(world.member).get(SERIES))
    assert "Kolkata: 19:30 instead of 20:30." in member
    assert "These are your clocks." not in member


def test_an_empty_series_says_what_comes_next(db: Session, world: World, sign_in: SignIn) -> None:
    db.delete(world.roundtable)
    db.commit()
    assert "When one is, you are invited by mail." in words_of(sign_in(world.member).get(SERIES))
    assert "Plan one, and everybody in the cohort is invited by mail." in words_of(
        sign_in(world.facilitator).get(SERIES)
    )


@pytest.mark.parametrize("who", ["outsider", "stranger", "admin"])
def test_who_does_not_belong_finds_no_series(world: World, sign_in: SignIn, who: str) -> None:
    assert sign_in(getattr(world, who)).get(SERIES).status_code == 404


@pytest.mark.parametrize("page", ["series", "one"])
def test_one_and_thirty_take_as_many_queries(
    plan: Plan, db: Session, world: World, sign_in: SignIn, count_queries: Callable, page: str
) -> None:
    one = plan(reading=[("A", "https://a.org")], asked=[(world.asking, When.BEFORE)])
    address = SERIES if page == "series" else f"{SERIES}/{one.id}"
    client = sign_in(world.organiser)
    client.get(address)
    with count_queries() as few:
        assert client.get(address).status_code == 200
    for number in range(29):
        wall = datetime(2027, 2, 1, 15, 0) + timedelta(days=number)
        # Nobody is told of these, which would take most of the time.
        make_roundtable(db, world.cohort, f"Table {number}", wall)
        person = make_person(db, f"Somebody {number}", zone="Asia/Tokyo")
        join(db, world.cohort, person, Role.FACILITATOR)
        guests.invite(
            db, _again(db, one.id), actor=viewer_of(world.organiser), email=f"g{number}@example.org", name="G"
        )
        attendance.rsvp(db, _again(db, one.id), person, Answer.ACCEPTED)
    askings = [make_asking(db, world.cohort, f"asked-{number}", f"Question {number}?") for number in range(29)]
    readings = [(f"Text {number}", "https://a.org") for number in range(29)]
    planning.revise(
        db, _again(db, one.id), actor=viewer_of(world.organiser), version=1, reading=readings,
        asked=[(asking, When.DURING) for asking in askings],
    )  # fmt: skip
    db.commit()
    with count_queries() as many:
        assert client.get(address).status_code == 200
    assert len(many) == len(few)
    assert len(many) <= 15


def _again(db: Session, roundtable_id: int) -> Roundtable:
    return db.scalars(access.all_roundtables().where(Roundtable.id == roundtable_id)).one()
