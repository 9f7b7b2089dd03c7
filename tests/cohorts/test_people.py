"""Roles, deputies, replacements, and how people leave."""

import threading
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.accounts.models import Person
from peernet.cohorts import access, memberships, people, seats
from peernet.cohorts.models import Cohort, Invitation, Membership, Role, Seat
from peernet.db import Conflict, Database, Refused
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.search.models import SearchRow
from peernet.web.viewer import NOBODY, Viewer
from tests.world import World, join, make_cohort, make_person

Viewing = Callable[[Person], Viewer]
Finding = Callable[[Person], Membership]
Outbox = Callable[[], list[Mail]]


def _present(db: Session, cohort: Cohort) -> dict[str, str]:
    db.expire_all()
    return {one.person.name: one.role.value for one in db.scalars(access.people_of(cohort.id))}


def _sent(outbox: Outbox) -> list[tuple[str, str]]:
    return [(mail.kind, mail.to_address) for mail in outbox()]


def test_a_person_has_one_present_membership(db: Session, world: World) -> None:
    with pytest.raises(Refused):
        memberships.add(db, world.cohort, world.member.id, actor=NOBODY, role=Role.OBSERVER)
    with pytest.raises(IntegrityError):
        join(db, world.cohort, world.member, Role.OBSERVER)


def test_a_member_needs_a_seat_of_the_cohort(db: Session, world: World, membership_of: Finding) -> None:
    elsewhere = membership_of(world.outsider).seat
    for seat in (None, elsewhere):
        with pytest.raises(Refused) as refusal:
            memberships.add(db, world.cohort, world.stranger.id, actor=NOBODY, role=Role.MEMBER, seat=seat)
        assert refusal.value.field == "seat_id"


def test_another_role(db: Session, world: World, as_viewer: Viewing, membership_of: Finding, outbox: Outbox) -> None:
    membership = membership_of(world.observer)
    assert people.change_role(db, membership, actor=as_viewer(world.organiser), role=Role.FACILITATOR)
    assert _sent(outbox) == [("cohorts/role_changed", "observer@example.org")]
    event = db.scalars(select(Event).where(Event.action == "membership.role_changed")).one()
    assert event.data == {"person_id": world.observer.id, "role": "facilitator"}
    assert not people.change_role(db, membership, actor=as_viewer(world.organiser), role=Role.FACILITATOR)
    assert len(outbox()) == 1


def test_another_seat_ends_the_part_as_deputy(
    db: Session, world: World, as_viewer: Viewing, membership_of: Finding
) -> None:
    mate, other = membership_of(world.mate), membership_of(world.peer).seat
    people.change_role(db, mate, actor=as_viewer(world.organiser), role=Role.MEMBER, seat=other)
    assert (mate.is_deputy, mate.seat) == (False, other)


def test_a_seat_has_one_deputy(db: Session, world: World, as_viewer: Viewing, membership_of: Finding) -> None:
    member, mate = membership_of(world.member), membership_of(world.mate)
    people.name_deputy(db, member, actor=as_viewer(world.organiser))
    db.expire_all()
    assert (member.is_deputy, mate.is_deputy) == (True, False)
    people.name_deputy(db, member, actor=as_viewer(world.organiser), is_deputy=False)
    assert not member.is_deputy
    with pytest.raises(Refused):
        people.name_deputy(db, membership_of(world.observer), actor=as_viewer(world.organiser))


def test_the_last_organiser_stays(db: Session, world: World, as_viewer: Viewing, membership_of: Finding) -> None:
    organiser, actor = membership_of(world.organiser), as_viewer(world.organiser)
    with pytest.raises(Refused):
        people.leave(db, organiser, actor=actor)
    with pytest.raises(Refused):
        people.remove(db, organiser, actor=actor)
    with pytest.raises(Refused):
        people.change_role(db, organiser, actor=actor, role=Role.OBSERVER)
    people.appoint(db, world.cohort, actor=actor, email="facilitator@example.org")
    people.leave(db, organiser, actor=actor)
    assert _present(db, world.cohort).get("Facilitator") == "organiser"
    assert "Organiser" not in _present(db, world.cohort)


def test_appointing_invites_who_is_not_there(db: Session, world: World, as_viewer: Viewing, outbox: Outbox) -> None:
    actor = as_viewer(world.admin)
    made = people.appoint(db, world.cohort, actor=actor, email="Stranger@example.org")
    assert isinstance(made, Invitation)
    assert _sent(outbox) == [("cohorts/invited", "stranger@example.org")]
    with pytest.raises(Refused) as refusal:
        people.appoint(db, world.cohort, actor=actor, email="organiser@example.org")
    assert refusal.value.field == "email"


def test_leaving(db: Session, world: World, as_viewer: Viewing, membership_of: Finding, outbox: Outbox) -> None:
    membership = membership_of(world.member)
    people.leave(db, membership, actor=as_viewer(world.member))
    assert "Member" not in _present(db, world.cohort)
    assert _sent(outbox) == [("cohorts/left", "organiser@example.org")]
    assert access.audiences(db, as_viewer(world.member)) == {"public", f"person:{world.member.id}"}
    with pytest.raises(Conflict):
        people.leave(db, membership, actor=as_viewer(world.member))
    join(db, world.cohort, world.member, Role.OBSERVER)
    rows = db.scalars(select(Membership).where(Membership.person_id == world.member.id)).all()
    assert [row.left_at is None for row in rows] == [False, True]


def test_removing_tells_the_person(
    db: Session, world: World, as_viewer: Viewing, membership_of: Finding, outbox: Outbox
) -> None:
    people.remove(db, membership_of(world.member), actor=as_viewer(world.organiser))
    assert _sent(outbox) == [("cohorts/removed", "member@example.org")]


def test_a_holder_is_replaced_by_somebody_new(
    db: Session, world: World, as_viewer: Viewing, membership_of: Finding, outbox: Outbox
) -> None:
    mate = membership_of(world.mate)
    made = people.replace_holder(db, mate, actor=as_viewer(world.organiser), email="after@example.org", name="After")
    assert isinstance(made, Invitation)
    assert (made.seat_id, made.is_deputy, made.role) == (mate.seat_id, True, Role.MEMBER)
    assert "Mate" not in _present(db, world.cohort)
    assert _sent(outbox) == [("cohorts/removed", "mate@example.org"), ("cohorts/invited", "after@example.org")]


def test_a_holder_is_replaced_by_the_deputy(
    db: Session, world: World, as_viewer: Viewing, membership_of: Finding
) -> None:
    mate = membership_of(world.mate)
    made = people.replace_holder(
        db, membership_of(world.member), actor=as_viewer(world.organiser), email="mate@example.org"
    )
    assert (made, mate.is_deputy, mate.role) == (mate, False, Role.MEMBER)


def test_a_holder_is_replaced_by_an_observer(
    db: Session, world: World, as_viewer: Viewing, membership_of: Finding
) -> None:
    member, observer = membership_of(world.member), membership_of(world.observer)
    people.replace_holder(db, member, actor=as_viewer(world.organiser), email="observer@example.org")
    assert (observer.role, observer.seat_id) == (Role.MEMBER, member.seat_id)


def test_a_holder_is_not_replaced_by_themselves_or_by_another_holder(
    db: Session, world: World, as_viewer: Viewing, membership_of: Finding
) -> None:
    for email in ("member@example.org", "peer@example.org"):
        with pytest.raises(Refused) as refusal:
            people.replace_holder(db, membership_of(world.member), actor=as_viewer(world.organiser), email=email)
        assert refusal.value.field == "email"
    assert "Member" in _present(db, world.cohort)


def test_freeing_a_seat(db: Session, world: World, as_viewer: Viewing, membership_of: Finding, outbox: Outbox) -> None:
    actor, member = as_viewer(world.organiser), membership_of(world.member)
    join(db, world.cohort, world.stranger, Role.ORGANISER)
    people.change_role(db, membership_of(world.observer), actor=actor, role=Role.OBSERVER, seat=member.seat)
    seat = db.scalars(access.seats_of(world.cohort.id).where(Seat.id == member.seat_id)).one()
    left = seats.free(db, seat, actor=actor)
    assert {one.person.name for one in left} == {"Member", "Mate"}
    present = _present(db, world.cohort)
    assert (present.get("Observer"), "Member" in present) == ("observer", False)
    assert membership_of(world.observer).seat_id is None
    assert [kind for kind, _to in _sent(outbox)] == [
        "cohorts/role_changed",
        "cohorts/removed",
        "cohorts/removed",
        "cohorts/left",
    ]
    assert world.river not in db.scalars(access.organisations_listed()).all()
    assert db.scalars(select(SearchRow).where(SearchRow.kind == "organisation")).all() == []
    again = seats.give(db, world.cohort, world.river, actor=actor)
    assert (again.id, again.left_at) == (seat.id, None)
    with pytest.raises(Refused) as refusal:
        seats.give(db, world.cohort, world.river, actor=actor)
    assert refusal.value.field == "organisation_id"


def test_a_form_removes_once(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient], membership_of: Finding, outbox: Outbox
) -> None:
    path = f"/c/practice-cohort/people/{membership_of(world.member).id}/remove"
    client = sign_in(world.organiser)
    answers = [client.post(path, data={"_once": "key"}) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/c/practice-cohort/people"] * 2
    assert len(outbox()) == 1
    assert client.post(path).status_code == 404


def test_the_forms_of_a_person(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient], membership_of: Finding
) -> None:
    client, member = sign_in(world.organiser), membership_of(world.member)
    base = f"/c/practice-cohort/people/{member.id}"
    assert client.post(f"{base}/role", data={"role": "member", "seat_id": ""}).status_code == 422
    assert client.post(f"{base}/role", data={"role": "member", "seat_id": "9" * 30}).status_code == 422
    assert client.post(f"{base}/role", data={"role": "king", "seat_id": ""}).status_code == 422
    assert client.post(f"{base}/role", data={"role": "facilitator", "seat_id": str(member.seat_id)}).status_code == 303
    assert client.post(f"{base}/deputy", data={"is_deputy": "yes"}).status_code == 303
    assert client.post(f"{base}/replace", data={"email": "x@example.org"}).status_code == 422
    db.refresh(member)
    assert (member.role, member.is_deputy) == (Role.FACILITATOR, True)


def test_the_last_organiser_reads_why(
    world: World, sign_in: Callable[[Person], FlaskClient], membership_of: Finding
) -> None:
    client = sign_in(world.organiser)
    answer = client.post("/c/practice-cohort/leave")
    assert answer.status_code == 422
    assert "at least one organiser" in answer.text
    answer = client.post(f"/c/practice-cohort/people/{membership_of(world.organiser).id}/remove")
    assert answer.status_code == 422
    assert "at least one organiser" in answer.text


def test_a_member_leaves_by_the_page(db: Session, world: World, sign_in: Callable[[Person], FlaskClient]) -> None:
    client = sign_in(world.member)
    assert "River Trust" in client.get("/c/practice-cohort/leave").text
    assert client.post("/c/practice-cohort/leave").headers["Location"] == "/c"
    assert client.get("/c/practice-cohort/leave").status_code == 404
    assert client.post("/c/practice-cohort/leave").status_code == 404


@pytest.mark.concurrency
def test_two_organisers_who_leave_at_once_do_not_both(own_database: Database) -> None:
    with own_database.writing() as db:
        cohort, _ = make_cohort(db, "pair", [])
        pair = [make_person(db, name) for name in ("First", "Second")]
        for person in pair:
            join(db, cohort, person, Role.ORGANISER)
        viewers = [sessions.viewer_of(person) for person in pair]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def leave(viewer: Viewer) -> None:
        start.wait()
        try:
            with own_database.writing() as db:
                people.leave(db, db.scalars(access.memberships_of(viewer)).one(), actor=viewer)
            outcomes.append("left")
        except Refused:
            outcomes.append("stays")

    threads = [threading.Thread(target=leave, args=(viewer,)) for viewer in viewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["left", "stays"]
