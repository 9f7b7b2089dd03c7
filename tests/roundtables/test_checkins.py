"""Who was there: said by themselves, recorded by those who lead, seen by nobody else."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Membership, Role
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.roundtables import access, access_presence, attendance, checkins, guests, planning
from peernet.roundtables.checkins import Mark
from peernet.roundtables.models import Answer, Guest, Presence, Roundtable, Source
from tests.roundtables.test_pages import LINK, SERIES, words_of
from tests.world import World, join, make_person

Plan = Callable[..., Roundtable]
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def one(plan: Plan) -> Roundtable:
    """A roundtable of 90 minutes."""
    return plan(link=LINK)


@pytest.fixture
def guest(one: Roundtable, db: Session, world: World) -> Guest:
    """An expert who is invited to it."""
    return guests.invite(db, one, actor=viewer_of(world.organiser), email="expert@example.org", name="An Expert")


def _after(one: Roundtable, minutes: float) -> time_machine.travel:
    return time_machine.travel(one.starts_at + timedelta(minutes=minutes), tick=False)


def _series(plan: Plan, db: Session, *days: int) -> list[Roundtable]:
    """One on each of these days of December, with its cohort."""
    made = [plan(wall_start=datetime(2026, 12, day, 15, 0)).id for day in days]
    return list(db.scalars(access.all_roundtables().where(Roundtable.id.in_(made))))


def _recorded(db: Session) -> list[tuple[int | None, int | None, bool, Source, int | None]]:
    db.expire_all()
    rows = db.scalars(select(Presence).order_by(Presence.id))
    return [(row.person_id, row.guest_id, row.was_there, row.source, row.recorded_by_id) for row in rows]


# The verbs


@pytest.mark.parametrize(
    ("minutes", "own", "marks"),
    [
        (-31, False, False),
        (-30, True, True),
        (89, True, True),
        (90, False, True),
        (89 + 7 * 1440, False, True),
        (90 + 7 * 1440, False, False),
    ],
)
def test_when_it_can_be_said(one: Roundtable, db: Session, world: World, minutes: int, own: bool, marks: bool) -> None:
    with _after(one, minutes):
        assert (checkins.takes_own(one), checkins.takes_marks(one)) == (own, marks)
        if not own:
            with pytest.raises(Refused):
                checkins.check_in(db, one, world.member)
        if not marks:
            with pytest.raises(Refused):
                checkins.record(db, one, [], actor=viewer_of(world.facilitator))


def test_what_is_cancelled_has_nobody_there(one: Roundtable, db: Session, world: World) -> None:
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    with _after(one, 1), pytest.raises(Refused):
        checkins.check_in(db, one, world.member)


def test_who_says_so_twice_is_there_once(one: Roundtable, db: Session, world: World, guest: Guest) -> None:
    with _after(one, 1):
        for _click in range(2):
            checkins.check_in(db, one, world.member)
            checkins.check_in(db, one, guest)
    member = world.member.id
    assert _recorded(db) == [
        (member, None, True, Source.SELF, member),
        (None, guest.id, True, Source.SELF, None),
    ]


def test_one_takes_back_ones_own_word_only(one: Roundtable, db: Session, world: World) -> None:
    with _after(one, 1):
        checkins.check_in(db, one, world.member)
        checkins.take_back(db, one, world.member)
        checkins.take_back(db, one, world.member)
        assert _recorded(db) == []
        mark = Mark((world.member.id, None), was_there=True, seen=0)
        checkins.record(db, one, [mark], actor=viewer_of(world.facilitator))
        checkins.take_back(db, one, world.member)
    assert _recorded(db) == [(world.member.id, None, True, Source.FACILITATOR, world.facilitator.id)]


def test_who_leads_records_and_corrects(one: Roundtable, db: Session, world: World, guest: Guest) -> None:
    actor, member, expert = viewer_of(world.facilitator), (world.member.id, None), (None, guest.id)
    with _after(one, 100):
        assert checkins.record(db, one, [Mark(member, False, 0), Mark(expert, True, 0)], actor=actor) == 2
        assert checkins.record(db, one, [Mark(member, False, 1), Mark(expert, True, 1)], actor=actor) == 0
        assert checkins.record(db, one, [Mark(member, True, 1), Mark(expert, None, 1)], actor=actor) == 2
    assert _recorded(db) == [(world.member.id, None, True, Source.FACILITATOR, world.facilitator.id)]


def test_what_somebody_else_recorded_meanwhile_is_not_overwritten_unseen(
    one: Roundtable, db: Session, world: World
) -> None:
    actor, member, peer = viewer_of(world.facilitator), (world.member.id, None), (world.peer.id, None)
    with _after(one, 10):
        checkins.check_in(db, one, world.member)
        with pytest.raises(Conflict):
            checkins.record(db, one, [Mark(peer, True, 0), Mark(member, False, 0)], actor=actor)
        # To say what stands there already is no conflict.
        assert checkins.record(db, one, [Mark(member, True, 0)], actor=actor) == 0
        assert checkins.record(db, one, [Mark(member, False, 1)], actor=actor) == 1


def _marks(db: Session, one: Roundtable, **was_there: bool) -> list[Mark]:
    """What a confirmed list says: of each person by their name in the world, with what stands there now."""
    present = {(each.person_id, each.guest_id): each for each in db.scalars(access_presence.presences_at(one.id))}
    people = {person.name.lower(): (person.id, None) for person in db.scalars(access_presence.people_to_record(one))}
    known = {key: present.get(key) for key in people.values()}
    stand = {key: (each.was_there, each.version) if each else (None, 0) for key, each in known.items()}
    return [Mark(key, was_there.get(name, stand[key][0]), stand[key][1]) for name, key in people.items()]


def test_a_confirmed_list_changes_no_more(one: Roundtable, db: Session, world: World) -> None:
    actor = viewer_of(world.facilitator)
    with _after(one, 80), pytest.raises(Refused):
        checkins.confirm(db, one, [], actor=actor)
    with _after(one, 100):
        checkins.confirm(db, one, _marks(db, one, member=True), actor=actor)
        checkins.confirm(db, one, [], actor=viewer_of(world.organiser))
        with pytest.raises(Refused):
            checkins.record(db, one, [Mark((world.peer.id, None), True, 0)], actor=actor)
    assert _recorded(db) == [(world.member.id, None, True, Source.FACILITATOR, world.facilitator.id)]
    events = select(Event.action, Event.actor_id).where(Event.action == "roundtable.presence_confirmed")
    assert db.execute(events).all() == [("roundtable.presence_confirmed", world.facilitator.id)]


def test_nobody_vouches_for_what_they_did_not_see(one: Roundtable, db: Session, world: World) -> None:
    actor, peer = viewer_of(world.facilitator), (world.peer.id, None)
    with _after(one, 100):
        seen = _marks(db, one, member=True)
        checkins.record(db, one, [Mark(peer, True, 0)], actor=viewer_of(world.organiser))
        with pytest.raises(Conflict):
            checkins.confirm(db, one, seen, actor=actor)
        with pytest.raises(Conflict):
            checkins.confirm(db, one, [mark for mark in _marks(db, one) if mark.key != peer], actor=actor)
        assert one.presence_fixed_at is None


def test_after_the_deadline_it_cannot_be_confirmed(one: Roundtable, db: Session, world: World) -> None:
    with _after(one, 90 + 7 * 1440), pytest.raises(Refused):
        checkins.confirm(db, one, _marks(db, one, member=True), actor=viewer_of(world.facilitator))


def test_who_accepted_was_not_there_once_it_is_confirmed_so(one: Roundtable, db: Session, world: World) -> None:
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    with _after(one, 100):
        assert access_presence.held_attendance(db, [world.cohort.id]) == {one.id: {world.member.id}}
        checkins.confirm(db, one, _marks(db, one), actor=viewer_of(world.facilitator))
        assert access_presence.held_attendance(db, [world.cohort.id]) == {}


def test_no_answer_changes_and_nobody_is_told(
    one: Roundtable, db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    before = len(outbox())
    with _after(one, 100):
        checkins.record(db, one, [Mark((world.member.id, None), False, 0)], actor=viewer_of(world.facilitator))
    assert (len(outbox()), one.accepted) == (before, 1)


# For planners


def test_planners_hear_who_really_met(plan: Plan, db: Session, world: World) -> None:
    one, other, cancelled, to_come = _series(plan, db, 8, 9, 10, 30)
    for each in (one, other, cancelled, to_come):
        for person in (world.member, world.peer):
            attendance.rsvp(db, each, person, Answer.ACCEPTED)
    planning.cancel(db, cancelled, actor=viewer_of(world.organiser))
    actor = viewer_of(world.facilitator)
    with _after(one, 100):
        marks = [Mark((world.member.id, None), True, 0), Mark((world.peer.id, None), False, 0)]
        checkins.record(db, one, [*marks, Mark((world.third.id, None), True, 0)], actor=actor)
    with time_machine.travel(datetime(2026, 12, 20, tzinfo=clock.now().tzinfo), tick=False):
        assert access_presence.held_attendance(db, [world.cohort.id]) == {
            one.id: {world.member.id, world.third.id},
            # Nothing was recorded of this one.
            other.id: {world.member.id, world.peer.id},
        }


# The pages


def test_a_member_checks_in_on_either_page(one: Roundtable, db: Session, world: World, sign_in: SignIn) -> None:
    path = f"{SERIES}/{one.id}"
    client = sign_in(world.member)
    assert "I am here" not in client.get(path).text
    assert client.post(f"{path}/here").status_code == 422
    with _after(one, 1):
        client = sign_in(world.member)
        assert "I am here" in client.get(path).text
        for at, place in (("page", path), ("join", f"{path}/join")):
            sent = client.post(f"{path}/here", data={"at": at})
            assert (sent.status_code, sent.headers["Location"]) == (303, place)
            assert "It is noted that you are here" in words_of(client.get(place))
            assert client.post(f"{path}/here", data={"here": "no", "at": at}).status_code == 303
            assert _recorded(db) == []


@pytest.mark.parametrize("who", ["observer", "outsider", "stranger", "admin"])
def test_who_is_not_invited_is_not_there(one: Roundtable, db: Session, world: World, sign_in: SignIn, who: str) -> None:
    with _after(one, 1):
        assert sign_in(getattr(world, who)).post(f"{SERIES}/{one.id}/here").status_code == 404
    assert _recorded(db) == []


def _fields(page: str, **chosen: str) -> dict[str, list[str]]:
    """What a browser sends of the table: ``chosen`` by the label of the row."""
    from html5lib import parse

    names = {"h": "http://www.w3.org/1999/xhtml"}
    root = parse(page)
    seen = [each.get("value") for each in root.findall(".//h:input[@name='seen']", names)]
    marks = []
    for select_ in root.findall(".//h:select[@name='mark']", names):
        options = [each.get("value") for each in select_.findall("h:option", names)]
        standing = [each.get("value") for each in select_.findall("h:option[@selected]", names)]
        name = (select_.get("aria-label") or "").removeprefix("Was ").removesuffix(" there?")
        wanted = chosen.get(name.replace(" ", "_"))
        marks.append(next((each for each in options if wanted and each.endswith(f":{wanted}")), standing[0]))
    return {"seen": seen, "mark": marks}


def test_who_leads_fills_in_one_table(
    one: Roundtable, db: Session, world: World, guest: Guest, sign_in: SignIn
) -> None:
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    db.commit()
    path = f"{SERIES}/{one.id}/attendance"
    with _after(one, 95):
        client = sign_in(world.facilitator)
        page = client.get(path)
        text = words_of(page)
        assert "Member comes" in text
        assert "Third has not answered" in text
        assert "An Expert guest · has not answered" in text
        assert guest.email not in page.text
        fields = _fields(page.text, Member="absent", An_Expert="there", Third="there")
        for _click in range(2):
            sent = client.post(path, data=fields | {"_once": "x"})
            assert (sent.status_code, sent.headers["Location"]) == (303, path)
        by = world.facilitator.id
        assert sorted(_recorded(db), key=str) == sorted(
            [
                (world.member.id, None, False, Source.FACILITATOR, by),
                (world.third.id, None, True, Source.FACILITATOR, by),
                (None, guest.id, True, Source.FACILITATOR, by),
            ],
            key=str,
        )


def test_who_leads_confirms_the_list_with_one_button(
    one: Roundtable, db: Session, world: World, sign_in: SignIn
) -> None:
    path = f"{SERIES}/{one.id}/attendance"
    with _after(one, 85):
        assert "Confirm attendance" not in sign_in(world.facilitator).get(path).text
    with _after(one, 95):
        client, other = sign_in(world.facilitator), sign_in(world.organiser)
        page, theirs = client.get(path).text, other.get(path).text
        assert "Confirm attendance" in page
        fields = _fields(page, Member="there") | {"confirm": ["yes"]}
        assert other.post(path, data=_fields(theirs, Peer="there")).status_code == 303
        assert client.post(path, data=fields).status_code == 409
        fields = _fields(client.get(path).text, Member="there") | {"confirm": ["yes"]}
        for _click in range(2):
            assert client.post(path, data=fields).status_code == 303
        assert "It was confirmed who was there" in words_of(client.get(path))
        assert other.post(path, data=_fields(theirs, Third="there")).status_code == 422
        assert sign_in(world.member).post(path, data=fields).status_code == 404
    assert {row[0] for row in _recorded(db)} == {world.member.id, world.peer.id}


def test_a_row_that_was_not_touched_keeps_what_was_said_meanwhile(
    one: Roundtable, db: Session, world: World, sign_in: SignIn
) -> None:
    path = f"{SERIES}/{one.id}/attendance"
    with _after(one, 5):
        client = sign_in(world.facilitator)
        fields = _fields(client.get(path).text, Peer="there")
        checkins.check_in(db, one, world.member)
        db.commit()
        assert client.post(path, data=fields).status_code == 303
        assert {row[0] for row in _recorded(db)} == {world.member.id, world.peer.id}


def test_a_lost_race_saves_nothing_and_keeps_what_was_chosen(
    one: Roundtable, db: Session, world: World, sign_in: SignIn
) -> None:
    path = f"{SERIES}/{one.id}/attendance"
    with _after(one, 5):
        client = sign_in(world.facilitator)
        fields = _fields(client.get(path).text, Peer="there", Member="absent")
        checkins.check_in(db, one, world.member)
        db.commit()
        lost = client.post(path, data=fields)
        assert lost.status_code == 409
        assert "Somebody recorded this differently meanwhile." in words_of(lost)
        assert [row[0] for row in _recorded(db)] == [world.member.id]
        # What was chosen stands there still, beside what is known now; sent again it is saved.
        again = _fields(lost.text)
        assert f"{world.member.id}:there:1" in again["seen"]
        assert {f"{world.member.id}:absent", f"{world.peer.id}:there"} <= set(again["mark"])
        assert client.post(path, data=again).status_code == 303
        assert {(row[0], row[2]) for row in _recorded(db)} == {(world.member.id, False), (world.peer.id, True)}


@pytest.mark.parametrize("marks", [["x"], ["1:there:1"], ["1:perhaps"], ["-1:there"]])
def test_a_mark_that_is_none_is_refused(
    one: Roundtable, db: Session, world: World, sign_in: SignIn, marks: list[str]
) -> None:
    with _after(one, 5):
        sent = sign_in(world.facilitator).post(
            f"{SERIES}/{one.id}/attendance", data={"seen": ["1:none:0"], "mark": marks}
        )
    assert (sent.status_code, _recorded(db)) == (422, [])


def test_nobody_from_elsewhere_can_be_recorded(one: Roundtable, db: Session, world: World, sign_in: SignIn) -> None:
    data = {"seen": [f"{world.outsider.id}:none:0"], "mark": [f"{world.outsider.id}:there"]}
    with _after(one, 5):
        assert sign_in(world.facilitator).post(f"{SERIES}/{one.id}/attendance", data=data).status_code == 303
    assert _recorded(db) == []


def test_who_left_since_stays_on_record(one: Roundtable, db: Session, world: World, sign_in: SignIn) -> None:
    attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
    for membership in db.scalars(select(Membership).where(Membership.person_id == world.peer.id)):
        membership.left_at = clock.now()
    db.commit()
    with _after(one, 95):
        assert "Peer comes" in words_of(sign_in(world.facilitator).get(f"{SERIES}/{one.id}/attendance"))


# Without shaming


@pytest.mark.parametrize("who", ["member", "observer", "outsider", "stranger", "admin"])
def test_only_who_leads_sees_who_was_there(
    one: Roundtable, db: Session, world: World, sign_in: SignIn, who: str
) -> None:
    client = sign_in(getattr(world, who))
    for path in (f"{SERIES}/{one.id}/attendance", "/c/practice-cohort/attendance"):
        assert client.get(path).status_code == 404
    assert client.post(f"{SERIES}/{one.id}/attendance").status_code == 404


def test_everybody_sees_what_is_recorded_of_themselves_and_of_nobody_else(
    one: Roundtable, db: Session, world: World, sign_in: SignIn
) -> None:
    with _after(one, 95):
        marks = [Mark((world.member.id, None), False, 0), Mark((world.peer.id, None), True, 0)]
        checkins.record(db, one, marks, actor=viewer_of(world.facilitator))
        db.commit()
        path = f"{SERIES}/{one.id}"
        own = {
            who: [said for said in ("you were there", "you could not be there") if said in words_of(page)]
            for who in ("member", "peer", "mate", "observer")
            for page in [sign_in(getattr(world, who)).get(path)]
        }
    assert own == {"member": ["you could not be there"], "peer": ["you were there"], "mate": [], "observer": []}


def test_over_the_series_people_stand_by_name_and_never_by_number(
    plan: Plan, db: Session, world: World, sign_in: SignIn
) -> None:
    tables = _series(plan, db, 8, 9, 10)
    for one in tables:
        for person in (world.third, world.member):
            attendance.rsvp(db, one, person, Answer.ACCEPTED)
    for one in tables[:2]:
        with _after(one, 95):
            missing = [Mark((world.third.id, None), False, 0), Mark((world.mate.id, None), False, 0)]
            checkins.record(
                db, one, [*missing, Mark((world.member.id, None), True, 0)], actor=viewer_of(world.facilitator)
            )
    records = access_presence.records_in(db, world.cohort.id)
    assert [(each.person.name, each.there, each.could_not) for each in records] == [
        ("Facilitator", 0, 0),
        ("Mate", 0, 0),
        ("Member", 2, 0),
        ("Organiser", 0, 0),
        ("Peer", 0, 0),
        # Mate had not accepted, so nothing is said of them.
        ("Third", 0, 2),
    ]
    db.commit()
    page = sign_in(world.organiser).get("/c/practice-cohort/attendance")
    assert 'href="mailto:third%40example.org"' in page.text
    assert page.text.count("mailto:") == 1


def test_one_and_thirty_take_as_many_queries(
    one: Roundtable, db: Session, world: World, sign_in: SignIn, count_queries: Callable
) -> None:
    client = sign_in(world.organiser)
    paths = (f"{SERIES}/{one.id}/attendance", "/c/practice-cohort/attendance")
    for path in paths:
        client.get(path)
    few = []
    for path in paths:
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        few.append(len(seen))
    with _after(one, 5):
        for number in range(29):
            person = make_person(db, f"Somebody {number}")
            join(db, world.cohort, person, Role.FACILITATOR)
            checkins.check_in(db, one, person)
    db.commit()
    many = []
    for path in paths:
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        many.append(len(seen))
    assert many == few
