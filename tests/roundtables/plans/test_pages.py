"""Series plans in pages: for those who lead, without scripts, and nothing of anybody's week in them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.mail.models import Mail
from peernet.roundtables.hours import week
from peernet.roundtables.models import Roundtable
from peernet.roundtables.plans import drafting
from peernet.roundtables.plans.models import PlanState, SeriesPlan
from tests.roundtables.plans.conftest import say
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
Draft = Callable[..., SeriesPlan]
PLANS = f"{SERIES}/plan-series"
FORM = {
    "first_on": "2027-01-04",
    "number": "3",
    "every": "1",
    "weekdays": ["0"],
    "earliest": "600",
    "latest": "1080",
    "step": "60",
    "minutes": "60",
    "zone": "Europe/London",
    "quorum": "3",
    "one_per_org": "",
    "max_patterns": "",
    "min_gap_days": "",
    "forbidden": "",
}


def hour_table(page: Any) -> str:
    """The table with everybody's hours."""
    return page.text.split('<table class="grid hour-table">')[1].split("</table>")[0]


def latest(db: Session) -> SeriesPlan:
    db.expire_all()
    return db.scalars(select(SeriesPlan).order_by(SeriesPlan.id.desc())).first()


def test_a_series_is_planned_looked_at_moved_and_announced(
    db: Session,
    cast: World,
    sign_in: SignIn,
    work_out: Callable[[SeriesPlan], SeriesPlan],
    outbox: Callable[[], list[Mail]],
) -> None:
    client = sign_in(cast.organiser)
    form = words_of(client.get(PLANS))
    assert "6 people attend. 3 of them have said when they can. Whoever has not is left out" in form
    sent = client.post(PLANS, data=FORM)
    path = f"{PLANS}/{latest(db).id}"
    assert (sent.status_code, sent.headers["Location"]) == (303, path)
    assert "The series is being planned" in words_of(client.get(path))
    work_out(latest(db))
    draft = words_of(client.get(path))
    assert "Monday 4 January 2027, 15:00 London" in draft
    assert "Left out, because they have not said their hours: Facilitator, Mate, Organiser." in draft
    moving = words_of(client.get(f"{path}/2"))
    assert "Starts below the quorum" in moving
    start = datetime(2027, 1, 11, 10, tzinfo=UTC).isoformat()
    assert client.post(f"{path}/2", data={"version": str(latest(db).version), "start": start}).status_code == 303
    moved = words_of(client.get(path))
    assert "Monday 11 January 2027, 10:00 London 2 can come Below the quorum of 3" in moved
    assert "As it stands, moved by hand" in moved
    assert 'value="Roundtable 1"' in client.get(f"{path}/announce").text
    announced = {
        "version": str(latest(db).version),
        "titles": ["A", "B", "C"],
        "kind": "roundtable",
        "agenda": "1. Talk",
    }
    for _click in range(2):
        sent = client.post(f"{path}/announce", data=announced | {"_once": "x"})
        assert (sent.status_code, sent.headers["Location"]) == (303, SERIES)
    assert "3 roundtables are announced." in words_of(client.get(SERIES))
    made = db.scalars(select(Roundtable).where(Roundtable.cancelled_at.is_(None)).order_by(Roundtable.starts_at))
    assert [(one.title, one.quorum, one.one_each) for one in made] == [(title, 3, False) for title in "ABC"]
    assert len(outbox()) == 18
    assert "This series is announced" in words_of(client.get(path))
    assert client.post(f"{path}/announce", data=announced).headers["Location"] == SERIES
    assert len(outbox()) == 18


def test_the_table_of_hours_is_the_same_whatever_people_said(
    make_draft: Draft, db: Session, cast: World, sign_in: SignIn
) -> None:
    plan = make_draft()
    client = sign_in(cast.facilitator)
    page = client.get(f"{PLANS}/{plan.id}")
    assert "Third Los Angeles 07:00 4 points" in words_of(page)
    assert "Peer Kolkata 20:30 4 points" in words_of(page)
    # Third said "if need be", then that the same hours are good, then that they never can: 15:00 London is the best for
    # all three, and stays it for the two.
    for start, end, level in ((420, 1080, week.YES), (1380, 1410, week.YES)):
        say(db, cast.third, start, end, level)
        db.commit()
        again = make_draft(forbidden=(), earliest=900, latest=960, quorum=2)
        assert hour_table(sign_in(cast.facilitator).get(f"{PLANS}/{again.id}")) == hour_table(page)
    text = words_of(sign_in(cast.facilitator).get(f"{PLANS}/{again.id}"))
    assert "2 can come" in text


@pytest.mark.parametrize("who", ["member", "observer", "outsider", "stranger", "admin"])
def test_who_does_not_lead_sees_no_plan(make_draft: Draft, cast: World, sign_in: SignIn, who: str) -> None:
    plan = make_draft()
    client = sign_in(getattr(cast, who))
    path = f"{PLANS}/{plan.id}"
    seen = [client.get(each).status_code for each in (PLANS, path, f"{path}/wishes", f"{path}/1", f"{path}/announce")]
    posts = (PLANS, FORM), (f"{path}/discard", {}), (f"{path}/choose", {"version": "2", "objective": "strict"})
    assert seen + [client.post(each, data=data).status_code for each, data in posts] == [404] * 8


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weekdays": []}, "Please fill this in."),
        ({"number": "31"}, "This must be at most 30."),
        ({"zone": "Nowhere"}, "This time zone is not known."),
        ({"latest": "630"}, "The roundtable does not fit between these hours."),
        ({"forbidden": "2027-01-05\nsoon"}, "This is no date, as YYYY-MM-DD: soon"),
        ({"forbidden": "2027-01-04"}, "One of the weeks has no start left."),
        ({"first_on": "2020-01-06"}, "One of the weeks has no start left."),
        ({"unknown": "x"}, "unknown: This field is not known here."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    db: Session, cast: World, sign_in: SignIn, wrong: dict[str, Any], said: str
) -> None:
    answer = sign_in(cast.organiser).post(PLANS, data=FORM | wrong)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert 'name="minutes" value="60"' in answer.text
    assert latest(db) is None


def test_a_stale_draft_says_what_changed_and_is_not_announced(
    make_draft: Draft, db: Session, cast: World, sign_in: SignIn
) -> None:
    plan = make_draft()
    path = f"{PLANS}/{plan.id}"
    say(db, cast.peer, 540, 1200)
    db.commit()
    client = sign_in(cast.organiser)
    text = words_of(client.get(path))
    assert "Something changed since this was planned. 1 person changed their hours, or took part since." in text
    assert "Go on to announce it" not in text
    sent = {"version": str(plan.version), "titles": ["Mine", "B", "C"], "kind": "workshop", "agenda": "My words"}
    late = client.post(f"{path}/announce", data=sent)
    assert late.status_code == 409
    assert "Something changed since this was planned. Plan it anew." in words_of(late)
    assert words_of(late).count("1 person changed their hours") == 1
    assert 'value="Mine"' in late.text
    assert "My words" in late.text
    start = datetime(2027, 1, 11, 10, tzinfo=UTC).isoformat()
    assert client.post(f"{path}/2", data={"version": str(plan.version), "start": start}).status_code == 409
    assert latest(db).state is PlanState.READY


def test_of_two_who_change_a_draft_the_second_is_told(make_draft: Draft, cast: World, sign_in: SignIn) -> None:
    plan = make_draft()
    first, second = sign_in(cast.organiser), sign_in(cast.facilitator)
    sent = {"version": str(plan.version), "objective": "strict"}
    moved = first.post(
        f"{PLANS}/{plan.id}/2", data={"version": str(plan.version), "start": "2027-01-11T11:00:00+00:00"}
    )
    assert moved.status_code == 303
    late = second.post(f"{PLANS}/{plan.id}/choose", data=sent)
    assert late.status_code == 409
    assert "Somebody else changed this draft meanwhile." in words_of(late)


@pytest.mark.parametrize("start", ["", "soon", "2027-01-11T10:00:00", "2027-01-11T10:01:00+00:00"])
def test_a_start_that_is_not_offered_is_refused(make_draft: Draft, cast: World, sign_in: SignIn, start: str) -> None:
    plan = make_draft()
    answer = sign_in(cast.organiser).post(f"{PLANS}/{plan.id}/2", data={"version": str(plan.version), "start": start})
    assert answer.status_code == 422
    assert sign_in(cast.organiser).get(f"{PLANS}/{plan.id}/4").status_code == 404


def test_a_quorum_out_of_reach_says_what_would_help(
    make_draft: Draft, db: Session, cast: World, sign_in: SignIn
) -> None:
    say(db, cast.mate, 1140, 1200)
    text = words_of(sign_in(cast.organiser).get(f"{PLANS}/{make_draft(quorum=4).id}"))
    assert "At its best start 3 could come. It would reach the quorum:" in text
    assert "London, if 1 more could come with a quorum of 3" in text


def test_rules_that_cannot_be_kept_are_said(make_draft: Draft, cast: World, sign_in: SignIn) -> None:
    text = words_of(sign_in(cast.organiser).get(f"{PLANS}/{make_draft(min_gap_days=8).id}"))
    assert "No choice of starts keeps the rules. It would go: with 7 days from one to the next" in text


def test_clocks_that_change_are_said_with_the_place(
    make_draft: Draft, db: Session, cast: World, sign_in: SignIn
) -> None:
    plan = make_draft(first_on=datetime(2027, 3, 8).date(), number=2)
    text = words_of(sign_in(cast.organiser).get(f"{PLANS}/{plan.id}"))
    assert "Clocks change in this series" in text
    assert ". For Third." in text


def test_a_draft_is_put_away_and_its_wishes_are_used_again(
    make_draft: Draft, db: Session, cast: World, sign_in: SignIn
) -> None:
    plan = make_draft(one_per_org=True, max_patterns=2, forbidden=(datetime(2027, 1, 5).date(),))
    client = sign_in(cast.organiser)
    again = client.get(f"{PLANS}/{plan.id}/wishes").text
    assert 'name="max_patterns" value="2"' in again
    assert "2027-01-05</textarea>" in again
    assert client.post(f"{PLANS}/{plan.id}/discard").headers["Location"] == PLANS
    assert client.get(f"{PLANS}/{plan.id}").status_code == 404
    assert latest(db) is None


def test_members_see_their_own_burden_and_nobody_elses(
    make_draft: Draft, db: Session, cast: World, sign_in: SignIn
) -> None:
    plan = make_draft()
    organiser = sign_in(cast.organiser)
    sent = {"version": str(plan.version), "titles": ["A", "B", "C"], "kind": "roundtable"}
    assert organiser.post(f"{PLANS}/{plan.id}/announce", data=sent).status_code == 303
    own = words_of(sign_in(cast.peer).get(f"{SERIES}/burden"))
    assert "You carry 12 points. Your late evenings and early mornings in the series: 3 of 3." in own
    assert "Points of each" not in own
    shared = words_of(organiser.get(f"{SERIES}/burden"))
    assert "Points of each, the most first" in shared
    assert "Peer" not in shared.split("How it is shared")[1]
    assert [sign_in(getattr(cast, who)).get(f"{SERIES}/burden").status_code for who in ("observer", "outsider")] == [
        200,
        404,
    ]


def test_a_draft_costs_the_same_queries_however_long_it_is(
    make_draft: Draft, cast: World, sign_in: SignIn, count_queries: Callable[[], Any]
) -> None:
    short, long = make_draft(number=1), make_draft(number=12)
    client = sign_in(cast.organiser)
    counts = []
    for plan in (short, long):
        path = f"{PLANS}/{plan.id}"
        for each in (path, f"{path}/1", f"{path}/announce"):
            with count_queries() as seen:
                assert client.get(each).status_code == 200
            counts.append(len(seen))
    assert counts[:3] == counts[3:]


def test_progress_is_shown(make_draft: Draft, db: Session, cast: World, sign_in: SignIn) -> None:
    plan = make_draft()
    plan.state, plan.progress = PlanState.WAITING, 42
    db.commit()
    page = sign_in(cast.organiser).get(f"{PLANS}/{plan.id}")
    assert "42 % are done." in words_of(page)
    assert "js/waiting.js" in page.text
    assert drafting.starts_of(plan)
