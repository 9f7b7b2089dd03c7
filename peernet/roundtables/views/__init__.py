"""Pages of roundtables: the series, one of them, its planning, and the link that answers from a mail."""

from peernet.roundtables.views import changing, guests, link, planning, roundtable, series
from peernet.roundtables.views.room import blueprint

__all__ = ["blueprint", "changing", "guests", "link", "planning", "roundtable", "series"]
