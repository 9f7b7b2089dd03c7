"""The pages of polls as people use them, without a script."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Role
from peernet.roundtables.hours import saying, week
from peernet.roundtables.models import Roundtable
from peernet.roundtables.polls import answering, links, proposing
from peernet.roundtables.polls.inputs import MOST_OPTIONS
from peernet.roundtables.polls.models import Poll, PollAnswer
from peernet.tokens import tokens
from tests.roundtables.polls.conftest import CLOSES, Ask, options, said, votes
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World, join, make_person, make_roundtable

SignIn = Callable[[Person], FlaskClient]
POLLS = "/c/practice-cohort/polls"
NEW = {
    "title": "An extra hour",
    "kind": "workshop",
    "summary": "",
    "minutes": "60",
    "zone": "Europe/London",
    "days": ["2026-12-08", "2026-12-09", "", ""],
    "times": ["15:00", "10:00", "", ""],
    "closes_day": "2026-11-30",
    "closes_time": "18:00",
}


def _say(db: Session, person: Person, start: int, end: int) -> None:
    painted = week.painted(week.EMPTY, week.YES, start=start, end=end)
    saying.say(db, person, hours=painted, weekend=(5, 6), away=(), version=0)
    db.commit()


def test_a_poll_is_opened_in_one_page(db: Session, world: World, sign_in: SignIn) -> None:
    organiser = sign_in(world.organiser)
    assert f'href="{POLLS}/new"' in organiser.get(SERIES).text
    sent = organiser.post(f"{POLLS}/new", data=NEW)
    poll = db.scalars(select(Poll)).one()
    assert (sent.status_code, sent.location) == (303, f"{POLLS}/{poll.id}/table")
    assert poll.closes_at == CLOSES
    page = words_of(organiser.get(sent.location))
    assert "The poll is open, and everybody is asked by mail." in page
    assert "0 of 6 have answered" in page
    assert "Looking for a time When can you? An extra hour" in words_of(organiser.get(SERIES))


def test_a_double_click_opens_one(db: Session, world: World, sign_in: SignIn) -> None:
    organiser = sign_in(world.organiser)
    key = {"_once": "k1"}
    places = {organiser.post(f"{POLLS}/new", data=NEW | key).location for _click in range(2)}
    assert db.scalar(select(func.count()).select_from(Poll)) == len(places) == 1


def test_what_is_wrong_comes_back_at_its_place(db: Session, world: World, sign_in: SignIn) -> None:
    organiser = sign_in(world.organiser)
    for changed, words in (
        ({"days": ["2026-02-30", "2026-12-09"]}, "Please check this row: 2026-02-30 15:00"),
        ({"times": ["25:00", "10:00"]}, "Please check this row: 2026-12-08 25:00"),
        ({"days": ["2026-12-08", ""], "times": ["15:00", "10:00"]}, "Please check this row: 10:00"),
        (
            {"days": ["2026-12-08"] * 2, "times": ["15:00+02:00", "10:00"]},
            "Please check this row: 2026-12-08 15:00+02:00",
        ),
        (
            {"days": ["9999-12-31", "2026-12-09"], "zone": "America/Los_Angeles"},
            "Please check this row: 9999-12-31 15:00",
        ),
        ({"days": ["0001-01-01", "2026-12-09"]}, "Please check this row: 0001-01-01 15:00"),
        ({"times": ["15:00:30.5", "10:00"]}, "Please check this row: 2026-12-08 15:00:30.5"),
        ({"days": "2026-12-08", "times": "15:00"}, "two at least"),
        ({"closes_day": "2026-12-31"}, "begins: Tuesday 8 December 2026. Please take an earlier deadline."),
        ({"minutes": "5"}, "at least 10"),
        ({"zone": "Mars/Olympus"}, "time zone"),
        ({"title": ""}, "Please fill this in."),
    ):
        refused = organiser.post(f"{POLLS}/new", data=NEW | changed)
        assert (refused.status_code, words in words_of(refused)) == (422, True), words
        if "days" in changed:
            first = changed["days"] if isinstance(changed["days"], str) else changed["days"][0]
            assert f'name="days" value="{first}"' in refused.text
    assert db.scalar(select(func.count()).select_from(Poll)) == 0


@pytest.mark.parametrize(
    ("day", "start", "zone"),
    [
        ("0001-01-01", "09:00", "Asia/Tokyo"),
        ("9999-12-31", "23:59", "America/New_York"),
        ("9999-12-31", "", "Asia/Tokyo"),
        ("2026-12-08", "09:00+02:00", "Europe/London"),
        ("2026-12-08", "09:00Z", "Europe/London"),
        ("2026-12-08", "09:00:30", "Europe/London"),
        ("2026-12-08", "T09", "Europe/London"),
    ],
)
def test_no_row_is_out_of_reach_or_has_a_zone_of_its_own(
    day: str, start: str, zone: str, db: Session, world: World, sign_in: SignIn
) -> None:
    organiser = sign_in(world.organiser)
    given = NEW | {"zone": zone, "days": [day, "2026-12-08"], "times": [start, "10:00" if start else ""]}
    refused = organiser.post(f"{POLLS}/new", data=given)
    assert refused.status_code == 422
    assert f"Please check this row: {day} {start}".strip() in words_of(refused)
    for fill in ("rows", "suggest"):
        assert organiser.post(f"{POLLS}/new/rows", data=given | {"fill": fill}).status_code == 200
    assert db.scalar(select(func.count()).select_from(Poll)) == 0


def test_a_new_poll_is_filled_with_no_more_rows_than_it_may_propose(db: Session, world: World, sign_in: SignIn) -> None:
    """Blank rows are sent as well, and so many would be refused."""
    _say(db, world.member, 540, 1080)
    organiser = sign_in(world.organiser)
    days = [str(date(2026, 12, 8) + timedelta(days=number)) for number in range(MOST_OPTIONS - 1)]
    for fill in ("rows", "suggest"):
        given = NEW | {"days": days, "times": ["20:00"] * len(days), "fill": fill}
        page = organiser.post(f"{POLLS}/new/rows", data=given)
        assert page.text.count('name="days"') == MOST_OPTIONS


def test_what_is_no_number_or_none_of_these_is_not_found(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    """An option of another poll is none of this one; a roundtable of another cohort is none of theirs."""
    poll, other = ask(), ask(title="Another")
    elsewhere = make_roundtable(db, world.other_cohort, "Elsewhere", datetime(2026, 12, 1, 15))
    db.commit()
    organiser = sign_in(world.organiser)
    foreign = options(db, other)[0].id
    assert organiser.get(f"{POLLS}/{poll.id}/choose/{foreign}").status_code == 404
    assert organiser.post(f"{POLLS}/{poll.id}/choose/{foreign}").status_code == 404
    assert organiser.get(f"/c/{world.other_cohort.slug}/polls/{poll.id}").status_code == 404
    assert organiser.get(f"{POLLS}/{10**18}").status_code == 404
    assert organiser.get(f"{POLLS}/new?roundtable={elsewhere.id}").status_code == 404
    assert organiser.post(f"{POLLS}/new", data=NEW | {"roundtable": str(elsewhere.id)}).status_code == 404
    assert organiser.post(f"{POLLS}/{poll.id}", data={f"o{10**17}": "yes"}).status_code == 409
    for zone in ("Mars", "", "../UTC"):
        assert organiser.get(f"{POLLS}/{poll.id}/zone?zone={zone}").status_code == 200


def test_only_those_who_lead_change_anything(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    """Whoever else knows the address; and nobody answers who is not asked."""
    poll = ask()
    option, version = options(db, poll)[0].id, {"version": str(poll.version)}
    change = {name: value for name, value in NEW.items() if name != "zone"} | version
    sent = [
        (f"{POLLS}/{poll.id}/edit", change),
        (f"{POLLS}/{poll.id}/zone", version | {"zone": "Asia/Kolkata", "seen": "Asia/Kolkata", "keep": "times"}),
        (f"{POLLS}/{poll.id}/close", {}),
        (f"{POLLS}/{poll.id}/withdraw", {}),
        (f"{POLLS}/{poll.id}/choose/{option}", {}),
        (f"{POLLS}/new", NEW),
        (f"{POLLS}/new/rows", NEW | {"fill": "suggest"}),
    ]
    for other in (world.member, world.mate, world.observer, world.outsider, world.stranger, world.admin):
        client = sign_in(other)
        assert {client.post(address, data=form).status_code for address, form in sent} == {404}
    for other in (world.observer, world.outsider, world.stranger, world.admin):
        assert sign_in(other).post(f"{POLLS}/{poll.id}", data={f"o{option}": "yes"}).status_code == 404
    db.refresh(poll)
    assert (poll.title, poll.zone, poll.version) == ("An extra hour", "Europe/London", int(version["version"]))
    assert (poll.closed_at, poll.decided_at, poll.cancelled_at) == (None, None, None)
    assert db.scalar(select(func.count()).select_from(Poll)) == 1
    assert db.scalar(select(func.count()).select_from(PollAnswer)) == 0


def test_a_zone_in_which_the_deadline_comes_too_late_is_refused(
    ask: Ask, db: Session, world: World, sign_in: SignIn
) -> None:
    """Eight in the evening in Kolkata is before six in London. Nothing of it stays."""
    proposals = [(date(2026, 11, 30), time(20)), (date(2026, 12, 8), time(9))]
    poll = ask(proposals=proposals)
    given = {"zone": "Asia/Kolkata", "seen": "Asia/Kolkata", "keep": "times", "version": str(poll.version)}
    refused = sign_in(world.organiser).post(f"{POLLS}/{poll.id}/zone", data=given)
    assert refused.status_code == 422
    said_why = "People could answer until after it begins: Monday 30 November 2026. Please take an earlier deadline."
    assert said_why in words_of(refused)
    db.refresh(poll)
    assert (poll.zone, [(each.day, each.start) for each in options(db, poll)]) == ("Europe/London", proposals)


def test_rows_are_added_and_filled_from_weekly_hours(db: Session, world: World, sign_in: SignIn) -> None:
    for person in (world.member, world.mate, world.organiser):
        _say(db, person, 540, 1080)
    organiser = sign_in(world.organiser)
    more = organiser.post(f"{POLLS}/new/rows", data=NEW | {"fill": "rows"})
    assert more.text.count('name="days"') == 4 + 4
    assert 'name="days" value="2026-12-08"' in more.text
    filled = organiser.post(f"{POLLS}/new/rows", data={**NEW, "title": "", "fill": "suggest"})
    text = words_of(filled)
    assert "of three weeks, most can come at Monday 7 December 2026, 09:00 · 3 of 3 could come" in text
    assert 'name="days" value="2026-12-07"' in filled.text
    assert "Member" not in text
    assert db.scalar(select(func.count()).select_from(Poll)) == 0


def test_a_member_answers_filled_in_from_their_hours(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    _say(db, world.peer, 1200, 1320)
    poll = ask()
    peer = sign_in(world.peer)
    assert "Looking for a time When can you? An extra hour Waits for you" in words_of(peer.get("/me"))
    page = peer.get(f"{POLLS}/{poll.id}")
    text = words_of(page)
    assert "Filled in from your weekly hours. Nothing is sent before you press the button." in text
    assert "nobody sees your weekly hours" in text
    names = [f"o{option.id}" for option in options(db, poll)]
    checked = [word for word in page.text.split("<input") if "checked" in word]
    assert ['value="no"' in checked[0], 'value="yes"' in checked[1], 'value="no"' in checked[2]] == [True] * 3
    assert db.scalar(select(func.count()).select_from(PollAnswer)) == 0
    answered = peer.post(f"{POLLS}/{poll.id}", data={names[0]: "no", names[1]: "yes", "remember": "yes"})
    assert answered.status_code == 303
    assert said(db, poll, world.peer) == ["no", "yes", ""]
    text = words_of(peer.get(f"{POLLS}/{poll.id}"))
    assert "Your answer is saved, and your weekly hours say the same." in text
    assert "Something was added since; please say whether you can." in text
    assert "Filled in" not in text


def test_what_is_typed_stays_when_the_times_changed_meanwhile(
    ask: Ask, db: Session, world: World, sign_in: SignIn
) -> None:
    poll = ask()
    first, second, third = options(db, poll)
    member = sign_in(world.member)
    db.delete(third)
    db.commit()
    sent = member.post(
        f"{POLLS}/{poll.id}", data={f"o{first.id}": "maybe", f"o{second.id}": "no", f"o{third.id}": "yes"}
    )
    assert sent.status_code == 409
    assert "What is proposed changed meanwhile." in words_of(sent)
    assert f'name="o{first.id}" value="maybe" checked' in sent.text
    assert said(db, poll, world.member) == ["", ""]


def test_bad_votes_are_refused(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    poll = ask()
    member = sign_in(world.member)
    option = options(db, poll)[0].id
    for wrong in ({f"o{option}": "perhaps"}, {f"o{option}": ["yes", "no"]}, {"o1x": "yes"}, {}, {"x": "y"}):
        assert member.post(f"{POLLS}/{poll.id}", data=wrong).status_code == 422
    assert db.scalar(select(func.count()).select_from(PollAnswer)) == 0


def test_the_table_is_for_those_who_lead(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    _say(db, world.peer, 0, 1440)
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "maybe", "no"))
    db.commit()
    text = words_of(sign_in(world.facilitator).get(f"{POLLS}/{poll.id}/table"))
    assert "1 of 6 have answered" in text
    assert "Not yet answered: Facilitator, Mate, Organiser, Peer, Third" in text
    assert "Member River Trust · London ✓ Yes 09:00 ~ If need be 15:00 – No 22:00 · night" in text
    # Her hours say yes to all; she has said nothing.
    assert "Peer City Library · Kolkata open 14:30 open 20:30 open 03:30 Thu 10 Dec · night" in text
    for other in (world.member, world.observer, world.outsider, world.admin):
        client = sign_in(other)
        assert client.get(f"{POLLS}/{poll.id}/table").status_code == 404
        assert client.post(f"{POLLS}/{poll.id}/withdraw").status_code == 404
    assert "What everybody said" not in words_of(sign_in(world.member).get(f"{POLLS}/{poll.id}"))


def test_a_time_is_chosen(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "no", "yes", "no"))
    db.commit()
    option = options(db, poll)[1]
    organiser = sign_in(world.organiser)
    address = f"{POLLS}/{poll.id}/choose/{option.id}"
    assert f'href="{address}"' in organiser.get(f"{POLLS}/{poll.id}/table").text
    assert "Yes: Member Not yet answered: Facilitator, Mate" in words_of(organiser.get(address))
    chosen = organiser.post(address)
    made = db.scalars(select(Roundtable).where(Roundtable.title == "An extra hour")).one()
    assert chosen.location == f"{SERIES}/{made.id}"
    assert organiser.post(address).status_code == 409
    page = words_of(sign_in(world.member).get(f"{POLLS}/{poll.id}"))
    assert "What was chosen Tuesday 8 December 2026, 15:00 London" in page
    assert "An extra hour Waits" not in words_of(organiser.get("/me"))


def test_another_time_is_asked_for_from_the_roundtable(db: Session, world: World, sign_in: SignIn) -> None:
    organiser = sign_in(world.organiser)
    link = f"{POLLS}/new?roundtable={world.roundtable.id}"
    assert f'href="{link}"' in organiser.get(f"{SERIES}/{world.roundtable.id}").text
    page = organiser.get(link)
    assert f"Another time is looked for, for: {world.roundtable.title}" in words_of(page)
    organiser.post(f"{POLLS}/new", data=NEW | {"roundtable": str(world.roundtable.id)})
    assert db.scalars(select(Poll.roundtable_id)).one() == world.roundtable.id
    assert organiser.get(f"{POLLS}/new?roundtable=999999").status_code == 404
    assert organiser.get(f"{POLLS}/new?roundtable=²").status_code == 200


def test_another_zone_asks_which_is_meant(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    poll = ask()
    organiser = sign_in(world.organiser)
    address = f"{POLLS}/{poll.id}/zone"
    asked = organiser.post(address, data={"zone": "Asia/Kolkata", "version": str(poll.version)})
    assert (asked.status_code, asked.location) == (303, f"{address}?zone=Asia/Kolkata")
    text = words_of(organiser.get(asked.location))
    row = "Tuesday 8 December 2026, 15:00 Tuesday 8 December 2026, 20:30 Tuesday 8 December 2026, 09:30"
    assert row in text
    # Another zone than the one that was shown is shown first.
    sent = {"version": str(poll.version), "keep": "times", "seen": "Asia/Kolkata"}
    assert organiser.post(address, data=sent | {"zone": "Asia/Tokyo"}).location == f"{address}?zone=Asia/Tokyo"
    db.refresh(poll)
    assert poll.zone == "Europe/London"
    assert organiser.post(address, data=sent | {"zone": "Asia/Kolkata"}).location == f"{POLLS}/{poll.id}/table"
    db.refresh(poll)
    assert poll.zone == "Asia/Kolkata"
    assert organiser.post(address, data=sent | {"zone": "Asia/Tokyo", "seen": "Asia/Tokyo"}).status_code == 409


def test_it_is_changed_closed_and_withdrawn(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    poll = ask()
    organiser = sign_in(world.organiser)
    page = organiser.get(f"{POLLS}/{poll.id}/edit")
    assert 'name="days" value="2026-12-08"' in page.text
    change = {name: value for name, value in NEW.items() if name != "zone"} | {"version": str(poll.version)}
    assert organiser.post(f"{POLLS}/{poll.id}/edit", data=change).status_code == 303
    again = organiser.post(f"{POLLS}/{poll.id}/edit", data=change | {"title": "Mine"})
    assert again.status_code == 409
    assert 'value="Mine"' in again.text
    assert organiser.post(f"{POLLS}/{poll.id}/close").status_code == 303
    assert "Closed" in words_of(organiser.get(f"{POLLS}/{poll.id}/table"))
    assert "Waits for you to choose" in words_of(organiser.get("/me"))
    assert "Waits for you to choose" in words_of(organiser.get("/c/practice-cohort"))
    assert organiser.post(f"{POLLS}/{poll.id}/withdraw", data={"note": "Thanks."}).status_code == 303
    assert organiser.post(f"{POLLS}/{poll.id}/edit", data=change).status_code == 422
    assert "This poll cannot be changed any more." in words_of(organiser.get(f"{POLLS}/{poll.id}/edit"))
    assert "Waits for you to choose" not in words_of(organiser.get("/me"))


def test_a_full_list_can_be_changed(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    """The form never holds more rows than it may send."""
    days = [CLOSES.date() + timedelta(days=number) for number in range(1, MOST_OPTIONS + 1)]
    poll = ask(proposals=[(day, time(9)) for day in days])
    organiser = sign_in(world.organiser)
    assert organiser.get(f"{POLLS}/{poll.id}/edit").text.count('name="days"') == MOST_OPTIONS
    rows = {"days": [day.isoformat() for day in days[:-1]] + [""], "times": ["09:00"] * (MOST_OPTIONS - 1) + [""]}
    change = {name: value for name, value in NEW.items() if name != "zone"} | rows | {"version": str(poll.version)}
    assert organiser.post(f"{POLLS}/{poll.id}/edit", data=change).status_code == 303
    assert len(options(db, poll)) == MOST_OPTIONS - 1


def test_the_cohorts_page_says_who_has_not_answered(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes"))
    db.commit()
    text = words_of(sign_in(world.facilitator).get("/c/practice-cohort"))
    assert "When can you? An extra hour Answered the poll: 1 of 6" in text
    assert "Not yet: Facilitator, Mate, Organiser, Peer, Third" in text
    assert "Answered the poll" not in words_of(sign_in(world.member).get("/c/practice-cohort"))


def test_the_deadline_stands_in_ones_own_calendar_until_one_has_answered(
    ask: Ask, db: Session, world: World, sign_in: SignIn
) -> None:
    from peernet.roundtables.feeds import entries

    poll = ask()
    viewer = viewer_of(world.member)
    title = "Say by now when you can: An extra hour"
    found = [each for each in entries.own(db, viewer).entries if each.title == title]
    assert [(each.wall_start.isoformat(), each.minutes) for each in found] == [("2026-11-30T18:00:00", 0)]
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "no", "no"))
    assert [each for each in entries.own(db, viewer).entries if each.title == title] == []
    assert [each for each in entries.own(db, viewer_of(world.observer)).entries if each.title == title] == []


def test_lists_take_as_many_queries_for_many(
    ask: Ask, db: Session, world: World, sign_in: SignIn, count_queries: Callable[[], Any]
) -> None:
    organiser = sign_in(world.organiser)
    ask()
    numbers = []
    for more in (0, 12):
        for number in range(more):
            ask(title=f"Poll {number}")
            join(db, world.cohort, make_person(db, f"Extra {number}"), Role.FACILITATOR)
        db.commit()
        poll = db.scalars(select(Poll).order_by(Poll.id)).first()
        assert poll is not None
        counts = []
        for address in ("/me", "/c/practice-cohort", SERIES, f"{POLLS}/{poll.id}", f"{POLLS}/{poll.id}/table"):
            organiser.get(address)
            with count_queries() as seen:
                assert organiser.get(address).status_code == 200
            counts.append(len(seen))
        numbers.append(counts)
    assert numbers[0] == numbers[1]


def test_after_the_deadline_the_page_says_so(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "no", "maybe"))
    db.commit()
    with time_machine.travel(CLOSES + timedelta(minutes=1), tick=False):
        member = sign_in(world.member)
        text = words_of(member.get(f"{POLLS}/{poll.id}"))
        assert "This poll is closed." in text
        assert "Tuesday 8 December 2026, 09:00 London Yes" in text
        refused = member.post(f"{POLLS}/{poll.id}", data={f"o{options(db, poll)[0].id}": "no"})
        assert refused.status_code == 422
        assert "This poll is over" in words_of(refused)


def test_a_closed_cohort_asks_nobody(ask: Ask, db: Session, world: World, sign_in: SignIn) -> None:
    poll = ask()
    proposing.withdraw(db, poll, actor=viewer_of(world.organiser))
    db.commit()
    assert "Looking for a time" not in words_of(sign_in(world.member).get("/me"))
    assert "Looking for a time" not in words_of(sign_in(world.member).get(SERIES))


def test_the_link_in_ones_mail_can_be_made_worthless(
    ask: Ask, db: Session, world: World, sign_in: SignIn, client: FlaskClient
) -> None:
    """By its owner alone; the next mail has another."""
    poll = ask()
    token, mates = links.token_for(db, poll, world.member), links.token_for(db, poll, world.mate)
    db.commit()
    sign_in(world.member).post(f"{POLLS}/{poll.id}/link")
    assert client.get(f"/p/{tokens.text_of(token)}").status_code == 410
    assert client.get(f"/p/{tokens.text_of(mates)}").status_code == 200
    assert links.token_for(db, poll, world.member).id != token.id
