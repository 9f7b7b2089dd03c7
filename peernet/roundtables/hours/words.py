"""Weekly hours in words."""

from peernet.i18n import formats
from peernet.i18n import gettext as _
from peernet.i18n import lazy_gettext as _l
from peernet.roundtables.hours.models import WeeklyHours

# By the words of ``week.WORDS``; the mark stands where a cell is too narrow for the word.
LEVELS = {"yes": _l("Good"), "maybe": _l("If need be"), "no": _l("Never")}
MARKS = {"yes": "✓", "maybe": "~", "no": ""}


def minute(minutes: int) -> str:
    """A minute of the day as its hour: "09:30"; the end of the day is "24:00"."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def as_text(said: WeeklyHours) -> str:
    """Hours as they stand, for their owner whose change came second."""
    days = formats.weekdays()
    lines = [f"{days[day]} {minute(start)}–{minute(end)}: {LEVELS[word]}" for day, start, end, word in said.windows]
    lines += [_("Away: %(first)s to %(last)s", first=first, last=last) for first, last in said.away]
    lines.append(_("Weekend: %(days)s", days=", ".join(days[day] for day in said.weekend) or "–"))
    return "\n".join(lines)
