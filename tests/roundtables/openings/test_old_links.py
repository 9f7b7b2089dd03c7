"""A link of somebody who is forgotten opens nothing, and never what is held on whoever comes next."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.mail import addresses as replies
from peernet.privacy import addresses, erasing
from peernet.roundtables import access, guests, invitees, links
from peernet.roundtables.feedback import giving
from peernet.roundtables.models import Guest, Opening
from peernet.roundtables.openings import forgetting, signing
from peernet.roundtables.openings.models import SignUp
from peernet.tokens import tokens
from peernet.tokens.models import Token
from tests.world import World

Open = Callable[..., Opening]
Come = Callable[..., Guest]
LinkOf = Callable[..., str]
STRANGER = "stranger@example.org"


def _live(db: Session) -> list[str]:
    """What live tokens name that are of nobody with an account."""
    live = select(Token.subject).where(Token.revoked_at.is_(None), Token.person_id.is_(None))
    return sorted(db.scalars(live.order_by(Token.subject)))


def _give_links(db: Session, guest: Guest) -> None:
    """A link to say what it was worth, and an address for answers, beside what they have."""
    giving.token_for(db, links.named_by(db, f"rsvp:{guest.roundtable_id}:guest:{guest.id}")[0], invitees.of(guest))  # type: ignore[index]
    subject = f"roundtable:{guest.roundtable_id}:guest:{guest.id}"
    tokens.make(db, purpose=replies.PURPOSE, subject=subject, lasts=timedelta(days=90))


def test_who_comes_next_is_not_behind_the_link_of_who_was_forgotten(
    opened: Open, come: Come, client: FlaskClient, db: Session, link_of: LinkOf
) -> None:
    which = opened()
    ada = come(which, "ada@example.net")
    at, number = link_of(which.roundtable, ada), ada.id
    assert client.post(f"{at}/forget").status_code == 303
    bob = come(which, "bob@example.net", organisation="Secret office")
    assert bob.id > number
    assert [client.get(at).status_code, client.get(f"{at}/held").status_code] == [410, 410]
    assert client.post(f"{at}/forget").status_code == 410
    # Nor would it be if the number were given anew, at this roundtable or at another.
    for other in (which, opened()):
        db.delete(db.scalars(select(Guest).where(Guest.id.in_([bob.id, number]))).one())
        db.flush()
        again = {column.key: getattr(bob, column.key) for column in Guest.__table__.columns if column.key != "id"}
        db.add(Guest(id=number, **again | {"roundtable_id": other.roundtable_id, "email_key": "c@example.net"}))
        db.commit()
        assert links.public_guest(db, at.removeprefix("/r/")) is None
        assert [client.get(f"{at}/held").status_code, client.post(f"{at}/forget").status_code] == [410, 410]


def test_a_link_taken_back_opens_what_is_held_until_somebody_is_invited_in_its_place(
    opened: Open, come: Come, client: FlaskClient, db: Session, link_of: LinkOf, world: World
) -> None:
    which = opened()
    guest = come(which, "ada@example.net")
    at = link_of(which.roundtable, guest)
    guests.withdraw(db, which.roundtable, guest, actor=viewer_of(world.organiser))
    db.commit()
    assert client.get(f"{at}/held").status_code == 200
    one = db.scalars(access.behind_link(guest.roundtable_id)).one()
    guests.invite(db, one, actor=viewer_of(world.organiser), email="ADA@example.net", name="Ada")
    db.commit()
    assert client.get(f"{at}/held").status_code == 410


@pytest.mark.parametrize("way", ["themselves", "by the clock", "by address", "with an account"])
def test_whoever_is_forgotten_leaves_no_live_token(
    opened: Open, come: Come, db: Session, world: World, way: str
) -> None:
    which = opened()
    guest = come(which, STRANGER)
    _give_links(db, guest)
    signing.ask(db, opened(), email=STRANGER, name="S")
    bob = come(which, "bob@example.net")
    row = db.scalars(select(SignUp.id).where(SignUp.email_key == "bob@example.net")).one()
    mine = {f"rsvp:{which.roundtable_id}:guest:{bob.id}", f"sign_up:{row}"}
    if way == "themselves":
        forgetting.forget(db, which.roundtable, guest)
    elif way == "by address":
        addresses.forget(db, STRANGER)
    elif way == "with an account":
        erasing.erase(db, world.stranger, {})
    else:
        guest.signed_up_at, bob_came = clock.now(), bob.signed_up_at
        bob.signed_up_at = None
        with time_machine.travel(which.roundtable.ends_at + timedelta(days=40), tick=False):
            assert (forgetting.forget_due(db), signing.forget_unconfirmed(db)) == (1, 2)
        bob.signed_up_at = bob_came
    left = _live(db)
    assert mine - set(left) == ({f"sign_up:{row}"} if way == "by the clock" else set())
    # Forgotten at one roundtable by themselves, they are still asked whether they signed up for the other.
    assert len(set(left) - mine) == (way == "themselves")


def test_a_link_that_confirmed_for_one_confirms_for_nobody_else(
    opened: Open, db: Session, token_of: Callable[[str], str], client: FlaskClient
) -> None:
    which = opened()
    signing.ask(db, which, email="ada@example.net", name="Ada")
    old = token_of("ada@example.net")
    addresses.forget(db, "ada@example.net")
    signing.ask(db, which, email="bob@example.net", name="Bob Secret")
    db.commit()
    assert client.get(f"/sign-up/{old}").status_code == 410
    assert client.post(f"/sign-up/{old}").status_code == 410
    assert db.scalars(select(Guest)).all() == []
    assert client.get(f"/sign-up/{token_of('bob@example.net')}").status_code == 200
