"""Groups in pages: for those who lead, for those who attend, and for nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.cohorts.models import Role, Seat
from peernet.groups.models import Exchange, Grouping, GroupingState, GroupSeat
from peernet.jobs.models import Job
from peernet.ledger import ledger
from peernet.roundtables.groupings import drafting
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.models import Answer
from tests.roundtables.groupings.conftest import PAIRS, answer, over, record
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World, join, make_person

SignIn = Callable[[Person], FlaskClient]
Form = Callable[..., RoundtableGrouping]
WISHED = {
    "by": "size",
    "number": "3",
    "rounds": "1",
    "orgs_apart": "yes",
    "pair": ["", "", ""],
    "one": ["", "", ""],
    "other": ["", "", ""],
}


def path(world: World, more: str = "") -> str:
    """The address of the groups of the world's roundtable."""
    return f"{SERIES}/{world.roundtable.id}/groups{more}"


def newest(db: Session) -> Grouping:
    """The grouping made last."""
    db.expire_all()
    return db.scalars(select(Grouping).order_by(Grouping.id.desc())).first()


def own_line(page: Any) -> str:
    """What a page says of one's own table."""
    return page.text.split('<div class="own-tables">')[1].split("</div>")[0]


def test_groups_are_formed_announced_told_and_repaired(
    db: Session, world: World, sign_in: SignIn, everybody: list[Person]
) -> None:
    answer(db, world.roundtable, everybody)
    db.commit()
    client = sign_in(world.facilitator)
    assert client.get(path(world)).headers["Location"] == path(world, "/new")
    form = words_of(client.get(path(world, "/new")))
    assert "6 people have accepted and are seated. 2 of them lead. Observers and guests are left out." in form
    for _click in range(2):
        sent = client.post(path(world, "/new"), data=WISHED | {"_once": "form"})
        draft = path(world, f"/{newest(db).id}")
        assert (sent.status_code, sent.headers["Location"]) == (303, draft)
    assert db.scalars(select(Grouping.state)).all() == [GroupingState.READY]
    text = words_of(client.get(draft))
    assert "Proved best: nobody meets anybody again." in text
    assert "Table 1" in text
    assert words_of(sign_in(world.member).get(f"{SERIES}/{world.roundtable.id}")).count("You are at table") == 0
    for _click in range(2):
        data = {"version": str(newest(db).version), "_once": "announce"}
        sent = client.post(f"{draft}/announce", data=data)
        assert (sent.status_code, sent.headers["Location"]) == (303, path(world))
    assert client.get(draft).headers["Location"] == path(world)
    member = sign_in(world.member)
    at = select(Person.name, GroupSeat.table_number).join(Person, Person.id == GroupSeat.person_id)
    seats = {row.name: row.table_number for row in db.execute(at)}
    mine = seats["Member"]
    others = ", ".join(sorted(name for name, table in seats.items() if table == mine and name != "Member"))
    told = f"You are at table {mine} with {others}."
    assert told in words_of(member.get(f"{SERIES}/{world.roundtable.id}"))
    assert told in words_of(member.get("/me"))
    assert told in words_of(member.get(path(world)))
    gone = next(each for each in everybody if seats[each.name] == mine and each is not world.member)
    answer(db, world.roundtable, [gone], Answer.DECLINED)
    db.commit()
    assert gone.name not in own_line(member.get(path(world)))
    page = words_of(client.get(path(world)))
    assert f"no longer coming: {gone.name}" in page
    repairing = words_of(client.get(f"{draft}/repair"))
    assert "0 people moved: cost 0" in repairing
    sent = client.post(f"{draft}/repair", data={"version": str(newest(db).version), "moves": "0"})
    assert (sent.status_code, sent.headers["Location"]) == (303, path(world))
    assert "no longer coming" not in words_of(client.get(path(world)))


@pytest.mark.parametrize("who", ["observer", "outsider", "stranger", "admin"])
def test_who_does_not_attend_sees_nothing(announce: Form, db: Session, world: World, sign_in: SignIn, who: str) -> None:
    link = announce(world.roundtable)
    db.commit()
    client = sign_in(getattr(world, who))
    one = f"/{link.grouping_id}"
    gets = ("", "/new", one, f"{one}/wishes", f"{one}/repair")
    seen = [client.get(path(world, each)).status_code for each in gets]
    posts = ("/new", WISHED), (f"{one}/announce", {"version": "1"}), (f"{one}/repair", {"version": "1"})
    seen += [client.post(path(world, each), data=data).status_code for each, data in posts]
    seen += [client.post(path(world, f"{one}/zoom-1.csv")).status_code]
    seen += [client.post(path(world, f"{one}/discard")).status_code, client.get("/c/practice-cohort/met").status_code]
    assert seen == [404] * 11


def test_a_member_sees_what_is_announced_and_nothing_else(
    announce: Form, form: Form, db: Session, world: World, sign_in: SignIn
) -> None:
    draft = form(world.roundtable)
    db.commit()
    client = sign_in(world.member)
    assert client.get(path(world)).status_code == 404
    announced = announce(world.roundtable)
    db.commit()
    page = client.get(path(world))
    assert page.status_code == 200
    assert "@example.org" not in page.text
    assert "To take along" not in page.text
    for link in (draft, announced):
        db.refresh(link)
        one = f"/{link.grouping_id}"
        assert [client.get(path(world, f"{one}{more}")).status_code for more in ("", "/repair")] == [404] * 2
        assert client.post(path(world, f"{one}/zoom-1.csv")).status_code == 404
    world.roundtable.cancelled_at = world.roundtable.created_at
    db.commit()
    assert client.get(path(world)).status_code == 404


def test_groups_of_another_roundtable_are_not_found(form: Form, db: Session, world: World, sign_in: SignIn) -> None:
    link = form(world.roundtable)
    db.commit()
    other = f"{SERIES}/{world.roundtable.id + 1}/groups/{link.grouping_id}"
    assert sign_in(world.organiser).get(other).status_code == 404


def test_a_stale_draft_says_what_changed_and_is_not_announced(
    form: Form, db: Session, world: World, sign_in: SignIn
) -> None:
    link = form(world.roundtable)
    answer(db, world.roundtable, [world.peer], Answer.DECLINED)
    db.commit()
    client = sign_in(world.organiser)
    draft = path(world, f"/{link.grouping_id}")
    assert "1 person comes no longer." in words_of(client.get(draft))
    late = client.post(f"{draft}/announce", data={"version": str(newest(db).version)})
    assert late.status_code == 409
    assert "Something changed since these groups were formed. Form them anew." in words_of(late)
    assert newest(db).state is GroupingState.READY


def test_of_two_who_change_groups_the_second_is_told(
    announce: Form, db: Session, world: World, sign_in: SignIn, everybody: list[Person]
) -> None:
    answer(db, world.roundtable, everybody)
    link = announce(world.roundtable)
    version, one = link.grouping.version, path(world, f"/{link.grouping_id}")
    answer(db, world.roundtable, [world.peer], Answer.DECLINED)
    db.commit()
    first = sign_in(world.organiser).post(f"{one}/repair", data={"version": str(version)})
    second = sign_in(world.facilitator).post(f"{one}/repair", data={"version": str(version)})
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Somebody else changed these groups meanwhile." in words_of(second)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"number": ""}, "Please fill this in."),
        ({"number": "1"}, "A table has at least two people."),
        ({"number": "9", "by": "number"}, "These are more tables than people."),
        ({"rounds": "7"}, "This must be at most 6."),
        ({"pair": ["apart", "", ""]}, "Please choose two different people for each rule."),
        ({"unknown": "x"}, "unknown: This field is not known here."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    db: Session, world: World, sign_in: SignIn, wrong: dict[str, Any], said: str
) -> None:
    mine = str(world.member.id)
    answered = sign_in(world.organiser).post(
        path(world, "/new"), data=WISHED | {"one": [mine, mine, ""], "other": [mine, "", ""]} | wrong
    )
    assert answered.status_code == 422
    assert said in words_of(answered)
    assert f'<option value="{mine}" selected>Member</option>' in answered.text
    assert newest(db) is None


def test_rules_that_cannot_hold_are_named_in_words(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.organiser)
    pair = {"pair": ["together", "", ""], "one": [str(world.member.id), "", ""], "other": [str(world.mate.id), "", ""]}
    sent = client.post(path(world, "/new"), data=WISHED | pair)
    text = words_of(client.get(sent.headers["Location"]))
    assert "Mate, Member must sit together and must not: give up one of the two rules." in text
    again = client.get(f"{sent.headers['Location']}/wishes").text
    assert f'<option value="{world.mate.id}" selected>Mate</option>' in again
    sent = client.post(path(world, "/new"), data=WISHED | {"number": "3", "by": "number", "leads_each": "yes"})
    text = words_of(client.get(sent.headers["Location"]))
    assert "Each table is to have somebody who leads: there are 3 tables, and 2 such people come." in text


def test_what_is_not_proved_says_the_bound(form: Form, db: Session, world: World, sign_in: SignIn) -> None:
    link = form(world.roundtable)
    link.grouping.found = link.grouping.found | {"cost": 76, "bound": 75}
    db.commit()
    text = words_of(sign_in(world.organiser).get(path(world, f"/{link.grouping_id}")))
    assert "No plan can do better than 75; this one has 76." in text
    assert "Proved best" not in text


def test_the_file_for_zoom_is_inert(form: Form, db: Session, world: World, sign_in: SignIn) -> None:
    answer(db, world.roundtable, [world.member, world.peer])
    world.peer.email = "=cmd@example.org"
    link = form(world.roundtable, PAIRS)
    db.commit()
    answered = sign_in(world.organiser).post(path(world, f"/{link.grouping_id}/zoom-1.csv"))
    assert answered.get_data(as_text=True).splitlines() == [
        "Pre-assign Room Name,Email Address",
        "Table 1,member@example.org",
        "Table 1,'=cmd@example.org",
    ]
    assert answered.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert sign_in(world.organiser).post(path(world, f"/{link.grouping_id}/zoom-2.csv")).status_code == 404
    handed = {person.name: ledger.handed_out(person.id) for person in (world.member, world.peer, world.mate)}
    assert {name: [event.actor_id for event in db.scalars(events)] for name, events in handed.items()} == {
        "Member": [world.organiser.id], "Peer": [world.organiser.id], "Mate": [],
    }  # fmt: skip


def test_a_text_for_the_chat(form: Form, db: Session, world: World, sign_in: SignIn) -> None:
    answer(db, world.roundtable, [world.member, world.peer])
    link = form(world.roundtable)
    db.commit()
    page = sign_in(world.organiser).get(path(world, f"/{link.grouping_id}"))
    assert "readonly>\nTable 1: Member, Peer</textarea>" in page.text


def test_many_people_are_a_job(db: Session, world: World, sign_in: SignIn) -> None:
    crowd(db, world, 25)
    client = sign_in(world.organiser)
    sent = client.post(path(world, "/new"), data=WISHED)
    assert newest(db).state is GroupingState.WAITING
    assert "The groups are being formed" in words_of(client.get(sent.headers["Location"]))
    assert db.scalars(select(Job.kind).where(Job.kind == drafting.JOB)).all() == [drafting.JOB]
    assert client.post(f"{sent.headers['Location']}/discard").status_code == 303
    assert newest(db) is None


def test_one_who_is_not_leading_sees_their_own_line_alone(
    db: Session, world: World, sign_in: SignIn, everybody: list[Person]
) -> None:
    record(db, world.roundtable, [world.member, world.peer, world.third], [world.mate])
    over(db, world.roundtable)
    db.commit()
    text = words_of(sign_in(world.mate).get("/c/practice-cohort/met"))
    assert "No roundtable at which you were was held yet." in text
    text = words_of(sign_in(world.member).get("/c/practice-cohort/met"))
    assert "Met With whom you sat at a table Name Times Peer · City Library 1 Third · Museum 1" in text
    assert "Not met yet Facilitator Mate · River Trust Organiser" in text
    assert "By person" not in text


def test_those_who_lead_see_everybody(db: Session, world: World, sign_in: SignIn) -> None:
    record(db, world.roundtable, [world.member, world.peer, world.third])
    over(db, world.roundtable)
    db.commit()
    page = sign_in(world.facilitator).get("/c/practice-cohort/met")
    text = words_of(page)
    assert "1 round was held. 12 of 15 pairs have never met." in text
    assert "Least connected: Facilitator (0 others met), Mate (0 others met), Organiser (0 others met)" in text
    assert "Facilitator · Mate" in text
    assert "1 City Library the same 1 1 2" in text
    assert "2 Museum 1 the same 1 2" in text


def crowd(db: Session, world: World, count: int) -> list[Person]:
    """So many more members, who all accepted, of the three organisations in turn."""
    seats = list(db.scalars(select(Seat).where(Seat.cohort_id == world.cohort.id).order_by(Seat.id)))
    people = [make_person(db, f"Person {number:02}") for number in range(count)]
    for number, person in enumerate(people):
        join(db, world.cohort, person, Role.MEMBER, seats[number % 3])
    answer(db, world.roundtable, people)
    db.add_all(offering(person) for person in people)
    db.commit()
    return people


def offering(person: Person) -> Exchange:
    """What somebody shows that they can help with."""
    return Exchange(person_id=person.id, offers=f"Rivers\n{person.name}", asks="rivers", is_shown=True)


@pytest.mark.parametrize("page", ["", "/new", "met", "me", "partners", "exchange", "ahead"])
def test_pages_take_as_many_queries_for_ten_as_for_forty(
    announce: Form,
    db: Session,
    world: World,
    sign_in: SignIn,
    count_queries: Callable[[], Any],
    page: str,
) -> None:
    cohort = "/c/practice-cohort"
    addresses = {each: f"{cohort}/{each}" for each in ("met", "partners", "exchange")}
    addresses |= {"me": "/me", "ahead": f"{SERIES}/groups"}
    first = crowd(db, world, 10)
    announce(world.roundtable)
    db.commit()
    client = sign_in(first[0] if page == "me" else world.organiser)

    def queries() -> int:
        with count_queries() as seen:
            assert client.get(addresses.get(page, path(world, page))).status_code == 200
        return len(seen)

    few = queries()
    seats = list(db.scalars(select(Seat).where(Seat.cohort_id == world.cohort.id).order_by(Seat.id)))
    for number in range(10, 40):
        join(db, world.cohort, person := make_person(db, f"Person {number}"), Role.MEMBER, seats[number % 3])
        answer(db, world.roundtable, [person])
        db.add(offering(person))
    db.commit()
    assert queries() == few


def test_all_at_a_table_share_a_language(db: Session, world: World, sign_in: SignIn, everybody: list[Person]) -> None:
    answer(db, world.roundtable, everybody)
    for person, spoken in zip(everybody, ("fr", "fr en", "en", "en pt", "fr", ""), strict=True):
        person.spoken = spoken
    db.commit()
    client = sign_in(world.facilitator)
    draft = client.post(path(world, "/new"), data=WISHED | {"orgs_apart": "", "languages": "yes"}).headers["Location"]
    assert newest(db).found["broken"] == []
    page = words_of(client.get(draft))
    assert ("(French)" in page, "(English)" in page) == (True, True)
    world.member.spoken = "de"
    db.commit()
    assert "Somebody's role, organisation or languages changed." in client.get(draft).text.replace("&#39;", "'")
