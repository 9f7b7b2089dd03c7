"""Planning, revising, moving, cancelling and guests, in pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.mail.models import Mail
from peernet.prompts.models import Asking
from peernet.roundtables import access
from peernet.roundtables.models import Guest, Roundtable, When
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World, make_asking

Plan = Callable[..., Roundtable]
SignIn = Callable[[Person], FlaskClient]
Outbox = Callable[[], list[Mail]]

PLANNED = {
    "title": "A new table",
    "kind": "canvas",
    "day": "2026-12-15",
    "time": "12:30",
    "zone": "Asia/Kolkata",
    "minutes": "120",
    "summary": "We draw.",
    "place": "Video call",
    "link": "https://meet.example.org/draw",
    "capacity": "12",
    "agenda": "1. Draw\n2. Compare",
    "reading": "DWBP https://www.w3.org/TR/dwbp/",
    "is_public": "yes",
}
REVISED = {"title": "Revised", "kind": "roundtable", "version": "1"}


def _latest(db: Session) -> Roundtable:
    db.expire_all()
    return db.scalars(access.all_roundtables().order_by(None).order_by(Roundtable.id.desc())).first()


def test_an_organiser_plans_a_roundtable(db: Session, world: World, sign_in: SignIn, outbox: Outbox) -> None:
    second: Asking = make_asking(db, world.cohort, "second", "And then?")
    asked = ["", f"{second.id}:during", f"{world.asking.id}:after"]
    client = sign_in(world.organiser)
    assert client.get(f"{SERIES}/new").status_code == 200
    sent = client.post(f"{SERIES}/new", data=PLANNED | {"asked": asked})
    one = _latest(db)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{SERIES}/{one.id}")
    assert (one.title, one.kind.value, one.wall_start, one.zone) == (
        "A new table",
        "canvas",
        datetime(2026, 12, 15, 12, 30),
        "Asia/Kolkata",
    )
    assert (one.minutes, one.capacity, one.is_public, one.place) == (120, 12, True, "Video call")
    assert "<li>Draw</li>" in one.agenda_html
    assert [(row.title, row.url) for row in db.scalars(access.readings_of([one.id]))] == [
        ("DWBP", "https://www.w3.org/TR/dwbp/")
    ]
    rows = db.execute(select(access.RoundtablePrompt.asking_id, access.RoundtablePrompt.when))
    assert {tuple(row) for row in rows} == {(second.id, When.DURING), (world.asking.id, When.AFTER)}
    assert [mail.kind for mail in outbox()] == ["roundtables/invited"] * 6
    assert "The roundtable is planned, and everybody is invited by mail." in words_of(client.get(f"{SERIES}/{one.id}"))


def test_a_double_click_plans_once(db: Session, world: World, sign_in: SignIn, outbox: Outbox) -> None:
    client = sign_in(world.facilitator)
    first, second = (client.post(f"{SERIES}/new", data=PLANNED | {"_once": "one-form"}) for _click in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert db.query(Roundtable).count() == 2
    assert len(outbox()) == 6


@pytest.mark.parametrize("who", ["member", "observer", "outsider", "stranger", "admin"])
def test_who_does_not_lead_plans_nothing(db: Session, world: World, sign_in: SignIn, who: str) -> None:
    client = sign_in(getattr(world, who))
    assert client.get(f"{SERIES}/new").status_code == 404
    assert client.post(f"{SERIES}/new", data=PLANNED).status_code == 404
    assert db.query(Roundtable).count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"day": "2020-01-01"}, "This time is over already. Please check the date."),
        (
            {"day": "2027-03-28", "time": "01:30", "zone": "Europe/London"},
            "The nearest are 00:30 and 02:30.",
        ),
        ({"agenda": "[" * 60_000}, "too"),
        ({"asked": "999999:before"}, "This prompt is not asked in this cohort."),
        ({"unknown": "x"}, "unknown: This field is not known here."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    db: Session, world: World, sign_in: SignIn, outbox: Outbox, wrong: dict[str, Any], said: str
) -> None:
    answer = sign_in(world.organiser).post(f"{SERIES}/new", data=PLANNED | wrong)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert "We draw." in answer.text
    assert "DWBP https://www.w3.org/TR/dwbp/" in answer.text
    assert '<option value="Asia/Kolkata" selected>' in answer.text or "zone" in wrong
    assert (db.query(Roundtable).count(), outbox()) == (1, [])


def test_an_hour_that_comes_twice_is_planned_and_said(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.organiser)
    twice = PLANNED | {"day": "2027-11-07", "time": "01:30", "zone": "America/New_York"}
    assert client.post(f"{SERIES}/new", data=twice).status_code == 303
    said = "This hour comes twice that night, because clocks go back. The first one is meant."
    assert said in words_of(client.get(f"{SERIES}/{_latest(db).id}"))


def test_revising_keeps_what_the_form_shows(plan: Plan, db: Session, world: World, sign_in: SignIn) -> None:
    one = plan(
        capacity=7, reading=[("FAIR", "https://go-fair.org")], asked=[(world.asking, When.BEFORE)], agenda="As it was"
    )
    path = f"{SERIES}/{one.id}"
    client = sign_in(world.facilitator)
    page = client.get(f"{path}/edit").text
    for shown in ("FAIR https://go-fair.org", f'value="{world.asking.id}:before" selected', 'value="7"', "As it was"):
        assert shown in page
    sent = client.post(f"{path}/edit", data=REVISED | {"capacity": "8"})
    assert (sent.status_code, sent.headers["Location"]) == (303, path)
    revised = _latest(db)
    assert (revised.title, revised.capacity, revised.agenda, revised.version) == ("Revised", 8, "", 2)


def test_a_stale_edit_is_a_conflict_that_loses_nothing(plan: Plan, db: Session, world: World, sign_in: SignIn) -> None:
    path = f"{SERIES}/{plan(summary='Theirs').id}/edit"
    client = sign_in(world.organiser)
    assert client.post(path, data=REVISED).status_code == 303
    late = client.post(path, data=REVISED | {"title": "Mine", "summary": "My words"})
    assert late.status_code == 409
    text = words_of(late)
    assert "Somebody else changed this roundtable meanwhile." in text
    assert "Revised 2026-12-08 15:00 London" in text
    assert "My words" in late.text
    # The form now carries the version that was shown, so that sending it again replaces it knowingly.
    assert 'name="version" value="2"' in late.text
    assert client.post(path, data=REVISED | {"title": "Mine", "version": "2"}).status_code == 303


def test_moving_shows_both_times_and_who_is_told_first(
    plan: Plan, db: Session, world: World, sign_in: SignIn, outbox: Outbox
) -> None:
    one = plan()
    path = f"{SERIES}/{one.id}"
    before = len(outbox())
    client = sign_in(world.organiser)
    wanted = {"day": "2026-12-09", "time": "10:00", "zone": "Asia/Kolkata", "minutes": "60"}
    shown = client.get(f"{path}/move", query_string=wanted)
    text = words_of(shown)
    assert "Planned for Tuesday 8 December 2026, 15:00 London" in text
    assert "New time Wednesday 9 December 2026, 10:00 Kolkata · 04:30 London, yours" in text
    assert "Everybody invited: 6 people. 0 of them said that they come." in text
    assert len(outbox()) == before
    sent = client.post(f"{path}/move", data=wanted | {"version": "1"})
    assert (sent.status_code, sent.headers["Location"]) == (303, path)
    assert _latest(db).wall_start == datetime(2026, 12, 9, 10, 0)
    assert [mail.kind for mail in outbox()[before:]] == ["roundtables/moved"] * 6


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"day": "2027-03-28", "time": "01:30", "zone": "Europe/London", "minutes": "60"}, "The nearest are 00:30"),
        ({"day": "2026-02-30", "time": "10:00", "zone": "UTC", "minutes": "60"}, "Please give a date that exists"),
        ({"day": "x"}, "Please fill this in."),
    ],
)
def test_looking_at_a_time_that_cannot_be_says_why(
    plan: Plan, world: World, sign_in: SignIn, wanted: dict[str, str], said: str
) -> None:
    answer = sign_in(world.organiser).get(f"{SERIES}/{plan().id}/move", query_string=wanted)
    assert answer.status_code == 200
    assert said in words_of(answer)
    assert "Move it and tell everybody" not in answer.text


def test_a_move_that_is_refused_or_late_moves_nothing(plan: Plan, db: Session, world: World, sign_in: SignIn) -> None:
    path = f"{SERIES}/{plan().id}/move"
    client = sign_in(world.organiser)
    wanted = {"day": "2026-12-09", "time": "10:00", "zone": "Asia/Kolkata", "minutes": "60", "version": "1"}
    assert client.post(path, data=wanted | {"day": "2020-01-01"}).status_code == 422
    assert client.post(path, data=wanted).status_code == 303
    late = client.post(path, data=wanted | {"time": "11:00"})
    assert late.status_code == 409
    assert "What makes data worth trusting? 2026-12-09 10:00 Kolkata" in words_of(late)
    assert _latest(db).wall_start == datetime(2026, 12, 9, 10, 0)


def test_a_zone_that_is_not_offered_stays_chosen(plan: Plan, world: World, sign_in: SignIn) -> None:
    one = plan(zone="Etc/GMT-3")
    page = sign_in(world.organiser).get(f"{SERIES}/{one.id}/move").text
    assert '<option value="Etc/GMT-3" selected>' in page


def test_cancelling_says_what_it_means_and_can_be_undone(
    plan: Plan, db: Session, world: World, sign_in: SignIn, outbox: Outbox
) -> None:
    one = plan()
    path = f"{SERIES}/{one.id}"
    before = len(outbox())
    client = sign_in(world.organiser)
    assert "6 people are told by mail, and it leaves their calendars." in words_of(client.get(f"{path}/cancel"))
    for _click in range(2):
        assert client.post(f"{path}/cancel", data={"note": "Ill", "_once": "x"}).status_code == 303
    assert [mail.kind for mail in outbox()[before:]] == ["roundtables/cancelled"] * 6
    assert _latest(db).cancelled_at is not None
    assert "6 people are told by mail, and it returns to their calendars." in words_of(client.get(f"{path}/cancel"))
    assert client.post(f"{path}/reinstate").status_code == 303
    assert _latest(db).cancelled_at is None
    assert [mail.kind for mail in outbox()[-6:]] == ["roundtables/reinstated"] * 6


def test_a_guest_is_invited_and_taken_back(plan: Plan, db: Session, world: World, sign_in: SignIn) -> None:
    one = plan()
    path = f"{SERIES}/{one.id}/guests"
    client = sign_in(world.facilitator)
    assert "No guest is invited." in words_of(client.get(path))
    for _click in range(2):
        sent = client.post(path, data={"email": "expert@example.org", "name": "An Expert", "_once": "x"})
        assert (sent.status_code, sent.headers["Location"]) == (303, path)
    again = client.post(path, data={"email": "EXPERT@example.org", "name": "Somebody"})
    assert again.status_code == 422
    assert "This person is a guest of this roundtable already." in words_of(again)
    guest = db.scalars(select(Guest)).one()
    assert client.post(f"{path}/{guest.id}/withdraw").status_code == 303
    assert client.post(f"{path}/{guest.id}/withdraw").status_code == 404
    assert "No guest is invited." in words_of(client.get(path))


def test_a_guest_of_another_roundtable_cannot_be_taken_back_here(
    plan: Plan, db: Session, world: World, sign_in: SignIn
) -> None:
    one, other = plan(), plan()
    client = sign_in(world.facilitator)
    assert client.post(f"{SERIES}/{one.id}/guests", data={"email": "e@example.org", "name": "E"}).status_code == 303
    guest = db.scalars(select(Guest)).one()
    assert client.post(f"{SERIES}/{other.id}/guests/{guest.id}/withdraw").status_code == 404
