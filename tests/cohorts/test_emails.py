"""Every mail of this room, word for word, and the same links in both of its forms."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts import access, emails, invitations
from peernet.cohorts.models import Membership, Role, Seat
from peernet.mail.models import Mail
from peernet.tokens.models import Token
from tests.world import World

_EXPECTED = Path(__file__).parents[1] / "emails" / "cohorts"


def _membership(db: Session, person: Person) -> Membership:
    chosen = select(Membership.cohort_id).where(Membership.person_id == person.id)
    return db.scalars(access.people_of(db.scalars(chosen).one()).where(Membership.person_id == person.id)).one()


def _invited(db: Session, world: World) -> None:
    actor = viewer_of(world.organiser)
    seat = db.scalars(access.seats_of(world.cohort.id).where(Seat.organisation_id == world.river.id)).one()
    invitations.invite(
        db, world.cohort, actor=actor, email="new@example.org", name="New Person", role=Role.MEMBER, seat=seat
    )


def _reminded(db: Session, world: World) -> None:
    world.stranger.zone = "Asia/Kolkata"
    actor = viewer_of(world.organiser)
    invitation = invitations.invite(db, world.cohort, actor=actor, email="stranger@example.org", role=Role.FACILITATOR)
    db.delete(db.scalars(select(Mail)).one())
    token = db.get_one(Token, invitation.token_id)
    emails.reminded(db, invitation, token, inviter=actor.name, invitee=world.stranger)


def _role_changed(db: Session, world: World) -> None:
    emails.role_changed(db, _membership(db, world.member), actor=viewer_of(world.organiser))


def _removed(db: Session, world: World) -> None:
    emails.removed(db, _membership(db, world.member))


def _left(db: Session, world: World) -> None:
    emails.left(db, world.cohort, names=["Member", "Mate"], organisation="River Trust", actor=viewer_of(world.member))


@pytest.mark.parametrize(
    "send", [_invited, _reminded, _role_changed, _removed, _left], ids=lambda send: send.__name__.strip("_")
)
def test_a_mail_reads_as_expected(
    db: Session, world: World, outbox: Callable[[], list[Mail]], send: Callable[[Session, World], None]
) -> None:
    send(db, world)
    (mail,) = outbox()
    name = mail.kind.removeprefix("cohorts/")
    text = re.sub(r"\{\{token:[\w:-]+\}\}", "{{token}}", mail.text)
    assert f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{text}" == (_EXPECTED / f"{name}.txt").read_text("utf-8")
    assert _links(mail.text) == _links(unescape(mail.html))


def test_every_mail_is_expected() -> None:
    templates = Path(__file__).parents[2] / "peernet" / "templates" / "emails" / "cohorts"
    written = {file.name.removesuffix(".subject.txt") for file in templates.glob("*.subject.txt")}
    assert written == {file.stem for file in _EXPECTED.glob("*.txt")}


def test_names_cannot_break_out_of_the_html(db: Session, world: World, outbox: Callable[[], list[Mail]]) -> None:
    world.cohort.name = "<b>Cohort</b> & 100% more"
    emails.left(db, world.cohort, names=["<i>Eve</i>"], organisation="", actor=viewer_of(world.member))
    (mail,) = outbox()
    assert mail.subject == "<i>Eve</i> left the cohort <b>Cohort</b> & 100% more"
    assert "<i>" not in mail.html
    assert "<b>" not in mail.html
    assert "&lt;b&gt;Cohort&lt;/b&gt; &amp; 100% more" in mail.html


def _links(text: str) -> set[str]:
    return set(re.findall(r"http://localhost:8000[^\s\"<]*", text))
