"""What somebody wishes of a grouping. Pure."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wishes:
    """``number`` is that of the tables or, ``by_size``, of the people at a table at the most. ``leads_each``: one of
    those who lead sits at each table. ``duties``: each table has somebody for the notes and somebody for the time;
    ``host`` and ``case``: somebody who welcomes the others, and who brings the first case. ``prefer``: of equally good
    plans, one in which offers meet asks. ``languages``: at each table there is one that all there speak. ``whole``:
    groups of that earlier step are kept whole, ``hosts``: who hosted a table in that earlier step stays at it. Pairs
    are ids of people who sit apart, or together."""

    number: int
    by_size: bool = True
    rounds: int = 1
    orgs_apart: bool = True
    leads_each: bool = False
    duties: bool = True
    host: bool = False
    case: bool = False
    prefer: bool = False
    languages: bool = False
    whole: int | None = None
    hosts: int | None = None
    apart: tuple[Pair, ...] = field(default=())
    together: tuple[Pair, ...] = field(default=())

    def tables(self, people: int) -> int:
        """How many tables so many people fill."""
        return max(1, -(-people // self.number)) if self.by_size else self.number


def of_partners(people: int, size: int, *, orgs_apart: bool, prefer: bool) -> Wishes:
    """Pairs with at most one trio, or trios with at most one pair or one group of four beside them."""
    number = people // 2 if size == 2 else (people + 1) // 3
    return Wishes(
        number=max(1, number), by_size=False, orgs_apart=orgs_apart, duties=False, case=size == 3, prefer=prefer
    )


def dealt(units: Collection[Collection[str]], tables: int) -> tuple[int, ...]:
    """Sizes of at most so many tables to which whole groups are dealt, each to the smallest table, large ones first."""
    sizes = [0] * max(1, min(tables, len(units)))
    for unit in sorted(map(len, units), reverse=True):
        sizes[sizes.index(min(sizes))] += unit
    return tuple(sorted(sizes, reverse=True))


def even(people: int, tables: int) -> tuple[int, ...]:
    """Sizes of so many tables, as equal as they can be, the larger ones first."""
    size, more = divmod(people, tables)
    return tuple(size + (number < more) for number in range(tables))


def as_json(wishes: Wishes) -> dict[str, Any]:
    """As it is kept."""
    return asdict(wishes)


def of_json(kept: dict[str, Any]) -> Wishes:
    """The reverse."""
    pairs = {name: tuple((one, other) for one, other in kept[name]) for name in ("apart", "together")}
    return Wishes(**(kept | pairs))
