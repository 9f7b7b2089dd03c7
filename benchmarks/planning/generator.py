"""Instances of the same kind as those that are kept as files, drawn from a seed.

People of some part of the world, with the week of an early, a usual or a long day; a roundtable each week, on any hour
of a working day in UTC. Whoever tunes a planner to six files is found out by these.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

EUROPE = ("Europe/Paris", "Europe/Berlin", "Europe/London", "Europe/Madrid", "Europe/Helsinki", "Europe/Lisbon")
TRIAD = ("America/Los_Angeles", "Europe/London", "Pacific/Auckland")
ATLANTIC = (*EUROPE, "America/New_York", "America/Chicago", "America/Los_Angeles")
WORLD = (
    "America/Los_Angeles", "America/New_York", "Europe/London", "Europe/Berlin", "Africa/Nairobi", "Asia/Kolkata",
    "Asia/Shanghai", "Australia/Sydney", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Auckland", "Africa/Lagos",
)  # fmt: skip
# (from, to, answer) of a day.
_DAYS = (
    (("09:00", "15:00", "yes"), ("20:00", "22:30", "yes"), ("15:00", "16:30", "maybe")),
    (("08:30", "18:00", "yes"), ("07:00", "08:30", "maybe"), ("18:00", "21:00", "maybe")),
    (("07:30", "20:00", "yes"), ("06:00", "07:30", "maybe"), ("20:00", "23:00", "maybe")),
)
_FIRST_DAYS = (datetime(2026, 3, 2), datetime(2026, 10, 5), datetime(2026, 9, 7), datetime(2027, 1, 11))  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class Kind:
    """What is drawn: how many of everything, and the rules."""

    name: str
    zones: tuple[str, ...]
    people: int
    rounds: int
    per_org: int = 2
    per_round: int = 120
    polled: bool = False
    away: bool = True
    rules: dict[str, Any] = field(default_factory=dict)


def instance(kind: Kind, seed: int) -> dict[str, Any]:
    """One instance; the same for the same kind and seed."""
    chance = random.Random(f"{kind.name} {seed}")
    first = chance.choice(_FIRST_DAYS)
    members = [_member(chance, kind, number, first) for number in range(kind.people)]
    weeks = [_starts(chance, first + timedelta(weeks=week), kind.per_round) for week in range(kind.rounds)]
    data: dict[str, Any] = {
        "name": f"{kind.name}-{seed}",
        "anchor_tz": "Europe/Paris",
        "duration_min": chance.choice((60, 90, 90, 120)),
        "members": members,
        "occurrences": [{"candidates": starts} for starts in weeks],
        "rules": {"quorum": kind.people // kind.per_org // 2 if kind.rules.get("one_per_org") else kind.people // 2}
        | kind.rules,
    }
    if kind.polled:
        answers = ("yes", "yes", "maybe", "no")
        data["poll"] = {
            one["id"]: {start: chance.choice(answers) for starts in weeks for start in starts} for one in members
        }
    return data


def _member(chance: random.Random, kind: Kind, number: int, first: datetime) -> dict[str, Any]:
    weekly = []
    for start, end, answer in chance.choice(_DAYS):
        days = sorted(chance.sample(range(5), chance.choice((3, 4, 4, 5, 5))))
        weekly.append({"days": days, "from": start, "to": end, "answer": answer})
    found: dict[str, Any] = {
        "id": f"m{number + 1:03}",
        "org": f"org{number // kind.per_org + 1:02}",
        "tz": kind.zones[number % len(kind.zones)] if kind.per_org == 2 else chance.choice(kind.zones),
        "weekly": weekly,
    }
    if kind.away and chance.random() < 0.3:
        gone = first + timedelta(days=chance.randrange(7 * kind.rounds))
        found["away"] = [[f"{gone:%Y-%m-%d}", f"{gone + timedelta(days=chance.randrange(3, 12)):%Y-%m-%d}"]]
    if chance.random() < 0.2:
        found["burden_so_far"] = chance.randrange(30)
    return found


def _starts(chance: random.Random, monday: datetime, most: int) -> list[str]:
    every = [monday + timedelta(hours=hour) for hour in range(120)]
    chosen = every if most == len(every) else sorted(chance.sample(every, most))
    return [f"{start:%Y-%m-%dT%H:%MZ}" for start in chosen]
