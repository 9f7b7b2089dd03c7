"""Organisations and people out of a table: tried, carried out as shown, all of it or nothing, and twice as once."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.cohorts import access, invitations, roster
from peernet.cohorts.models import CohortState, Invitation, Role, Seat
from peernet.cohorts.roster import Act
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.organisations.models import Organisation
from peernet.web.viewer import Viewer
from tests.world import World

Viewing = Callable[[Person], Viewer]
Outbox = Callable[[], list[Mail]]
TABLE = """\ufefforganisation;country;name;email;role;deputy;home_page
Weir Keepers;ke;Ada Weir;ada@example.org;member;no;example.org
weir  keepers;;Ben Weir;ben@example.org;Member;yes;
River Trust;;;;;;
;;Fay;fay@example.org;facilitator;;
City Library;;Peer;PEER@example.org;member;;
Harbour;;;;;;
""".encode()


def _send(client: FlaskClient, data: bytes) -> Any:
    return client.post(
        "/c/practice-cohort/import", data={"file": (BytesIO(data), "people.csv")}, content_type="multipart/form-data"
    )


def _shown(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _confirm(client: FlaskClient, page: str) -> Any:
    return client.post("/c/practice-cohort/import/confirm", data={"shown": _shown(page)})


def _mail(db: Session) -> None:
    """What the worker does."""
    for job in db.scalars(select(Job).where(Job.kind == invitations.MAIL_JOB)).all():
        invitations.mail_waiting(db, job.payload)
    db.commit()


def _count(db: Session, of: type) -> int:
    return db.scalar(select(func.count()).select_from(of)) or 0


def test_what_each_line_would_do(db: Session, world: World, as_viewer: Viewing) -> None:
    lines, problems = roster.read_lines(TABLE)
    assert problems == []
    plan = roster.plan(db, world.cohort, lines, actor=as_viewer(world.organiser))
    assert [(planned.number, planned.acts) for planned in plan.lines] == [
        (2, (Act.NEW_ORGANISATION, Act.NEW_SEAT, Act.INVITE)),
        (3, (Act.SEATED, Act.INVITE)),
        (4, (Act.SEATED,)),
        (5, (Act.INVITE,)),
        (6, (Act.SEATED, Act.HERE)),
        (7, (Act.NEW_SEAT,)),
    ]
    assert plan.changes == 4


def test_tried_confirmed_and_repeated(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient], outbox: Outbox
) -> None:
    client = sign_in(world.organiser)
    tried = _send(client, TABLE)
    assert tried.status_code == 200
    assert "Carry out 4 lines" in tried.text
    assert (_count(db, Invitation), _count(db, Organisation), outbox()) == (0, 4, [])
    assert _confirm(client, tried.text).headers["Location"] == "/c/practice-cohort/people"
    made = db.scalars(select(Organisation).where(Organisation.slug == "weir-keepers")).one()
    assert (made.name, made.country, made.home_page) == ("Weir Keepers", "KE", "https://example.org")
    invited = db.scalars(access.open_invitations(world.cohort.id)).all()
    assert [
        (one.email, one.role, one.is_deputy, one.seat.organisation.name if one.seat else "") for one in invited
    ] == [
        ("ada@example.org", Role.MEMBER, False, "Weir Keepers"),
        ("ben@example.org", Role.MEMBER, True, "Weir Keepers"),
        ("fay@example.org", Role.FACILITATOR, False, ""),
    ]
    assert {seat.organisation.name for seat in db.scalars(access.seats_of(world.cohort.id))} >= {"Harbour"}
    assert outbox() == []
    assert client.get("/c/practice-cohort/people").text.count("The invitation is on its way") == 3
    for _ in range(2):
        _mail(db)
    assert [mail.to_address for mail in outbox()] == ["ada@example.org", "ben@example.org", "fay@example.org"]
    again = _send(client, TABLE)
    assert "There is nothing to carry out." in again.text
    second = client.post("/c/practice-cohort/import/confirm", data={"shown": _shown(tried.text)})
    assert second.status_code == 409
    assert (len(outbox()), _count(db, Organisation)) == (3, 5)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("A;;;x@;;;", "email"),
        ("A;Kenya;;;;;", "country"),
        ("A;;;x@example.org;king;;", "role: Write one of these"),
        ("A;;;x@example.org;;perhaps;", "deputy: Write yes or no"),
        ("A;;;;;;javascript://x", "home_page"),
        (";;Eve;;;;", "needs an address"),
        (";;;x@example.org;;;", "name the organisation"),
        (";KE;;;;;", "no organisation and no address"),
        ("B;;;ada@example.org;;;", "Line 2 says something else"),
        ("weir keepers;;;x@example.org;;yes;", "Line 3 names a deputy"),
        (f"{'A' * 301};;;;;;", "too long"),
    ],
)
def test_bad_lines_are_named(
    line: str, words: str, db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    tried = _send(sign_in(world.organiser), TABLE + line.encode() + b"\n")
    assert tried.status_code == 422
    found = re.search(r"<li>Line 8: ([^<]*)", tried.text)
    assert found is not None
    assert words in found[1]
    assert 'name="shown"' not in tried.text


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"PK\x03\x04", b"\x00" * 100, b"organisation\n"])
def test_files_that_are_none(data: bytes, world: World, sign_in: Callable[[Person], FlaskClient]) -> None:
    client = sign_in(world.organiser)
    assert _send(client, data).status_code == 422
    assert client.post("/c/practice-cohort/import").status_code == 422


def test_hostile_text_stays_text(db: Session, world: World, sign_in: Callable[[Person], FlaskClient]) -> None:
    client = sign_in(world.organiser)
    data = b'organisation,name,email\n<script>x</script>,=HYPERLINK("x"),e@example.org\n'.replace(b'"', b"'")
    tried = _send(client, data)
    assert "<script>x" not in tried.text
    assert "&lt;script&gt;x" in tried.text
    assert _confirm(client, tried.text).status_code == 303
    assert "<script>x" not in client.get("/c/practice-cohort/people").text
    assert db.scalars(select(Invitation)).one().name == "=HYPERLINK('x')"


def test_what_is_confirmed_is_what_was_shown(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient], outbox: Outbox
) -> None:
    client = sign_in(world.organiser)
    shown = _shown(_send(client, TABLE).text)
    path = "/c/practice-cohort/import/confirm"
    assert client.post(path, data={"shown": shown[:-3] + "abc"}).status_code == 422
    assert client.post(path, data={"shown": ""}).status_code == 422
    world.other_cohort.name = "Not theirs"
    db.add(
        Invitation(
            cohort_id=world.cohort.id,
            email="ada@example.org",
            email_key="ada@example.org",
            role=Role.OBSERVER,
            created_at=world.cohort.created_at,
        )
    )
    db.commit()
    changed = client.post(path, data={"shown": shown})
    assert changed.status_code == 409
    assert "The cohort changed" in changed.text
    assert (outbox(), _count(db, Organisation)) == ([], 4)
    assert _confirm(client, changed.text).status_code == 303
    _mail(db)
    assert len(outbox()) == 2


def test_a_seal_is_for_one_cohort_and_one_person(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    shown = _shown(_send(sign_in(world.organiser), TABLE).text)
    assert sign_in(world.member).post("/c/practice-cohort/import/confirm", data={"shown": shown}).status_code in (
        404,
        422,
    )
    access_row = db.scalars(access.people_of(world.cohort.id)).all()
    facilitator = next(one for one in access_row if one.person_id == world.facilitator.id)
    facilitator.role = Role.ORGANISER
    db.commit()
    answer = sign_in(world.facilitator).post("/c/practice-cohort/import/confirm", data={"shown": shown})
    assert answer.status_code == 422


def test_a_closed_cohort_takes_none(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient], outbox: Outbox
) -> None:
    client = sign_in(world.organiser)
    tried = _send(client, TABLE)
    world.cohort.state = CohortState.CLOSED
    db.commit()
    assert _confirm(client, tried.text).status_code == 422
    assert outbox() == []


def test_organisations_of_drafts_elsewhere_are_not_told(db: Session, world: World, as_viewer: Viewing) -> None:
    world.other_cohort.state = CohortState.DRAFT
    db.flush()
    lines, _ = roster.read_lines(b"organisation\nHarbour\n")
    plan = roster.plan(db, world.cohort, lines, actor=as_viewer(world.organiser))
    assert plan.lines[0].acts == (Act.NEW_ORGANISATION, Act.NEW_SEAT)


def test_two_thousand_lines(
    db: Session,
    world: World,
    sign_in: Callable[[Person], FlaskClient],
    count_queries: Callable[[], Any],
) -> None:
    rows = [f"Organisation {n % 100},,Person {n},person{n}@example.org,member,no" for n in range(2000)]
    data = "\n".join(["organisation,country,name,email,role,deputy", *rows]).encode("utf-8-sig")
    client = sign_in(world.organiser)
    with count_queries() as few:
        _send(client, TABLE)
    with count_queries() as many:
        tried = _send(client, data)
    assert len(many) == len(few)
    assert "Carry out 2000 lines" in tried.text
    assert _confirm(client, tried.text).status_code == 303
    assert (_count(db, Invitation), _count(db, Job), _count(db, Seat)) == (2000, 40, 104)
    assert client.get("/c/practice-cohort/people").status_code == 200


def test_what_is_withdrawn_before_it_was_mailed_is_not_mailed(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient], as_viewer: Viewing, outbox: Outbox
) -> None:
    client = sign_in(world.organiser)
    _confirm(client, _send(client, TABLE).text)
    first, second, third = db.scalars(access.open_invitations(world.cohort.id)).all()
    invitations.revoke(db, first, actor=as_viewer(world.organiser))
    invitations.send_again(db, second, actor=as_viewer(world.organiser))
    _mail(db)
    assert [(mail.kind, mail.to_address) for mail in outbox()] == [
        ("cohorts/reminded", second.email),
        ("cohorts/invited", third.email),
    ]


def test_a_seat_that_was_left_is_taken_again(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    seat = db.scalars(select(Seat).where(Seat.organisation_id == world.river.id)).one()
    seat.left_at = world.cohort.created_at
    db.commit()
    client = sign_in(world.organiser)
    assert _confirm(client, _send(client, b"organisation\nRiver Trust\n").text).status_code == 303
    db.expire_all()
    assert seat.left_at is None
