"""What the buttons of the grid do to the hours that stand in it, before they are saved."""

from peernet.roundtables.hours import week
from peernet.roundtables.hours.inputs import Filling
from peernet.roundtables.hours.week import Week


def filled(given: Filling) -> tuple[Week, int]:
    """The week and the step of the grid after a button was pressed."""
    hours, step = given.hours, int(given.step)
    what, _colon, which = given.fill.partition(":")
    level = week.WORDS.index(given.brush)
    if what == "by":
        return hours, int(which)
    if what == "day":
        return week.painted(hours, level, days=(int(which),)), step
    if what == "row":
        return week.painted(hours, level, start=int(which), end=int(which) + step), step
    return _preset(hours, which, given.weekend), step


def _preset(hours: Week, name: str, weekend: list[int]) -> Week:
    if name == "office":
        return week.office(weekend)
    if name == "evenings":
        return week.with_evenings(hours, weekend)
    if name == "copy":
        days = week.working(weekend)
        return week.copied(hours, days[0] if days else 0, weekend)
    return week.EMPTY
