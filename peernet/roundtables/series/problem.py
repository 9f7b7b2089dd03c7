"""What is to be planned, and what a plan is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from peernet.roundtables.series.availability import Level, Member, level
from peernet.roundtables.series.burden import burden

Moment = datetime
# A weekly time as people name it: weekday (0 is Monday), hour, minute.
Pattern = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a plan must hold to.

    ``quorum``: how many must be able to come; missed only where no plan reaches it. ``one_per_org``: one of each
    organisation comes, and organisations are counted. ``max_patterns``: at most so many different weekly times.
    ``min_gap_days``: so many days at least from one start to the next. ``forbidden_dates``: days of the anchor zone on
    which nothing may begin; ``forbidden_starts``: single moments.
    """

    quorum: int = 0
    one_per_org: bool = False
    max_patterns: int | None = None
    min_gap_days: int = 0
    forbidden_dates: frozenset[date] = frozenset()
    forbidden_starts: frozenset[Moment] = frozenset()


@dataclass(frozen=True)
class Problem:
    """Members, the moments that each roundtable may take, and the rules.

    ``rounds`` holds the candidate starts of each roundtable, aware and in UTC. ``fixed`` says for each which start was
    announced already (None: still free); it may be left out. ``poll`` holds answers by member and start.
    """

    members: tuple[Member, ...]
    rounds: tuple[tuple[Moment, ...], ...]
    minutes: int
    anchor: str = "UTC"
    poll: Mapping[str, Mapping[Moment, Level]] = field(default_factory=dict)
    rules: Rules = Rules()
    fixed: tuple[Moment | None, ...] = ()

    @cached_property
    def anchor_zone(self) -> ZoneInfo:
        """The zone in whose wall clock weekly times are named."""
        return ZoneInfo(self.anchor)

    @cached_property
    def open_rounds(self) -> tuple[tuple[Moment, ...], ...]:
        """The starts that each roundtable can still take: the announced one, or what is not forbidden; in order of
        time, each once."""
        fixed = self.fixed or (None,) * len(self.rounds)
        return tuple(
            (kept,) if kept is not None else tuple(sorted(filter(self.is_allowed, set(starts))))
            for kept, starts in zip(fixed, self.rounds, strict=True)
        )

    def pattern(self, start: Moment) -> Pattern:
        """The weekly time of a start, by the wall clock of the anchor zone."""
        wall = start.astimezone(self.anchor_zone)
        return wall.weekday(), wall.hour, wall.minute

    def answer(self, member: Member, start: Moment) -> Level | None:
        """What a member answered to the poll for this start; None where there is no answer."""
        return self.poll.get(member.id, {}).get(start)

    def level(self, member: Member, start: Moment) -> Level:
        """How gladly a member comes then, the poll included."""
        return level(member, start, self.minutes, self.answer(member, start))

    def burden(self, member: Member, start: Moment) -> int:
        """The points that coming then costs a member, the poll included."""
        return burden(member, start, self.minutes, self.answer(member, start))

    def is_allowed(self, start: Moment) -> bool:
        """Whether a start is on no forbidden date and no forbidden moment itself."""
        day = start.astimezone(self.anchor_zone).date()
        return day not in self.rules.forbidden_dates and start not in self.rules.forbidden_starts


@dataclass(frozen=True, slots=True)
class Plan:
    """The start of each roundtable, and the ids of those who come, in the order of the problem's members."""

    slots: tuple[Moment, ...]
    attend: tuple[tuple[str, ...], ...]
