"""Polls in words."""

from datetime import datetime

from peernet.i18n import formats
from peernet.i18n import lazy_gettext as _l
from peernet.i18n import lazy_pgettext as _lp
from peernet.roundtables.polls.models import PollOption, PollState, Vote

VOTES = {Vote.YES: _l("Yes"), Vote.MAYBE: _l("If need be"), Vote.NO: _lp("answer to a proposed time", "No")}
STATES = {
    PollState.OPEN: _lp("state of a poll", "Open"),
    PollState.CLOSED: _lp("state of a poll", "Closed"),
    PollState.DECIDED: _lp("state of a poll", "Decided"),
    PollState.CANCELLED: _lp("state of a poll", "Withdrawn"),
}
# Where a cell is too narrow for the word.
MARKS = {Vote.YES: "✓", Vote.MAYBE: "~", Vote.NO: "–"}


def option(proposed: PollOption, zone: str) -> str:
    """A day or time that is proposed, by the clocks of ``zone``."""
    if proposed.starts_at is None:
        return formats.format_weekday(proposed.day)
    return formats.format_moment(proposed.starts_at, zone)


def wall(moment: datetime) -> str:
    """A naive wall time, as in "Monday 23 November 2026, 15:00"."""
    return f"{formats.format_weekday(moment.date())}, {moment:%H:%M}"
