"""Pages of roundtables: the series, one of them, its planning, the link that answers from a mail, and weekly hours."""

from peernet.roundtables.hours import views as hours
from peernet.roundtables.views import changing, guests, link, planning, roundtable, series
from peernet.roundtables.views.room import blueprint

__all__ = ["blueprint", "changing", "guests", "hours", "link", "planning", "roundtable", "series"]
