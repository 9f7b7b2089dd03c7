"""A roundtable planned, revised, moved, cancelled and taken up again."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock, pages, search
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.prompts.models import Asking
from peernet.roundtables import access, attendance, planning, times
from peernet.roundtables.models import Answer, Roundtable, RoundtablePrompt, When
from peernet.web.viewer import Viewer
from tests.world import World, make_asking

Plan = Callable[..., Roundtable]
LATER = {"wall_start": datetime(2026, 12, 9, 10, 0), "zone": "Asia/Kolkata", "minutes": 60}


def _kinds(mails: list[Mail]) -> list[tuple[str, str]]:
    return [(mail.kind.removeprefix("roundtables/"), mail.to_address.split("@")[0]) for mail in mails]


def _actions(db: Session, roundtable: Roundtable) -> list[str]:
    chosen = select(Event.action).where(Event.subject == f"roundtable:{roundtable.id}").order_by(Event.id)
    return list(db.scalars(chosen))


def _facilitator(world: World) -> Viewer:
    return viewer_of(world.facilitator)


def test_planning_keeps_the_promise_and_computes_the_moment(plan: Plan) -> None:
    one = plan(wall_start=datetime(2027, 7, 1, 15, 0), zone="America/New_York", minutes=45)
    assert (one.wall_start, one.zone, one.minutes) == (datetime(2027, 7, 1, 15, 0), "America/New_York", 45)
    assert one.starts_at == datetime(2027, 7, 1, 19, 0, tzinfo=UTC)
    assert one.ends_at == datetime(2027, 7, 1, 19, 45, tzinfo=UTC)
    assert (one.zone_rules, one.sequence, one.accepted) == (times.RULES, 0, 0)
    assert one.uid.endswith("@localhost")


def test_planning_invites_everybody_who_attends(plan: Plan, outbox: Callable[[], list[Mail]]) -> None:
    plan()
    people = ["organiser", "facilitator", "member", "mate", "peer", "third"]
    assert _kinds(outbox()) == [("invited", name) for name in people]
    assert [mail.attachments[0]["method"] for mail in outbox()] == ["REQUEST"] * 6
    # Each is addressed alone: nobody's address reaches another.
    for mail in outbox():
        others = {each.to_address for each in outbox()} - {mail.to_address}
        assert not [other for other in others if other in f"{mail.text}{mail.html}{mail.attachments}"]


def test_planning_brings_readings_prompts_and_a_ledger_row(plan: Plan, db: Session, world: World) -> None:
    second = make_asking(db, world.cohort, "second", "And then?")
    reading = [("The FAIR principles", "https://go-fair.org/"), ("CARE", "https://gida.org/")]
    one = plan(reading=reading, asked=[(second, When.DURING), (world.asking, When.BEFORE)])
    found = db.scalars(access.readings_of([one.id]))
    assert [(each.title, each.url) for each in found] == reading
    rows = db.scalars(access.prompts_of(_facilitator(world), [one.id]))
    assert [(row.asking_id, row.when) for row in rows] == [(second.id, When.DURING), (world.asking.id, When.BEFORE)]
    assert _actions(db, one) == ["roundtable.planned"]


def test_a_draft_invites_nobody_yet(plan: Plan, world: World, outbox: Callable[[], list[Mail]]) -> None:
    world.cohort.state = CohortState.DRAFT
    plan()
    assert outbox() == []


def test_what_was_held_is_put_on_record_quietly(plan: Plan, outbox: Callable[[], list[Mail]]) -> None:
    one = plan(wall_start=datetime(2026, 11, 3, 13, 0), held=True)
    assert one.starts_at == datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
    assert outbox() == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"wall_start": datetime(2026, 11, 23, 11, 59)}, "day"),
        ({"wall_start": datetime(2027, 3, 28, 1, 30)}, "time"),
    ],
)
def test_a_time_that_is_over_or_does_not_exist_is_refused(plan: Plan, given: dict[str, datetime], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        plan(**given)
    assert refusal.value.field == field


def test_a_closed_cohort_plans_nothing(plan: Plan, world: World) -> None:
    world.cohort.state = CohortState.CLOSED
    with pytest.raises(Refused):
        plan()


def test_a_prompt_of_another_cohort_is_refused(plan: Plan, db: Session, world: World) -> None:
    foreign: Asking = make_asking(db, world.other_cohort, "foreign", "Whose question is this?")
    with pytest.raises(Refused):
        plan(asked=[(foreign, When.BEFORE)])


def test_revising_changes_what_is_given_and_tells_nobody(
    plan: Plan, db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    one = plan()
    before = len(outbox())
    changed = planning.revise(db, one, actor=_facilitator(world), version=1, title="New title", capacity=9)
    assert changed
    assert (one.title, one.capacity, one.version, one.sequence) == ("New title", 9, 2, 0)
    assert len(outbox()) == before
    assert _actions(db, one) == ["roundtable.planned", "roundtable.revised"]


def test_revising_to_the_same_changes_nothing(plan: Plan, db: Session, world: World) -> None:
    one = plan(reading=[("FAIR", "https://go-fair.org")])
    same = {"title": one.title, "reading": [("FAIR", "https://go-fair.org")], "asked": []}
    assert not planning.revise(db, one, actor=_facilitator(world), version=1, **same)
    assert (one.version, _actions(db, one)) == (1, ["roundtable.planned"])


def test_another_reading_or_prompt_is_a_new_version(plan: Plan, db: Session, world: World) -> None:
    one = plan(asked=[(world.asking, When.BEFORE)])
    planning.revise(db, one, actor=_facilitator(world), version=1, reading=[("FAIR", "https://go-fair.org")])
    planning.revise(db, one, actor=_facilitator(world), version=2, asked=[(world.asking, When.AFTER)])
    planning.revise(db, one, actor=_facilitator(world), version=3, asked=[])
    assert one.version == 4
    assert db.scalars(select(RoundtablePrompt)).all() == []


def test_another_place_is_told_to_who_has_not_declined(
    plan: Plan, db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    one = plan(link="https://meet.example.org/old", link_minutes=None)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.peer, Answer.DECLINED)
    before = len(outbox())
    planning.revise(db, one, actor=_facilitator(world), version=1, place="Room 7")
    told = outbox()[before:]
    assert _kinds(told) == [("changed", name) for name in ("organiser", "facilitator", "member", "mate", "third")]
    assert all("Room 7" in mail.text for mail in told)
    assert one.sequence == 1


def test_another_way_in_is_told_to_who_comes(
    plan: Plan, db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    one = plan(link="https://meet.example.org/old", link_minutes=None)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    before = len(outbox())
    planning.revise(db, one, actor=_facilitator(world), version=1, link="https://meet.example.org/new")
    (told,) = outbox()[before:]
    assert _kinds([told]) == [("changed", "member")]
    assert "meet.example.org/new" in told.text
    assert one.sequence == 1


def test_another_way_in_behind_the_page_needs_no_mail(
    plan: Plan, db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    one = plan(link="https://meet.example.org/old", link_minutes=30)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    before = len(outbox())
    planning.revise(db, one, actor=_facilitator(world), version=1, link="https://meet.example.org/new")
    assert outbox()[before:] == []
    assert one.sequence == 0
    planning.revise(db, one, actor=_facilitator(world), version=2, link="")
    assert _kinds(outbox()[before:]) == [("changed", "member")]


def test_a_stale_version_is_a_conflict_with_the_other_text(plan: Plan, db: Session, world: World) -> None:
    one = plan(summary="As it stands.")
    planning.revise(db, one, actor=_facilitator(world), version=1, title="Theirs")
    for verb in (
        lambda: planning.revise(db, one, actor=_facilitator(world), version=1, title="Mine"),
        lambda: planning.move(db, one, actor=_facilitator(world), version=1, **LATER),
    ):
        with pytest.raises(Conflict) as conflict:
            verb()
        assert conflict.value.theirs == "Theirs\n2026-12-08 15:00 London\nAs it stands."


def test_there_cannot_be_fewer_places_than_are_taken(plan: Plan, db: Session, world: World) -> None:
    one = plan(capacity=3)
    for person in (world.member, world.peer):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    with pytest.raises(Refused) as refusal:
        planning.revise(db, one, actor=_facilitator(world), version=1, capacity=1)
    assert (refusal.value.field, refusal.value.message) == (
        "capacity",
        "2 places are taken already; there cannot be fewer.",
    )


def test_moving_is_an_update_that_everybody_gets(
    plan: Plan, db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    one = plan()
    uid = one.uid
    attendance.rsvp(db, one, world.peer, Answer.DECLINED)
    before = len(outbox())
    assert planning.move(db, one, actor=_facilitator(world), version=1, **LATER)
    assert one.starts_at == datetime(2026, 12, 9, 4, 30, tzinfo=UTC)
    assert one.ends_at == datetime(2026, 12, 9, 5, 30, tzinfo=UTC)
    assert (one.uid, one.sequence, one.version) == (uid, 1, 2)
    told = outbox()[before:]
    assert [kind for kind, _name in _kinds(told)] == ["moved"] * 6
    assert all("SEQUENCE:1\r\n" in mail.attachments[0]["text"] for mail in told)
    assert all(f"UID:{uid}\r\n" in mail.attachments[0]["text"] for mail in told)
    event = db.scalars(select(Event).where(Event.action == "roundtable.moved")).one()
    assert event.data == {"was": "2026-12-08T15:00:00+00:00", "now": "2026-12-09T04:30:00+00:00"}


def test_moving_to_the_same_time_changes_nothing(plan: Plan, db: Session, world: World) -> None:
    one = plan()
    same = {"wall_start": one.wall_start, "zone": one.zone, "minutes": one.minutes}
    assert not planning.move(db, one, actor=_facilitator(world), version=1, **same)
    assert (one.sequence, one.version) == (0, 1)


def test_a_link_lasts_until_the_end_of_the_time_it_was_moved_to(
    plan: Plan, db: Session, world: World, link_of: Callable[[Roundtable, Person], str]
) -> None:
    one = plan()
    before = link_of(one, world.member)
    planning.move(db, one, actor=_facilitator(world), version=1, **LATER)
    assert link_of(one, world.member) == before
    token = db.scalars(access.link_tokens("rsvp", f"rsvp:{one.id}:{world.member.id}")).one()
    assert token.expires_at == one.ends_at


@pytest.mark.parametrize("verb", ["move", "cancel", "reinstate"])
def test_what_is_over_stays_as_it_was(plan: Plan, db: Session, world: World, verb: str) -> None:
    one = plan(wall_start=datetime(2026, 11, 3, 13, 0), held=True)
    arguments = {"version": 1, **LATER} if verb == "move" else {}
    with pytest.raises(Refused):
        getattr(planning, verb)(db, one, actor=_facilitator(world), **arguments)


def test_cancelling_tells_once_and_keeps_answers(
    plan: Plan, db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    one = plan(reading=[("FAIR", "https://go-fair.org")])
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.peer, Answer.DECLINED)
    before = len(outbox())
    planning.cancel(db, one, actor=_facilitator(world), note="The speaker is ill.")
    planning.cancel(db, one, actor=_facilitator(world), note="Again")
    told = outbox()[before:]
    # Who declined on the page may have it in the calendar still.
    assert _kinds(told) == [
        ("cancelled", name) for name in ("organiser", "facilitator", "member", "mate", "peer", "third")
    ]
    assert all(mail.attachments[0]["method"] == "CANCEL" for mail in told)
    assert all("STATUS:CANCELLED\r\n" in mail.attachments[0]["text"] for mail in told)
    assert all("The speaker is ill." in mail.text for mail in told)
    assert (one.sequence, one.accepted, one.cancelled_at) == (1, 1, clock.now())
    with pytest.raises(Refused):
        planning.move(db, one, actor=_facilitator(world), version=one.version, **LATER)


def test_what_was_cancelled_can_take_place_after_all(
    plan: Plan, db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    one = plan()
    planning.cancel(db, one, actor=_facilitator(world))
    before = len(outbox())
    planning.reinstate(db, one, actor=_facilitator(world))
    planning.reinstate(db, one, actor=_facilitator(world))
    assert [kind for kind, _name in _kinds(outbox()[before:])] == ["reinstated"] * 6
    assert (one.sequence, one.cancelled_at) == (2, None)
    planning.cancel(db, one, actor=_facilitator(world))
    assert [kind for kind, _name in _kinds(outbox()[-6:])] == ["cancelled"] * 6
    assert _actions(db, one) == [
        "roundtable.planned",
        "roundtable.cancelled",
        "roundtable.reinstated",
        "roundtable.cancelled",
    ]


def test_mail_goes_to_nobody_whose_address_bounced_or_account_is_closed(
    plan: Plan, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    world.mate.mail_bounced_at = clock.now()
    world.third.disabled_at = clock.now()
    plan()
    assert _kinds(outbox()) == [("invited", name) for name in ("organiser", "facilitator", "member", "peer")]


def test_it_is_found_by_those_inside_and_when_public_by_everybody(plan: Plan, db: Session, world: World) -> None:
    one = plan(title="Whistling", summary="Summarised", agenda="x", agenda_html="<p>Whispered</p>")
    inside, everybody = {f"cohort:{world.cohort.id}"}, {"public"}
    assert [hit.url for hit in search.find(db, inside, "whispered").hits] == [
        f"/c/practice-cohort/roundtables/{one.id}"
    ]
    assert search.find(db, everybody, "whistling").hits == ()
    planning.revise(db, one, actor=_facilitator(world), version=1, is_public=True)
    assert [hit.url for hit in search.find(db, everybody, "whistling").hits] == ["/cohorts/practice-cohort"]
    assert search.find(db, everybody | inside, "whispered").hits == ()
    planning.revise(db, one, actor=_facilitator(world), version=2, is_public=False)
    assert search.find(db, everybody, "whistling").hits == ()


def test_public_pages_are_stale_where_they_show_it(plan: Plan, db: Session, world: World) -> None:
    one = plan()
    planning.revise(db, one, actor=_facilitator(world), version=1, title="Still within")
    assert pages.touched(db) == frozenset()
    planning.revise(db, one, actor=_facilitator(world), version=2, is_public=True)
    assert pages.touched(db) == {f"cohort:{world.cohort.id}", f"roundtable:{one.id}", "home", "cohorts", "roundtables"}


def test_public_pages_are_stale_when_they_showed_it_until_now(plan: Plan, db: Session, world: World) -> None:
    one = plan(is_public=True)
    planning.revise(db, one, actor=_facilitator(world), version=1, is_public=False)
    assert pages.touched(db) == {f"cohort:{world.cohort.id}", f"roundtable:{one.id}", "home", "cohorts", "roundtables"}
