"""The page of weekly hours: no scripts, nothing lost, and nobody else's."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.roundtables.hours import access, saying, week
from tests.roundtables.test_pages import words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
PATH = "/me/hours"


def grid(hours: week.Week = week.EMPTY, step: int = 60, version: int = 0) -> dict[str, Any]:
    rows = week.rows(hours, step)
    columns = {f"d{day}": [week.WORDS[row[day]] for row in rows] for day in range(7)}
    return columns | {"step": str(step), "version": str(version), "weekend": ["5", "6"], "brush": "yes"}


def chosen(text: str) -> list[tuple[str, str]]:
    """The fields of the page that say something else than never."""
    cells = re.findall(r'aria-label="(\w+ \d\d:\d\d)">(.*?)</select>', text, re.DOTALL)
    found = [(label, re.search(r'value="(\w+)" selected', options)[1]) for label, options in cells]
    return [cell for cell in found if cell[1] != "no"]


def kept(db: Session, person: Person) -> list[list[Any]] | None:
    db.expire_all()
    said = db.scalar(access.of_person(person.id))
    return said.windows if said else None


def test_who_has_said_nothing_is_told_what_follows(world: World, sign_in: SignIn) -> None:
    text = words_of(sign_in(world.member).get(PATH))
    assert "by your own clocks, in London" in text
    assert "so the planner finds no time at which you can come" in text
    assert "Administrators do not see it either." in text


def test_hours_are_saved_and_shown(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    hours = week.painted(week.EMPTY, week.YES, days=(1,), start=540, end=600)
    sent = client.post(PATH, data=grid(hours) | {"away_from": ["2026-12-20", ""], "away_to": ["", ""]})
    assert (sent.status_code, sent.headers["Location"]) == (303, PATH)
    page = client.get(PATH).text
    assert chosen(page) == [("Tuesday 09:00", "yes")]
    assert page.count('value="2026-12-20"') == 2
    assert kept(db, world.member) == [[1, 540, 600, "yes"]]


def test_a_double_click_saves_once(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    for _click in range(2):
        assert client.post(PATH, data=grid(week.office((5, 6))) | {"_once": "x"}).status_code == 303
    assert db.scalar(access.of_person(world.member.id)).version == 1


def test_half_hours_are_shown_where_they_are_needed(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    assert (
        client.post(PATH, data=grid(week.painted(week.EMPTY, 1, days=(0,), start=570, end=600), step=30)).status_code
        == 303
    )
    page = client.get(PATH).text
    assert chosen(page) == [("Monday 09:30", "maybe")]
    assert "Show whole hours" not in page


@pytest.mark.parametrize(
    ("fill", "brush", "first", "count"),
    [
        ("day:2", "maybe", ("Wednesday 00:00", "maybe"), 24),
        ("row:600", "yes", ("Monday 10:00", "yes"), 7),
        ("set:office", "no", ("Monday 08:00", "maybe"), 50),
        ("set:evenings", "yes", ("Monday 18:00", "maybe"), 20),
        ("by:30", "yes", ("Sunday 09:00", "yes"), 2),
    ],
)
def test_a_button_fills_the_grid_and_saves_nothing(
    db: Session, world: World, sign_in: SignIn, fill: str, brush: str, first: tuple[str, str], count: int
) -> None:
    start = week.painted(week.EMPTY, week.YES, days=(6,), start=540, end=600) if fill == "by:30" else week.EMPTY
    away = {"away_from": ["2026-12-20"], "away_to": ["2026-12-22"]}
    answer = sign_in(world.member).post(f"{PATH}/fill", data=grid(start) | away | {"fill": fill, "brush": brush})
    assert answer.status_code == 200
    found = chosen(answer.text)
    assert (found[0], len(found)) == (first, count)
    assert 'value="2026-12-22"' in answer.text
    assert f'value="{brush}" checked' in answer.text
    assert "The grid is filled in and not saved yet." in answer.text
    assert kept(db, world.member) is None


def test_copying_and_emptying(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    monday = grid(week.painted(week.EMPTY, week.YES, days=(0,), start=540, end=600))
    copied = client.post(f"{PATH}/fill", data=monday | {"fill": "set:copy"})
    assert [label for label, _word in chosen(copied.text)] == [
        f"{day} 09:00" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    ]
    assert chosen(client.post(f"{PATH}/fill", data=monday | {"fill": "set:none"}).text) == []


def test_two_tabs_lose_nothing(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    mine = week.painted(week.EMPTY, week.YES, days=(3,), start=540, end=600)
    assert client.post(PATH, data=grid(week.office((5, 6)))).status_code == 303
    late = client.post(PATH, data=grid(mine))
    assert late.status_code == 409
    assert "Monday 09:00–17:00: Good" in words_of(late)
    assert chosen(late.text) == [("Thursday 09:00", "yes")]
    # The form carries the version that was shown now, so that saving again replaces it knowingly.
    assert 'name="version" value="1"' in late.text
    assert client.post(PATH, data=grid(mine, version=1)).status_code == 303
    assert kept(db, world.member) == [[3, 540, 600, "yes"]]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"away_from": ["2027-02-30", ""], "away_to": ["", ""]}, "Please give a date that exists, as YYYY-MM-DD."),
        ({"away_from": ["2027-02-03"], "away_to": ["2027-02-01"]}, "This time away ends before it begins"),
        ({"away_from": ["2027-02-03"], "away_to": ["2029-02-01"]}, "A time away may last a year at most."),
        ({"away_from": ["2027-02-03"] * 61, "away_to": [""] * 61}, "At most 60 times away, please."),
        ({"away_from": ["2027-02-03"], "away_to": []}, "The days away did not arrive whole."),
        ({"weekend": ["7"]}, "This must be at most 6."),
        ({"unknown": "x"}, "unknown: This field is not known here."),
    ],
)
def test_what_is_wrong_is_said_and_the_grid_stays(
    db: Session, world: World, sign_in: SignIn, wrong: dict[str, Any], said: str
) -> None:
    hours = week.painted(week.EMPTY, week.YES, days=(1,), start=540, end=600)
    answer = sign_in(world.member).post(PATH, data=grid(hours) | wrong)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert chosen(answer.text) == [("Tuesday 09:00", "yes")]
    assert kept(db, world.member) is None


@pytest.mark.parametrize(
    "wrong", [{"d3": ["no"] * 47}, {"d3": ["no"] * 3}, {"d3": ["perhaps"] * 24}, {"step": "15"}, {"d3": []}]
)
def test_a_broken_grid_is_refused(db: Session, world: World, sign_in: SignIn, wrong: dict[str, Any]) -> None:
    assert sign_in(world.member).post(PATH, data=grid() | wrong).status_code == 422
    assert kept(db, world.member) is None


@pytest.mark.parametrize(("what", "windows"), [("keep", [[0, 540, 600, "yes"]]), ("shift", [[0, 870, 930, "yes"]])])
def test_after_a_move_the_page_asks_which_was_meant(
    db: Session, world: World, sign_in: SignIn, what: str, windows: list[Any]
) -> None:
    hours = week.painted(week.EMPTY, week.YES, days=(0,), start=540, end=600)
    saying.say(db, world.member, hours=hours, weekend=(5, 6), away=(), version=0)
    world.member.zone = "Asia/Kolkata"
    client = sign_in(world.member)
    text = words_of(client.get(PATH))
    assert (
        "You said these hours by the clocks of London. Your profile now says Kolkata, so 09:00 means 09:00 there."
        in text
    )
    assert "Shift them by +5.5 h, to the same moments as before" in text
    assert client.post(f"{PATH}/zone", data={"what": what, "version": "1"}).status_code == 303
    assert kept(db, world.member) == windows
    assert "Your clocks are others now" not in client.get(PATH).text
    assert client.post(f"{PATH}/zone", data={"what": what, "version": "1"}).status_code == 409


def test_my_page_asks_members_for_their_hours(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    assert "Say when you can" in client.get("/me").text
    saying.say(db, world.member, hours=week.office((5, 6)), weekend=(5, 6), away=(), version=0)
    db.commit()
    assert "Say when you can" not in client.get("/me").text
    world.member.zone = "Asia/Kolkata"
    db.commit()
    assert "Your time zone changed." in words_of(client.get("/me"))
    assert "Say when you can" not in sign_in(world.observer).get("/me").text
