"""Invitations: sent once, accepted once, sent again, withdrawn, and what their page says when they are over."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import people as accounts
from peernet.accounts import sessions
from peernet.accounts.access import by_email
from peernet.accounts.models import Person, SignIn
from peernet.cohorts import access, cohorts, invitations
from peernet.cohorts.models import Invitation, Membership, Role, Seat
from peernet.db import Conflict, Database, Refused
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.tokens import tokens
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer
from tests.world import World, make_cohort, make_organisation, make_person

Viewing = Callable[[Person], Viewer]
Linking = Callable[[Mail], str]
Outbox = Callable[[], list[Mail]]
ABOUT_ME = {"name": "New Person", "zone": "Asia/Kolkata", "language": "en", "password": ""}


@pytest.fixture
def invited(db: Session, world: World, as_viewer: Viewing) -> Invitation:
    """An invitation of a new person as deputy for the river trust."""
    seat = db.scalars(access.seats_of(world.cohort.id).where(Seat.organisation_id == world.river.id)).one()
    made = invitations.invite(
        db,
        world.cohort,
        actor=as_viewer(world.organiser),
        email="New.Person@example.org",
        role=Role.MEMBER,
        name="New Person",
        seat=seat,
        is_deputy=True,
    )
    db.commit()
    return made


def _memberships(db: Session, email: str) -> list[Membership]:
    chosen = select(Membership).join(Membership.person).where(Person.email_key == email)
    return list(db.scalars(chosen))


def test_no_row_holds_a_live_link(db: Session, invited: Invitation, outbox: Outbox) -> None:
    (mail,) = outbox()
    token = tokens.text_of(db.get_one(Token, invited.token_id))
    assert token not in mail.text + mail.html
    assert token in tokens.fill_in(db, mail.text)
    assert token in tokens.fill_in(db, mail.html)
    events = db.scalars(select(Event).where(Event.action == "invitation.sent")).all()
    assert [event.data for event in events] == [{"role": "member"}]


def test_who_is_there_or_invited_is_not_invited(
    db: Session, world: World, invited: Invitation, as_viewer: Viewing
) -> None:
    for email in ("MEMBER@example.org", "new.person@EXAMPLE.org"):
        with pytest.raises(Refused) as refusal:
            invitations.invite(db, world.cohort, actor=as_viewer(world.organiser), email=email, role=Role.OBSERVER)
        assert refusal.value.field == "email"


def test_a_form_invites_once(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient], outbox: Outbox
) -> None:
    client = sign_in(world.organiser)
    form = {"email": "one@example.org", "name": "One", "role": "observer", "_once": "key"}
    answers = [client.post("/c/practice-cohort/invite", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(outbox()) == 1
    again = client.post("/c/practice-cohort/invite", data=form | {"_once": "another key"})
    assert again.status_code == 422
    assert "invited already" in again.text
    assert 'value="one@example.org"' in again.text


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a@b\r\nBcc: c@d"}, "email"),
        ({"role": "member"}, "seat_id"),
        ({"role": "member", "seat_id": "999999"}, "seat_id"),
        ({"seat_id": "one"}, "seat_id"),
        ({"is_deputy": "yes"}, "seat_id"),
        ({"name": "x" * 301}, "name"),
        ({"name": "two\nlines"}, "name"),
    ],
)
def test_bad_invitations_return_to_their_field(
    wrong: dict[str, str],
    name: str,
    world: World,
    sign_in: Callable[[Person], FlaskClient],
    outbox: Outbox,
) -> None:
    form = {"email": "one@example.org", "role": "observer"} | wrong
    answer = sign_in(world.organiser).post("/c/practice-cohort/invite", data=form)
    assert answer.status_code == 422
    assert f'id="f-{name}-error"' in answer.text
    assert outbox() == []


def test_the_seat_of_another_cohort_is_not_given(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    seat = db.scalars(access.seats_of(world.other_cohort.id)).one()
    form = {"email": "one@example.org", "role": "member", "seat_id": str(seat.id)}
    assert sign_in(world.organiser).post("/c/practice-cohort/invite", data=form).status_code == 422


def test_a_new_person_accepts(
    db: Session, client: FlaskClient, invited: Invitation, outbox: Outbox, link_in: Linking, world: World
) -> None:
    link = link_in(outbox()[0])
    page = client.get(link)
    assert page.status_code == 200
    assert "Organiser invites you, as deputy for River Trust." in page.text
    assert 'value="New Person"' in page.text
    assert db.scalar(by_email("new.person@example.org")) is None
    assert client.post(link, data=ABOUT_ME).headers["Location"] in ("/c/practice-cohort", "/me")
    person = db.scalar(by_email("new.person@example.org"))
    assert person is not None
    assert (person.name, person.zone, person.password_hash) == ("New Person", "Asia/Kolkata", None)
    (membership,) = _memberships(db, "new.person@example.org")
    assert (membership.role, membership.is_deputy, membership.seat_id) == (Role.MEMBER, True, invited.seat_id)
    mate = db.scalars(select(Membership).where(Membership.person_id == world.mate.id)).one()
    assert not mate.is_deputy
    assert "Practice cohort" in client.get("/c").text


def test_a_password_is_hashed_and_weak_ones_are_refused(
    db: Session, client: FlaskClient, invited: Invitation, outbox: Outbox, link_in: Linking
) -> None:
    link = link_in(outbox()[0])
    weak = client.post(link, data=ABOUT_ME | {"password": "password1"})
    assert weak.status_code == 422
    assert 'id="f-password-error"' in weak.text
    assert "password1" not in weak.text
    assert client.post(link, data=ABOUT_ME | {"password": "rivers carry many letters"}).status_code == 303
    person = db.scalar(by_email("new.person@example.org"))
    assert person is not None
    assert (person.password_hash or "").startswith("$argon2id$")


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"zone": ""}, {"zone": "Europe/Atlantis"}, {"language": "xx"}, {"email": "mine@example.org"}],
)
def test_bad_answers_leave_the_invitation_open(
    wrong: dict[str, str], db: Session, client: FlaskClient, invited: Invitation, outbox: Outbox, link_in: Linking
) -> None:
    link = link_in(outbox()[0])
    assert client.post(link, data=ABOUT_ME | wrong).status_code == 422
    assert db.scalar(by_email("new.person@example.org")) is None
    assert client.post(link, data=ABOUT_ME).status_code == 303


def test_the_second_to_accept_is_told_so(
    db: Session, client: FlaskClient, invited: Invitation, outbox: Outbox, link_in: Linking
) -> None:
    link = link_in(outbox()[0])
    form = ABOUT_ME | {"_once": "key"}
    assert client.post(link, data=form).status_code == 303
    for answer in (client.get(link), client.post(link, data=ABOUT_ME)):
        assert answer.status_code == 410
        assert "accepted already" in answer.text
    assert len(_memberships(db, "new.person@example.org")) == 1


def test_an_account_accepts_and_is_signed_in(
    db: Session, world: World, client: FlaskClient, as_viewer: Viewing, outbox: Outbox, link_in: Linking
) -> None:
    invitations.invite(
        db, world.cohort, actor=as_viewer(world.organiser), email="STRANGER@example.org", role=Role.FACILITATOR
    )
    db.commit()
    (mail,) = outbox()
    assert (mail.to_address, mail.person_id) == ("stranger@example.org", world.stranger.id)
    link = link_in(mail)
    assert 'name="password"' not in client.get(link).text
    assert client.post(link).status_code == 303
    assert "Practice cohort" in client.get("/c").text
    (membership,) = _memberships(db, "stranger@example.org")
    assert membership.role is Role.FACILITATOR


def test_an_account_that_is_signed_in_just_accepts(
    db: Session,
    world: World,
    sign_in: Callable[[Person], FlaskClient],
    as_viewer: Viewing,
    outbox: Outbox,
    link_in: Linking,
) -> None:
    invitations.invite(
        db, world.cohort, actor=as_viewer(world.organiser), email="stranger@example.org", role=Role.OBSERVER
    )
    client = sign_in(world.stranger)
    before = db.scalar(select(func.count()).select_from(SignIn))
    assert client.post(link_in(outbox()[0])).status_code == 303
    assert db.scalar(select(func.count()).select_from(SignIn)) == before
    assert "Practice cohort" in client.get("/c").text


def test_an_account_that_is_signed_in_as_somebody_else_is_told(
    world: World, sign_in: Callable[[Person], FlaskClient], invited: Invitation, outbox: Outbox, link_in: Linking
) -> None:
    client, link = sign_in(world.outsider), link_in(outbox()[0])
    assert "You are signed in as outsider@example.org" in client.get(link).text
    assert client.post(link, data=ABOUT_ME).status_code == 303
    page = client.get("/c").text
    assert "Practice cohort" in page
    assert "Other cohort" not in page


def test_an_administrator_is_not_signed_in_by_it(
    db: Session, world: World, client: FlaskClient, as_viewer: Viewing, outbox: Outbox, link_in: Linking
) -> None:
    invitations.invite(
        db, world.cohort, actor=as_viewer(world.organiser), email="admin@example.org", role=Role.OBSERVER
    )
    db.commit()
    answer = client.post(link_in(outbox()[0]))
    assert answer.headers["Location"].startswith("/sign-in")
    assert client.get("/c").status_code == 303
    assert len(_memberships(db, "admin@example.org")) == 1


def test_a_closed_account_is_refused(
    db: Session, world: World, client: FlaskClient, as_viewer: Viewing, outbox: Outbox, link_in: Linking
) -> None:
    invitations.invite(
        db, world.cohort, actor=as_viewer(world.organiser), email="stranger@example.org", role=Role.OBSERVER
    )
    accounts.disable(db, world.stranger)
    db.commit()
    assert client.post(link_in(outbox()[0])).status_code == 422
    assert _memberships(db, "stranger@example.org") == []


def test_withdrawn(
    db: Session,
    world: World,
    client: FlaskClient,
    sign_in: Callable[[Person], FlaskClient],
    invited: Invitation,
    outbox: Outbox,
    link_in: Linking,
) -> None:
    link = link_in(outbox()[0])
    organiser = sign_in(world.organiser)
    path = f"/c/practice-cohort/invitations/{invited.id}/revoke"
    assert organiser.post(path).status_code == 303
    assert organiser.post(path).status_code == 404
    for answer in (client.get(link), client.post(link, data=ABOUT_ME)):
        assert answer.status_code == 410
        assert "was withdrawn" in answer.text
    with pytest.raises(Conflict):
        invitations.revoke(db, invited, actor=Viewer())


def test_expired_and_sent_again(
    db: Session,
    world: World,
    client: FlaskClient,
    sign_in: Callable[[Person], FlaskClient],
    invited: Invitation,
    outbox: Outbox,
    link_in: Linking,
) -> None:
    first = link_in(outbox()[0])
    with time_machine.travel(clock.now() + timedelta(days=22), tick=False):
        assert "has expired" in client.get(first).text
        assert client.post(first, data=ABOUT_ME).status_code == 410
        organiser = sign_in(world.organiser)
        assert "Invitation expired" in organiser.get("/c/practice-cohort/people").text
        path = f"/c/practice-cohort/invitations/{invited.id}/again"
        assert organiser.post(path).status_code == 303
        hasty = organiser.post(path)
        assert hasty.status_code == 422
        assert "a few minutes ago" in hasty.text
        assert [mail.kind for mail in outbox()] == ["cohorts/invited", "cohorts/reminded"]
        assert "newer link" in client.get(first).text
        assert client.post(link_in(outbox()[1]), data=ABOUT_ME).status_code == 303


def test_links_that_never_were(db: Session, client: FlaskClient, invited: Invitation) -> None:
    right = tokens.text_of(db.get_one(Token, invited.token_id))
    wrong = right[:-2] + ("aa" if right[-2:] != "aa" else "bb")
    for text in (wrong, "1", "x-y", "9" * 30 + "-x", right.replace("-", "", 1), "%00"):
        assert client.get(f"/invitations/{text}").status_code == 404, text
        assert client.post(f"/invitations/{text}", data=ABOUT_ME).status_code == 404, text


def test_a_closed_cohort_ends_its_invitations(
    db: Session, world: World, client: FlaskClient, invited: Invitation, outbox: Outbox, link_in: Linking
) -> None:
    link = link_in(outbox()[0])
    cohorts.close(db, world.cohort, actor=Viewer())
    db.commit()
    assert client.get(link).status_code == 410


@pytest.mark.concurrency
def test_two_who_accept_at_once_make_one_member(own_database: Database) -> None:
    with own_database.writing() as db:
        cohort, (seat,) = make_cohort(db, "pair", [make_organisation(db, "river")])
        actor = sessions.viewer_of(make_person(db, "Organiser"))
        made = invitations.invite(db, cohort, actor=actor, email="a@example.org", role=Role.MEMBER, seat=seat)
        text = tokens.text_of(made.token)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def accept() -> None:
        start.wait()
        try:
            with own_database.writing() as db:
                token: Any = tokens.look_up(db, text, purpose=invitations.PURPOSE)
                found = invitations.behind(db, token)
                if found is None:
                    outcomes.append("late")
                    return
                invitations.accept(db, found, token, name="A", zone="UTC", language="en")
            outcomes.append("accepted")
        except Conflict:
            outcomes.append("late")

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_database.reading() as db:
        assert sorted(outcomes) == ["accepted", "late"]
        assert len(_memberships(db, "a@example.org")) == 1


@pytest.mark.concurrency
def test_two_who_invite_the_same_address_at_once(own_database: Database) -> None:
    with own_database.writing() as db:
        cohort, _ = make_cohort(db, "pair", [])
        cohort_id, actor = cohort.id, sessions.viewer_of(make_person(db, "Organiser"))
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def invite() -> None:
        start.wait()
        try:
            with own_database.writing() as db:
                found = db.get_one(type(cohort), cohort_id)
                invitations.invite(db, found, actor=actor, email="a@example.org", role=Role.OBSERVER)
            outcomes.append("sent")
        except Refused:
            outcomes.append("refused")

    threads = [threading.Thread(target=invite) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_database.reading() as db:
        assert sorted(outcomes) == ["refused", "sent"]
        assert len(db.scalars(select(Mail)).all()) == 1
