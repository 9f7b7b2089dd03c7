"""The pages: what organisers set, the form, the mail's link, and who is named to whom."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.mail.models import Mail
from peernet.roundtables import invitees, links
from peernet.roundtables.models import Guest, Opening, Roundtable
from peernet.roundtables.openings import access, signing
from peernet.roundtables.openings.models import SignUp
from tests.roundtables.test_pages import words_of
from tests.world import World

Open = Callable[..., Opening]
Come = Callable[..., Guest]
SignIn = Callable[[Person], FlaskClient]
FORM = "/roundtables/an-open-table/sign-up"


def test_an_organiser_opens_it(
    plan: Callable[..., Roundtable], sign_in: SignIn, world: World, db: Session, client: FlaskClient
) -> None:
    one = plan(title="An open table")
    at = f"/c/{world.cohort.slug}/roundtables/{one.id}/opening"
    organiser = sign_in(world.organiser)
    assert organiser.get(at).status_code == 200
    sent = {"is_open": "yes", "places": "3", "closes_on": "2026-12-06", "language": "en", "version": "0"}
    assert organiser.post(at, data={**sent, "places": "no"}).status_code == 422
    assert organiser.post(at, data=sent).headers["Location"] == at
    assert organiser.post(at, data=sent).status_code == 409
    found = db.scalars(access.of(one.id)).one()
    assert (found.places, found.is_open, found.shows_list) == (3, True, False)
    assert client.get("/roundtables/an-open-table").status_code == 200
    assert sign_in(world.member).post(at, data=sent).status_code == 404


def test_signing_up_and_confirming_it(
    opened: Open, client: FlaskClient, db: Session, token_of: Callable[[str], str]
) -> None:
    opened(capacity=1)
    assert "What you need" not in client.get(FORM).text
    sent = client.post(FORM, data={"name": "Ada", "email": "ada@example.net", "is_listed": "yes", "language": "fr"})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{FORM}/sent")
    link = f"/sign-up/{token_of('ada@example.net')}"
    for _scanner in range(2):
        page = client.get(link)
        assert (page.status_code, "Yes, I want to come" in page.text) == (200, True)
    assert db.scalar(select(func.count(Guest.id))) == 0
    confirmed = client.post(link)
    assert confirmed.status_code == 303
    own = client.get(confirmed.headers["Location"])
    assert "You are coming" in words_of(own)
    assert 'name="is_listed" value="yes" checked' in " ".join(own.text.split())
    assert client.post(link).headers["Location"] == confirmed.headers["Location"]
    assert "Go to my page of this roundtable" in client.get(link).text
    assert db.scalars(select(Roundtable.accepted).where(Roundtable.is_public)).all() == [1]


@pytest.mark.parametrize("email", ["new@example.net", "stranger@example.org", "member@example.org", "ada@example.net"])
def test_the_answer_is_the_same_whatever_the_address(opened: Open, come: Come, client: FlaskClient, email: str) -> None:
    come(opened(), "ada@example.net")
    sent = client.post(FORM, data={"name": "Ada", "email": email})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{FORM}/sent")
    assert email not in client.get(sent.headers["Location"]).text


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "A\x00da"), ("name", "A\nBcc: b@example.net"), ("name", "a" * 81),
     ("email", "a@b\r\nBcc: c@d"), ("email", ""), ("organisation", "\x1b[2J"), ("version", "1"), ("needs", "\x07")],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    opened: Open, client: FlaskClient, db: Session, field: str, value: str
) -> None:
    opened()
    sent = client.post(
        FORM, data={"name": "Ada Typed", "email": "ada@example.net", "organisation": "Port", field: value}
    )
    assert (sent.status_code, db.scalar(select(func.count(SignUp.id)))) == (422, 0)
    assert "Port" in sent.text or field == "organisation"


def test_one_network_cannot_go_on_and_on(opened: Open, client: FlaskClient, db: Session) -> None:
    opened()
    statuses = [client.post(FORM, data={"name": "A", "email": f"a{n}@example.net"}).status_code for n in range(12)]
    assert statuses == [303] * 10 + [429] * 2
    assert db.scalar(select(func.count(Mail.id)).where(Mail.kind == "roundtables/sign_up")) == 10


def test_what_is_not_open_has_no_form(opened: Open, set_up: Open, client: FlaskClient) -> None:
    which = opened()
    set_up(which.roundtable, is_open=False)
    assert [client.get(FORM).status_code, client.post(FORM, data={"name": "A", "email": "a@b.c"}).status_code] == [
        404
    ] * 2
    assert client.get("/roundtables/none/sign-up").status_code == 404


@pytest.mark.parametrize("token", ["0-none", "99999999999999999999-x", "é"])
def test_a_link_that_is_none_says_so(opened: Open, client: FlaskClient, token: str) -> None:
    assert [client.get(f"/sign-up/{token}").status_code, client.post(f"/sign-up/{token}").status_code] == [410, 410]


def test_the_cohort_reads_the_names_of_those_who_allowed_it(
    opened: Open, come: Come, sign_in: SignIn, world: World
) -> None:
    which = opened()
    come(which, "ada@example.net", name="Ada Listed", is_listed=True)
    come(which, "bob@example.net", name="Bob Unlisted")
    at = f"/c/{world.cohort.slug}/roundtables/{which.roundtable_id}"
    member, organiser = (words_of(sign_in(who).get(at)) for who in (world.member, world.organiser))
    assert ("Ada Listed" in member, "Bob Unlisted" in member, "1 more signed up" in member) == (True, False, True)
    assert ("Ada Listed" in organiser, "Bob Unlisted" in organiser, "more signed up" in organiser) == (
        True,
        True,
        False,
    )


def test_somebody_changes_whether_they_are_listed(
    opened: Open, come: Come, client: FlaskClient, db: Session, link_of: Callable[..., str]
) -> None:
    which = opened(asks_needs=True)
    guest = come(which, "ada@example.net")
    at = link_of(which.roundtable, guest)
    sent = {"name": "Ada B", "organisation": "", "zone": "Europe/Paris", "is_listed": "yes", "needs": "Breaks"}
    assert client.post(f"{at}/me", data=sent).status_code == 303
    db.expire_all()
    assert (guest.name, guest.is_listed, guest.needs, guest.zone) == ("Ada B", True, "Breaks", "Europe/Paris")


def test_an_invited_guest_is_named_as_before(
    plan: Callable[..., Roundtable], db: Session, client: FlaskClient, link_of: Callable[..., str], world: World
) -> None:
    one = plan()
    guest = Guest(
        roundtable_id=one.id, role="guest", email="e@example.org", email_key="e@example.org", name="E", zone="UTC",
        language="en", invited_at=one.created_at,
    )  # fmt: skip
    db.add(guest)
    db.commit()
    links.token_for(db, one, invitees.of(guest))
    db.commit()
    at = link_of(one, guest)
    assert "List me among" not in client.get(at).text
    client.post(f"{at}/me", data={"name": "E", "zone": "UTC", "is_listed": "yes", "needs": "x"})
    db.expire_all()
    assert (guest.is_listed, guest.needs) == (False, "")


def test_nothing_typed_by_a_stranger_reaches_the_subject_of_a_mail(opened: Open, db: Session) -> None:
    signing.ask(db, opened(), email="ada@example.net", name="Win a prize")
    mail = db.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail is not None
    assert "prize" not in mail.subject + mail.text + mail.html
