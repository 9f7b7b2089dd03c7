"""Whoever is invited to a roundtable: somebody who attends its cohort, or a guest who has no account.

Mails, links, answers and calendar files are written for an :class:`Invitee`, and need not know which of both it is.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.roundtables import access, access_places
from peernet.roundtables.models import Answer, Attendance, Guest, Roundtable

# How an answer and whoever gave it are matched: the id of a person, or that of a guest.
Key = tuple[int | None, int | None]
# A week, a day and an hour before a roundtable.
REMINDERS = frozenset(("reading", "day", "hour"))


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody invited: exactly one of ``person_id`` and ``guest_id`` is set.

    ``is_public``: a guest who signed up as one of the public.

    ``has_mail`` is whether mail still arrives at the address; ``reminders`` are those that they want
    (kinds of ``reminders``), ``hears_after`` whether they want to read what came of it, ``once_a_day`` whether what can
    wait comes in one mail a day;
    ``has_deputy`` whether they can be offered to send one, which is looked up for those who are invited together.
    """

    address: str
    name: str
    zone: str
    language: str
    person_id: int | None = None
    guest_id: int | None = None
    has_mail: bool = True
    reminders: frozenset[str] = REMINDERS
    hears_after: bool = True
    once_a_day: bool = False
    has_deputy: bool = False
    is_public: bool = False

    @property
    def is_guest(self) -> bool:
        """Whether they come from outside and have no account."""
        return self.guest_id is not None

    @property
    def key(self) -> Key:
        """What an answer of theirs is found by."""
        return (self.person_id, self.guest_id)

    @property
    def label(self) -> str:
        """Their name in keys of mails: see :func:`label_of`."""
        return label_of(self.key)


Whoever = Invitee | Person | Guest | Attendance


def of(whoever: Whoever) -> Invitee:
    """The invitee that a row stands for; an answer comes with whoever gave it."""
    if isinstance(whoever, Attendance):
        return of(_giver(whoever))
    if isinstance(whoever, Invitee):
        return whoever
    has_mail = whoever.mail_bounced_at is None
    plain = (whoever.email, whoever.name, whoever.zone, whoever.language)
    if isinstance(whoever, Guest):
        return Invitee(*plain, guest_id=whoever.id, has_mail=has_mail, is_public=whoever.signed_up_at is not None)
    return Invitee(
        *plain,
        person_id=whoever.id,
        has_mail=has_mail,
        reminders=frozenset(kind for kind in REMINDERS if getattr(whoever, f"mail_{kind}")),
        hears_after=whoever.mail_roundtables,
        once_a_day=whoever.mail_digest,
    )


def _giver(given: Attendance) -> Person | Guest:
    found = given.person if given.guest_id is None else given.guest
    if found is None:
        raise ValueError("An answer is of a person or of a guest")
    return found


def key_of(given: Attendance) -> Key:
    """Whose answer it is."""
    return (given.person_id, given.guest_id)


def label_of(key: Key) -> str:
    """How keys of mails and subjects of tokens name somebody: "12" is a person, "guest:5" a guest."""
    person_id, guest_id = key
    return f"guest:{guest_id}" if guest_id is not None else str(person_id)


def everybody(db: Session, roundtable: Roundtable) -> list[tuple[Invitee, Answer | None]]:
    """All who are invited, with what they answered: people first, then guests."""
    return [*_rows(db, access.invited(roundtable)), *_rows(db, access.invited_guests(roundtable))]


def following(
    db: Session, roundtable: Roundtable, *, person_id: int, guest_id: int, most: int
) -> list[tuple[Invitee, Answer | None]]:
    """At most so many of the above, after the person and the guest that were reached last (0 for none)."""
    people = _with_deputies(
        db, roundtable, _rows(db, access.invited(roundtable).where(Person.id > person_id).limit(most))
    )
    if len(people) == most:
        return people
    guests = access.invited_guests(roundtable).where(Guest.id > guest_id).limit(most - len(people))
    return [*people, *_rows(db, guests)]


def _with_deputies(
    db: Session, roundtable: Roundtable, people: list[tuple[Invitee, Answer | None]]
) -> list[tuple[Invitee, Answer | None]]:
    ids = [invitee.person_id for invitee, _answer in people if invitee.person_id]
    having = set(db.scalars(access_places.with_deputies(roundtable.cohort_id, ids)))
    return [(replace(invitee, has_deputy=invitee.person_id in having), answer) for invitee, answer in people]


def invited_as(db: Session, roundtable: Roundtable, person_id: int | None) -> Invitee | None:
    """As whom the holder of an account is invited: as one of the cohort, or as a guest by the account's address. None
    for who is not invited."""
    person = db.scalar(access.invited_person(roundtable, person_id))
    found = person or db.scalar(access.guest_of_address(roundtable.id, person_id))
    return None if found is None else of(found)


def _rows(db: Session, statement: Select[Any, Answer]) -> list[tuple[Invitee, Answer | None]]:
    return [(of(row), answer) for row, answer in db.execute(statement)]
