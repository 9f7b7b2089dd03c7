"""A week of somebody's own wall time in half hours: what the grid shows, what is kept of it, and what fills it.

Pure: no database, no clock, no request. A level is 0 (never), 1 (if need be) or 2 (good). What is kept are windows
``[weekday, from, to, "yes" | "maybe"]``, minutes of the day, one after the other and as long as they can be.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any

SLOT = 30
SLOTS = 48
DAYS = 7
WORDS = ("no", "maybe", "yes")
NO, MAYBE, YES = range(3)

Day = tuple[int, ...]
Week = tuple[Day, ...]

EMPTY: Week = ((NO,) * SLOTS,) * DAYS
WEEKEND = (5, 6)


def read(windows: Iterable[Sequence[Any]]) -> Week:
    """The week that kept windows stand for."""
    levels = [[NO] * SLOTS for _day in range(DAYS)]
    for day, start, end, word in windows:
        for slot in range(start // SLOT, end // SLOT):
            levels[day][slot] = WORDS.index(word)
    return tuple(map(tuple, levels))


def keep(week: Week) -> list[list[Any]]:
    """The windows to keep of a week."""
    kept: list[list[Any]] = []
    for number, day in enumerate(week):
        for level, run in groupby(range(SLOTS), key=day.__getitem__):
            slots = list(run)
            if level:
                kept.append([number, slots[0] * SLOT, (slots[-1] + 1) * SLOT, WORDS[level]])
    return kept


def by_the_hour(week: Week) -> bool:
    """Whether both halves of each hour are alike, so that a grid of hours shows all of it."""
    return all(day[slot] == day[slot + 1] for day in week for slot in range(0, SLOTS, 2))


def rows(week: Week, step: int) -> list[list[int]]:
    """For each row of a grid of ``step`` minutes the level of each day; of an hour's two halves the lower one."""
    width = step // SLOT
    return [[min(day[slot : slot + width]) for day in week] for slot in range(0, SLOTS, width)]


def of_columns(columns: Sequence[Sequence[str]], step: int) -> Week:
    """The week that a grid says: for each day the words of its rows."""
    width = step // SLOT
    return tuple(tuple(WORDS.index(word) for word in column for _half in range(width)) for column in columns)


def painted(week: Week, level: int, *, days: Collection[int] = range(DAYS), start: int = 0, end: int = 1440) -> Week:
    """A week with one level between two times of some days."""
    slots = range(start // SLOT, end // SLOT)
    return tuple(
        tuple(level if number in days and slot in slots else old for slot, old in enumerate(day))
        for number, day in enumerate(week)
    )


def office(weekend: Collection[int]) -> Week:
    """Office hours: nine to five on working days, an hour before and after if need be."""
    days = working(weekend)
    return painted(painted(EMPTY, MAYBE, days=days, start=480, end=1080), YES, days=days, start=540, end=1020)


def with_evenings(week: Week, weekend: Collection[int]) -> Week:
    """The week with the evenings of working days, six to ten, if need be; what is good already stays so."""
    evenings = painted(EMPTY, MAYBE, days=working(weekend), start=1080, end=1320)
    return tuple(tuple(map(max, mine, more)) for mine, more in zip(week, evenings, strict=True))


def copied(week: Week, day: int, weekend: Collection[int]) -> Week:
    """The week with every working day like ``day``."""
    days = working(weekend)
    return tuple(week[day] if number in days else old for number, old in enumerate(week))


def working(weekend: Collection[int]) -> list[int]:
    """The days that are no weekend."""
    return [day for day in range(DAYS) if day not in weekend]


def shifted(week: Week, minutes: int) -> Week:
    """The same moments on clocks that are ``minutes`` ahead of those before. Where zones differ by a part of a half
    hour, the lower of two answers counts: nobody is taken to have said more than they did."""
    flat = [level for day in week for level in day]
    whole, rest = divmod(minutes, SLOT)
    size = len(flat)
    moved = [flat[(slot - whole) % size] for slot in range(size)]
    if rest:
        moved = [min(moved[slot], moved[slot - 1]) for slot in range(size)]
    return tuple(tuple(moved[start : start + SLOTS]) for start in range(0, size, SLOTS))
