"""Who goes for a seat that several share: one each time, so that the burden falls evenly.

Seats do not depend on one another, and an evener seat makes the whole evener; so each is solved for itself.
"""

from collections.abc import Iterable, Sequence
from operator import le
from typing import NamedTuple

from peernet.roundtables.series.grid import AWAY

Row = tuple[int, ...]
# Two people who share a seat for a hundred rounds stay below this, four for a dozen as well.
_MOST_STATES = 500


class Turns(NamedTuple):
    """The loads of those who share a seat, and who goes each time (a place among them; None: nobody can)."""

    loads: Row
    who: tuple[int | None, ...]


class Seat:
    """Those who share one seat. ``base`` is what they carry already, ``miss`` what each carries for a round that the
    seat stays empty. A row holds what going costs each, AWAY where they cannot; ``number_of`` gives each row a number,
    0 to all in which somebody goes at no cost. ``is_exact`` turns False where states were too many to keep them all."""

    def __init__(self, base: Row, miss: int) -> None:
        self.base, self.miss, self.is_exact = base, miss, True
        self._rows: list[Row] = [()]
        self._numbers: dict[Row, int] = {}
        self._known: dict[tuple[int, ...], Row] = {}

    def number_of(self, row: Row) -> int:
        """The number of a row, which stands for it in ``loads``."""
        if 0 in row:
            return 0
        if row not in self._numbers:
            self._numbers[row] = len(self._rows)
            self._rows.append(row)
        return self._numbers[row]

    def loads(self, numbers: Iterable[int]) -> Row:
        """The evenest loads for the rows of these numbers; their order does not matter."""
        key = tuple(sorted(filter(None, numbers)))
        if key not in self._known:
            self._known[key] = self._turns([self._rows[number] for number in key]).loads
        return self._known[key]

    def turns(self, rows: Sequence[Row]) -> Turns:
        """The evenest loads and who goes in each round; of several who could go at no cost, whoever went least."""
        costly = [row for row in rows if 0 not in row]
        found = iter(self._turns(costly).who)
        chosen = [None if 0 in row else next(found) for row in rows]
        went = [chosen.count(place) for place in range(len(self.base))]
        for number, row in enumerate(rows):
            if 0 in row:
                place = min((count, place) for place, count in enumerate(went) if row[place] == 0)[1]
                chosen[number] = place
                went[place] += 1
        return Turns(self._turns(costly).loads, tuple(chosen))

    def _turns(self, rows: Sequence[Row]) -> Turns:
        """Round by round, keep each state of loads once. Those that another one has below it in every load are left."""
        states: dict[Row, tuple[int | None, ...]] = {self.base: ()}
        for row in rows:
            after: dict[Row, tuple[int | None, ...]] = {}
            for loads, who in states.items():
                for place, next_loads in self._next(loads, row):
                    after.setdefault(next_loads, (*who, place))
            states = _lowest(after)
            if len(states) > _MOST_STATES:
                self.is_exact = False
                states = dict(list(states.items())[:_MOST_STATES])
        loads = min(states, key=lambda each: sorted(each, reverse=True))
        return Turns(loads, states[loads])

    def _next(self, loads: Row, row: Row) -> list[tuple[int | None, Row]]:
        going = [place for place, cost in enumerate(row) if cost != AWAY]
        if not going:
            return [(None, tuple(load + self.miss for load in loads))]
        return [(place, (*loads[:place], loads[place] + row[place], *loads[place + 1 :])) for place in going]


def _lowest(states: dict[Row, tuple[int | None, ...]]) -> dict[Row, tuple[int | None, ...]]:
    """Leave out states that cannot become the best: another one is as low in every load. Of very many, the evenest, and
    one more than are kept."""
    kept: dict[Row, tuple[int | None, ...]] = {}
    for loads in sorted(states, key=lambda each: (sorted(each, reverse=True), each)):
        if len(kept) > _MOST_STATES:
            break
        if not any(all(map(le, other, loads)) for other in kept):
            kept[loads] = states[loads]
    return kept
