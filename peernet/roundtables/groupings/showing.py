"""Groups as pages, sheets and files show them: tables of names. Pure, but for what one is told of one's own tables."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from peernet.cohorts.models import Membership
from peernet.groups.models import Duty, GroupSeat
from peernet.groups.words import DUTIES, DUTIES_IN_STEP, YOUR_DUTIES, YOUR_DUTIES_IN_STEP
from peernet.i18n import gettext as _
from peernet.i18n.formats import spoken_languages
from peernet.roundtables.groupings import access
from peernet.text import cells
from peernet.web.viewer import Viewer

Key = TypeVar("Key", int, int | None)


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody at a table. ``comes`` is false for who said since that they stay away."""

    person_id: int
    name: str
    organisation: str
    email: str
    duty: Duty | None
    comes: bool
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table of one round. ``languages``: the names of those that all there can talk in, where that was wished."""

    number: int
    people: list[Seated]
    languages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As it is called."""
        return _("Table %(number)s", number=self.number)

    @property
    def heading(self) -> str:
        """The same with its languages."""
        return f"{self.name} ({', '.join(self.languages)})" if self.languages else self.name


@dataclass(frozen=True, slots=True)
class Round:
    """All tables of one round. ``in_step``: of a step, not of the whole roundtable."""

    number: int
    tables: list[Table]
    in_step: bool = False

    @property
    def duties(self) -> Mapping[Duty, Any]:
        """What duties are called there."""
        return DUTIES_IN_STEP if self.in_step else DUTIES

    def text(self, *, alone: bool) -> str:
        """To be pasted into the chat of a call: a line for each table. ``alone``: there is no other round."""
        head = [] if alone else [_("Round %(number)s", number=self.number)]
        return "\n".join([*head, *(f"{table.heading}: {_in_chat(table.people, self.duties)}" for table in self.tables)])


@dataclass(frozen=True, slots=True)
class Own:
    """Where somebody sits in one round, with whom, and what they do there; which grouping says so, and who of the
    others does what."""

    round: int
    table: int
    others: list[str]
    duty: Duty | None
    grouping_id: int = field(default=0, compare=False)
    in_step: bool = field(default=False, compare=False)
    doing: Mapping[Duty, str] = field(default_factory=dict, compare=False)

    @property
    def sentence(self) -> str:
        """All that, as it is said to them."""
        names = ", ".join(self.others)
        where = (
            _("You are at table %(table)s with %(names)s.", table=self.table, names=names)
            if names
            else _("You are at table %(table)s.", table=self.table)
        )
        duties = YOUR_DUTIES_IN_STEP if self.in_step else YOUR_DUTIES
        return f"{where} {duties[self.duty]}" if self.duty else where


def rounds(
    seats: Iterable[GroupSeat],
    people: Sequence[Membership],
    coming: Collection[int],
    *,
    speak: bool = False,
    in_step: bool = False,
) -> list[Round]:
    """Seats, which come with their people and in their order, as tables. ``people`` are those who attend the cohort;
    ``speak``: with the languages of each table; ``in_step``: they are those of a step."""
    organisations = {each.person_id: each.seat.organisation.name for each in people if each.seat}
    found: dict[int, dict[int, list[Seated]]] = {}
    for seat in seats:
        who = seat.person
        shown = Seated(
            who.id,
            who.name,
            organisations.get(who.id, ""),
            who.email,
            seat.duty,
            seat.person_id in coming,
            who.languages,
        )
        found.setdefault(seat.round, {}).setdefault(seat.table_number, []).append(shown)
    return [
        Round(
            number,
            [Table(table, each, _common(each) if speak else ()) for table, each in sorted(tables.items())],
            in_step,
        )
        for number, tables in sorted(found.items())
    ]


def without_who_stays_away(shown: Iterable[Round]) -> list[Round]:
    """The same without those who do not come."""
    return [
        replace(
            each, tables=[replace(table, people=[one for one in table.people if one.comes]) for table in each.tables]
        )
        for each in shown
    ]


def zoom(round_: Round) -> bytes:
    """The file with which a Zoom meeting assigns breakout rooms beforehand."""
    head = ("Pre-assign Room Name", "Email Address")
    return cells.write([head, *((table.name, one.email) for table in round_.tables for one in table.people)])


def own(db: Session, viewer: Viewer, roundtable_ids: Collection[int]) -> Mapping[int, list[Own]]:
    """What is announced to the viewer of their own tables, by roundtable, but for those of single steps. One query."""
    rows = db.execute(access.own_seats(viewer, roundtable_ids)) if roundtable_ids else ()
    return _owned(((one, seat) for one, step_id, seat in rows if step_id is None), viewer)


def own_of(db: Session, viewer: Viewer, roundtable_id: int) -> Mapping[int | None, list[Own]]:
    """The same of one roundtable by its steps; None for the tables of all of it. One query."""
    found = _owned(
        ((step_id, seat) for _one, step_id, seat in db.execute(access.own_seats(viewer, [roundtable_id]))), viewer
    )
    return {
        step_id: [replace(each, in_step=step_id is not None) for each in tables] for step_id, tables in found.items()
    }


def _owned(rows: Iterable[tuple[Key, GroupSeat]], viewer: Viewer) -> dict[Key, list[Own]]:
    found: dict[Key, dict[int, list[GroupSeat]]] = {}
    for key, seat in rows:
        found.setdefault(key, {}).setdefault(seat.round, []).append(seat)
    return {
        key: [_own(number, seats, viewer.person_id) for number, seats in sorted(by_round.items())]
        for key, by_round in found.items()
    }


def _common(people: Sequence[Seated]) -> tuple[str, ...]:
    """The names of the languages that all who come and said theirs can talk in."""
    spoken = [one.languages for one in people if one.comes and one.languages]
    names = spoken_languages()
    return tuple(names[code] for code in spoken[0] if all(code in each for each in spoken)) if spoken else ()


def _own(number: int, seats: Sequence[GroupSeat], person_id: int | None) -> Own:
    mine = next(seat for seat in seats if seat.person_id == person_id)
    return Own(
        number,
        mine.table_number,
        [seat.person.name for seat in seats if seat.person_id != person_id],
        mine.duty,
        mine.grouping_id,
        doing={seat.duty: seat.person.name for seat in seats if seat.duty and seat.person_id != person_id},
    )


def _in_chat(people: Iterable[Seated], duties: Mapping[Duty, Any]) -> str:
    return ", ".join(f"{one.name} ({duties[one.duty]})" if one.duty else one.name for one in people if one.comes)
