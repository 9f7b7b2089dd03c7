"""Numbers that links name are given once."""

import time_machine
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import Invitation
from peernet.db.numbers import new_number
from peernet.materials.reviews.models import Reviewer
from peernet.roundtables.models import Guest
from peernet.roundtables.openings.models import SignUp
from tests.world import World


def test_they_grow_and_scripts_hold_them() -> None:
    with time_machine.travel("2026-12-07T10:00:00Z", tick=False) as at:
        some = [new_number() for _each in range(10)]
        at.move_to("2001-01-01T10:00:00Z")
        some.append(new_number())
    some.append(new_number())
    assert (some == sorted(set(some)), some[0] > 0, some[-1] < 2**53) == (True, True, True)


def test_what_links_without_an_account_name_has_such_a_number() -> None:
    """A token whose ``person_id`` is empty goes with nobody: its subject names one of these."""
    named = (Guest, SignUp, Invitation, Reviewer)
    assert [made.__table__.c.id.default.arg.__wrapped__ for made in named] == [new_number] * 4  # type: ignore[union-attr]


def test_the_number_of_a_deleted_row_is_not_given_anew(db: Session, world: World) -> None:
    def invite() -> int:
        made = Invitation(
            cohort_id=world.cohort.id, email="a@example.net", email_key="a@example.net", role="member",
            created_at=clock.now(),
        )  # fmt: skip
        db.add(made)
        db.flush()
        number = made.id
        db.delete(made)
        db.flush()
        return number

    assert invite() < invite()
