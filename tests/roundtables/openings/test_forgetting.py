"""Who signed up reads what is held on them, deletes it, and is forgotten in any case."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.backups import afterwards
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.privacy import erasing, replaying
from peernet.privacy.choices import Left
from peernet.privacy.requests import choices_for_all
from peernet.roundtables import access, guests, invitees, links
from peernet.roundtables.feedback import giving
from peernet.roundtables.feedback.models import Feedback
from peernet.roundtables.models import Answer, Attendance, Guest, Opening, Roundtable
from peernet.roundtables.openings import forgetting, signing
from peernet.roundtables.openings.models import SignUp
from peernet.worker import TIMETABLE
from tests.roundtables.test_pages import words_of
from tests.world import World

Open = Callable[..., Opening]
Come = Callable[..., Guest]
Outbox = Callable[[], list[Mail]]
LinkOf = Callable[..., str]


def _held(db: Session) -> list[int]:
    """Rows that know of somebody who signed up."""
    mails = select(func.count(Mail.id)).where(Mail.to_address.like("%@example.net"))
    counted = (select(func.count(model.id)) for model in (Guest, SignUp, Attendance))
    return [db.scalar(each) or 0 for each in (*counted, mails)]


def test_behind_the_link_stands_what_is_held(opened: Open, come: Come, client: FlaskClient, link_of: LinkOf) -> None:
    which = opened(asks_needs=True)
    guest = come(which, "ada@example.net", organisation="Harbour", needs="Captions")
    at = link_of(which.roundtable, guest)
    assert f"{at}/held" in client.get(at).text
    text = words_of(client.get(f"{at}/held"))
    for said in ("Ada of Harbour", "Harbour", "ada@example.net", "Captions", "comes", "2 mails", "7 January 2027"):
        assert said in text


def test_one_button_deletes_all_of_it_and_the_next_is_called(
    opened: Open, come: Come, client: FlaskClient, db: Session, outbox: Outbox, link_of: LinkOf
) -> None:
    which = opened(capacity=1)
    guest = come(which, "ada@example.net")
    at = link_of(which.roundtable, guest)
    other = come(which, "bob@example.net")
    assert client.post(f"{at}/forget").headers["Location"] == "/sign-up/deleted"
    assert "We hold nothing on you" in words_of(client.get("/sign-up/deleted"))
    assert db.scalars(select(Guest.id)).all() == [other.id]
    assert [mail.to_address for mail in outbox() if "ada" in mail.to_address + mail.text] == []
    assert outbox()[-1].kind == "roundtables/offered"
    assert db.scalars(select(SignUp.email_key)).all() == ["bob@example.net"]
    for gone in (client.get(at), client.get(f"{at}/held"), client.post(f"{at}/forget")):
        assert gone.status_code == 410


def test_nobody_else_reads_or_deletes_it(
    opened: Open, come: Come, client: FlaskClient, db: Session, world: World, link_of: LinkOf
) -> None:
    which = opened()
    come(which, "ada@example.net")
    invited = guests.invite(
        db, which.roundtable, actor=viewer_of(world.organiser), email="expert@example.org", name="An Expert"
    )
    # One who was invited, and one of the cohort, have nothing there.
    one = which.roundtable
    for whoever in (invited, world.peer):
        at = link_of(one, whoever)
        assert [client.get(f"{at}/held").status_code, client.post(f"{at}/forget").status_code] == [410, 410]
    assert db.scalar(select(func.count(Guest.id))) == 2


def test_it_can_be_deleted_when_the_roundtable_is_over(
    opened: Open, come: Come, client: FlaskClient, db: Session, link_of: LinkOf
) -> None:
    which = opened(capacity=2)
    number = which.roundtable_id
    at = link_of(which.roundtable, come(which, "ada@example.net"))
    with time_machine.travel(which.roundtable.ends_at + timedelta(days=2), tick=False):
        assert f"{at}/held" in client.get(at).text
        assert client.get(f"{at}/held").status_code == 200
        assert client.post(f"{at}/forget").status_code == 303
    assert _held(db) == [0, 0, 0, 0]
    db.expire_all()
    assert db.get_one(Roundtable, number).accepted == 0


def test_thirty_days_after_it_they_are_forgotten_and_who_was_invited_is_not(
    opened: Open, come: Come, db: Session, world: World
) -> None:
    which = opened()
    one = which.roundtable
    guests.invite(db, one, actor=viewer_of(world.organiser), email="expert@example.org", name="An Expert")
    come(which, "ada@example.net")
    come(opened(), "ada@example.net")
    ends = one.ends_at
    with time_machine.travel(ends + timedelta(days=30), tick=False):
        assert forgetting.forget_due(db) == 0
    with time_machine.travel(ends + timedelta(days=30, seconds=1), tick=False):
        assert (forgetting.forget_due(db), forgetting.forget_due(db)) == (2, 0)
    assert db.scalars(select(Guest.name)).all() == ["An Expert"]
    assert _held(db)[1:] == [0, 0, 0]
    assert any(forgetting.forget_due in verbs for _when, verbs in TIMETABLE.values())


def test_what_they_said_of_it_is_counted_before_they_are_forgotten(
    opened: Open, come: Come, client: FlaskClient, db: Session, link_of: LinkOf, world: World
) -> None:
    guest = come(opened(), "ada@example.net")
    one = db.scalars(access.behind_link(guest.roundtable_id)).one()
    one.correction_days = 90
    at = link_of(one, guest)
    for number, person in enumerate((world.member, world.third), 1):
        db.add(Feedback(id=number, roundtable_id=one.id, person_id=person.id, worth=number, version=1))
    db.commit()
    with time_machine.travel(one.ends_at + timedelta(days=31), tick=False):
        giving.give(db, one, invitees.of(guest), version=0, worth=5, will="", change="Begin earlier")
        db.commit()
        assert forgetting.forget_due(db) == 0
        text = words_of(client.get(f"{at}/held"))
        for said in ("Was it worth your time? 5, very much", "Begin earlier", "15 March 2027"):
            assert said in text
    with time_machine.travel(one.ends_at + timedelta(days=97), tick=False):
        assert forgetting.forget_due(db) == 0
    with time_machine.travel(one.ends_at + timedelta(days=97, seconds=1), tick=False):
        assert forgetting.forget_due(db) == 1
    said = db.execute(select(Feedback.guest_id, Feedback.worth, Feedback.change).order_by(Feedback.worth)).all()
    assert [tuple(each) for each in said] == [(None, 1, ""), (None, 2, ""), (None, 5, "Begin earlier")]


def test_a_backup_brings_them_back_only_until_it_is_replayed(opened: Open, come: Come, db: Session) -> None:
    which = opened(capacity=1)
    guest, begun = come(which, "ada@example.net"), which.roundtable.created_at
    line = {"what": "guest", "id": guest.id, "since": guest.invited_at.isoformat()}
    assert replaying.replay(db, [{**line, "since": "2020-01-01T00:00:00+00:00"}]) == {}
    assert replaying.replay(db, [line, line]) == {"guest": 1}
    assert db.scalar(select(func.count(Guest.id))) == 0
    db.commit()
    assert [each["what"] for each in afterwards.since(afterwards.log(), begun)][-1] == "guest"


def test_who_has_an_account_too_is_forgotten_with_it(opened: Open, come: Come, db: Session, world: World) -> None:
    which = opened(capacity=1)
    number = which.roundtable_id
    come(which, "stranger@example.org")
    waiting = come(which, "bob@example.net").id
    signing.ask(db, opened(), email="stranger@example.org", name="S")
    choices = choices_for_all(db, world.stranger, Left.WITHDRAWN, keep_credits=False)
    erasing.erase(db, world.stranger, choices)
    assert db.scalars(select(Guest.email)).all() == ["bob@example.net"]
    assert db.scalars(select(SignUp.email_key)).all() == ["bob@example.net"]
    given = db.scalars(access.answer_of(number, None, waiting)).one()
    assert (given.answer, given.held_until is not None) == (Answer.WAITING, True)


def test_those_who_lead_see_who_signed_up_and_take_a_place_back(
    opened: Open, come: Come, db: Session, world: World, sign_in: Callable[[Person], FlaskClient], outbox: Outbox
) -> None:
    which = opened(asks_needs=True)
    guest = come(which, "ada@example.net", name="=Ada", organisation="Harbour", needs="Captions", is_listed=True)
    number = guest.id
    at = f"/c/{world.cohort.slug}/roundtables/{which.roundtable_id}/guests"
    organiser = sign_in(world.facilitator)
    page = organiser.get(at)
    text = words_of(page)
    for said in ("=Ada", "Harbour", "signed up on the public page · listed", "Captions", "Take the place back"):
        assert said in text
    table = organiser.post(f"{at}.csv")
    assert table.get_data(as_text=True).splitlines() == [
        "Name,Organisation,Address for mail,Signed up,Listed,Answer,Needs,Was there",
        "'=Ada,Harbour,ada@example.net,yes,yes,comes,Captions,",
    ]
    assert db.scalar(select(Event.actor_id).where(Event.action == "roundtable.guests_taken")) == world.facilitator.id
    assert [sign_in(who).post(f"{at}.csv").status_code for who in (world.member, world.outsider)] == [404, 404]
    assert organiser.post(f"{at}/{number}/withdraw").status_code == 303
    mail = outbox()[-1]
    assert (mail.kind, mail.to_address, [one["method"] for one in mail.attachments]) == (
        "roundtables/withdrawn", "ada@example.net", ["CANCEL"],
    )  # fmt: skip
    db.expire_all()
    assert db.get_one(Roundtable, which.roundtable_id).accepted == 0


def test_a_link_of_nobody_holds_nothing(db: Session) -> None:
    assert [links.public_guest(db, text) for text in ("", "0-none", "x-1", "9" * 30)] == [None] * 4
