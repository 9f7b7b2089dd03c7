"""What an hour costs the person who gets up for it: points by their own wall clock."""

from datetime import datetime

from peernet.roundtables.series.availability import Level, Member, half_hours, level

# (first hour, points of each half hour that begins from then on), by the local wall clock.
HOURS = ((0, 8), (6, 4), (7, 2), (8, 1), (9, 0), (18, 1), (20, 2), (22, 4), (23, 8))
# More for each half hour on the member's weekend, and once for a meeting to which they come "if need be".
WEEKEND, IF_NEED_BE = 2, 2
# What a missed roundtable counts beside these points where a plan is to be balanced: one bad hour and a half.
MISSED = 12

_BY_HOUR = tuple(max(pair for pair in HOURS if pair[0] <= hour)[1] for hour in range(24))


def burden(member: Member, start: datetime, minutes: int, poll_answer: Level | None = None) -> int:
    """The points that coming to a meeting at the aware moment ``start`` costs ``member``. 0 is office hours."""
    walls = half_hours(member.zone, start, minutes)
    points = sum(points_of_half_hour(wall.hour, wall.weekday() in member.weekend) for wall in walls)
    return points + (IF_NEED_BE if level(member, start, minutes, poll_answer) == Level.MAYBE else 0)


def points_of_half_hour(hour: int, weekend: bool) -> int:
    """The points of a half hour that begins in this hour of the local day, 0 to 23."""
    return _BY_HOUR[hour] + (WEEKEND if weekend else 0)
