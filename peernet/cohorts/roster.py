"""A cohort's organisations and people out of a table: planned first, then carried out, all of it or nothing.

Carrying out the same table twice does nothing the second time: who is here or invited is left alone.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.access import email_key
from peernet.accounts.models import Person
from peernet.cohorts import access, invitations, memberships, seats, showing
from peernet.cohorts.models import Cohort, CohortState, Invitation, Membership, Role, Seat
from peernet.cohorts.spreadsheet import Problem, read
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.organisations import organisations
from peernet.organisations.inputs import Country, HomePage
from peernet.organisations.models import Organisation
from peernet.organisations.organisations import Facts
from peernet.web.inputs import Email, Input, InvalidInput, Line, parse
from peernet.web.viewer import Viewer

COLUMNS = ("organisation", "home_page", "country", "name", "email", "role", "deputy")
_YES = ("yes", "y", "true", "1", "x", "deputy")
_NO = ("no", "n", "false", "0", "")


class Act(StrEnum):
    """What a line will do, or why it does nothing."""

    NEW_ORGANISATION = "new_organisation"
    NEW_SEAT = "new_seat"
    INVITE = "invite"
    SEATED = "seated"
    HERE = "here"
    INVITED = "invited"


CHANGING = (Act.NEW_ORGANISATION, Act.NEW_SEAT, Act.INVITE)


def _deputy(value: str | bool) -> bool:
    if isinstance(value, bool):
        return value
    if value.casefold() not in (*_YES, *_NO):
        raise ValueError(_("Write yes or no."))
    return value.casefold() in _YES


def _role(value: str) -> str:
    if value.casefold() not in set(Role):
        raise ValueError(_("Write one of these: %(roles)s.", roles=", ".join(Role)))
    return value.casefold()


class RosterLine(Input):
    """One line of the table."""

    organisation: Line = ""
    home_page: HomePage | None = None
    country: Country | None = None
    name: Line = ""
    email: Email | None = None
    role: Annotated[Role, BeforeValidator(_role)] = Role.MEMBER
    deputy: Annotated[bool, BeforeValidator(_deputy)] = False


@dataclass(frozen=True)
class Planned:
    """A line with what it will do."""

    number: int
    line: RosterLine
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Plan:
    """What a table will do, line by line, and what is wrong with it. One with problems cannot be carried out."""

    lines: list[Planned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """How many lines do something."""
        return sum(any(act in CHANGING for act in planned.acts) for planned in self.lines)

    @property
    def wrong(self) -> frozenset[int]:
        """Numbers of the lines that cannot be carried out."""
        return frozenset(problem.number for problem in self.problems)

    def count(self, act: Act) -> int:
        """How many lines do this."""
        return sum(act in planned.acts for planned in self.lines)

    @property
    def digest(self) -> str:
        """Of what will be done: equal for equal plans, so that what is carried out is what was shown."""
        said = [(planned.number, planned.line.model_dump(mode="json"), planned.acts) for planned in self.lines]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass
class _Known:
    """What the cohort holds, by the keys that lines use."""

    organisations: dict[str, Organisation]
    seats: dict[int, Seat]
    left: dict[int, Seat]
    here: set[str]
    invited: set[str]


def read_lines(data: bytes) -> tuple[list[tuple[int, RosterLine]], list[Problem]]:
    """The lines of a file, and what is wrong with each that cannot be used. Knows no database."""
    records, problems = read(data, columns=COLUMNS, required=("organisation",))
    lines: list[tuple[int, RosterLine]] = []
    for record in records:
        try:
            lines.append((record.number, parse(RosterLine, record.cells)))
        except InvalidInput as error:
            problems += [
                Problem(record.number, f"{name}: {' '.join(texts)}" if name else " ".join(texts))
                for name, texts in error.form.errors.items()
            ]
    if not lines and not problems:
        problems = [Problem(0, _("There is no line under the names of the columns."))]
    problems += list(_contradictions(lines))
    return lines, sorted(problems, key=lambda problem: problem.number)


def plan(db: Session, cohort: Cohort, lines: Iterable[tuple[int, RosterLine]], *, actor: Viewer) -> Plan:
    """What the lines will do in the cohort as it stands, in a number of queries that does not grow with them."""
    known = _known(db, cohort, actor)
    named: set[str] = set()
    planned: list[Planned] = []
    for number, line in lines:
        acts = (*_acts_on_seat(line, known, named), *_acts_on_person(line, known))
        planned.append(Planned(number, line, acts))
    return Plan(planned)


def carry_out(
    db: Session, cohort: Cohort, lines: Iterable[tuple[int, RosterLine]], *, digest: str, actor: Viewer
) -> int:
    """Do what the plan with this digest says, and give how many lines did something. Raises Conflict where the cohort
    changed since, so that something else would be done."""
    if cohort.state is CohortState.CLOSED:
        raise Refused(_("This cohort is closed. Open it again first."))
    memberships.hold(db, cohort.id)
    fresh = plan(db, cohort, lines, actor=actor)
    if fresh.digest != digest:
        raise Conflict(_("The cohort changed since this was tried. Look at what would be done now."))
    known = _known(db, cohort, actor)
    _add_organisations(db, fresh, known, actor)
    _add_seats(db, cohort, fresh, known, actor)
    wanted = [one.line for one in fresh.lines if Act.INVITE in one.acts]
    invitations.send_later(db, [_invitation(cohort, line, known, actor) for line in wanted], actor=actor)
    name = f"cohort:{cohort.id}"
    if fresh.changes:
        data = {"lines": len(fresh.lines), "changes": fresh.changes}
        ledger.record(db, "cohort.roster_imported", subject=name, scope=name, actor_id=actor.person_id, data=data)
    return fresh.changes


def _contradictions(lines: list[tuple[int, RosterLine]]) -> Iterable[Problem]:
    """Lines that make no sense by themselves or beside an earlier one."""
    first: dict[str, tuple[int, RosterLine]] = {}
    deputies: dict[str, int] = {}
    for number, line in lines:
        alone = _nonsense(line)
        if alone:
            yield Problem(number, alone)
        if line.email is None:
            continue
        before, earlier = first.setdefault(email_key(line.email), (number, line))
        if before != number and earlier != line:
            yield Problem(number, _("Line %(line)s says something else of the same address.", line=before))
        if line.deputy and before == number:
            other = deputies.setdefault(_key(line.organisation), number)
            if other != number:
                yield Problem(number, _("Line %(line)s names a deputy of this organisation already.", line=other))


def _nonsense(line: RosterLine) -> str | None:
    if line.email is None:
        if line.name or line.deputy:
            return _("A person needs an address.")
        return None if line.organisation else _("This line names no organisation and no address.")
    if not line.organisation and (line.role is Role.MEMBER or line.deputy):
        return _("A member holds a seat: name the organisation.")
    return None


def _known(db: Session, cohort: Cohort, actor: Viewer) -> _Known:
    present = select(Person.email_key).join(Membership, Membership.person_id == Person.id)
    open_to = select(Invitation.email_key).where(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    # Of two of the same name the older one is meant: it comes last and stays.
    found = list(db.scalars(access.organisations_choosable_by(actor).order_by(None).order_by(Organisation.id.desc())))
    taken = db.scalars(access.seats_of(cohort.id)).all()
    for seat in taken:
        found.append(seat.organisation)
    return _Known(
        organisations={_key(organisation.name): organisation for organisation in found},
        seats={seat.organisation_id: seat for seat in taken},
        left={seat.organisation_id: seat for seat in db.scalars(access.seats_left(cohort.id))},
        here=set(db.scalars(present.where(Membership.cohort_id == cohort.id, Membership.left_at.is_(None)))),
        invited=set(db.scalars(open_to.where(Invitation.cohort_id == cohort.id))),
    )


def _acts_on_seat(line: RosterLine, known: _Known, named: set[str]) -> Iterable[Act]:
    key = _key(line.organisation)
    if not key:
        return
    organisation = known.organisations.get(key)
    if key in named or (organisation is not None and organisation.id in known.seats):
        yield Act.SEATED
        return
    named.add(key)
    if organisation is None:
        yield Act.NEW_ORGANISATION
    yield Act.NEW_SEAT


def _acts_on_person(line: RosterLine, known: _Known) -> Iterable[Act]:
    if line.email is None:
        return
    key = email_key(line.email)
    if key in known.here:
        yield Act.HERE
    elif key in known.invited:
        yield Act.INVITED
    else:
        known.invited.add(key)
        yield Act.INVITE


def _add_organisations(db: Session, fresh: Plan, known: _Known, actor: Viewer) -> None:
    lines = [one.line for one in fresh.lines if Act.NEW_ORGANISATION in one.acts]
    facts: list[Facts] = [
        {"name": line.organisation, "home_page": line.home_page or "", "country": line.country or ""} for line in lines
    ]
    for organisation in organisations.create_many(db, facts, actor=actor):
        known.organisations[_key(organisation.name)] = organisation


def _add_seats(db: Session, cohort: Cohort, fresh: Plan, known: _Known, actor: Viewer) -> None:
    taken: list[Seat] = []
    for line in (one.line for one in fresh.lines if Act.NEW_SEAT in one.acts):
        organisation = known.organisations[_key(line.organisation)]
        seat = known.left.get(organisation.id)
        if seat is None:
            seat = Seat(cohort=cohort, organisation=organisation, created_at=clock.now())
        taken.append(seat)
        known.seats[organisation.id] = seat
    if taken:
        seats.take(db, taken, actor=actor)
        showing.renew_with_organisations(db, cohort)


def _invitation(cohort: Cohort, line: RosterLine, known: _Known, actor: Viewer) -> Invitation:
    seat = known.seats[known.organisations[_key(line.organisation)].id] if line.organisation else None
    return invitations.new(
        cohort,
        actor=actor,
        email=line.email or "",
        role=line.role,
        name=line.name,
        seat=seat,
        is_deputy=line.deputy,
    )


def _key(name: str) -> str:
    """Names are compared without case and double spaces."""
    return " ".join(name.casefold().split())
