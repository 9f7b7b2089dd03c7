"""Checks and scores a plan without any code of the planner: the second pair of eyes.

    python benchmarks/planning/checker.py INSTANCE.json PLAN.json

Both are the formats of docs/planning-series.md. Prints the score as JSON; exits with 1 where a hard rule is broken.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HALF_HOUR = timedelta(minutes=30)
# Points of a missed round in the balanced objective.
MISS = 12


def parse(text: str) -> datetime:
    """The moment of a stamp."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """The stamp of a moment."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def minutes_of(hour: str) -> int:
    """Minutes of the day."""
    hours, minutes = hour.split(":")
    return int(hours) * 60 + int(minutes)


def half_hour_points(minute_of_day: int, weekend: bool) -> int:
    """Burden of a half hour by the local wall clock at its start."""
    hour = minute_of_day / 60
    if 9 <= hour < 18:
        points = 0
    elif 8 <= hour < 9 or 18 <= hour < 20:
        points = 1
    elif 7 <= hour < 8 or 20 <= hour < 22:
        points = 2
    elif 6 <= hour < 7 or 22 <= hour < 23:
        points = 4
    else:
        points = 8
    return points + (2 if weekend else 0)


class Instance:
    """An instance as it was read."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.members = data["members"]
        self.ids = [member["id"] for member in self.members]
        self.place = {name: number for number, name in enumerate(self.ids)}
        self.duration = timedelta(minutes=data["duration_min"])
        self.rules = data.get("rules", {})
        self.candidates = [[parse(start) for start in each["candidates"]] for each in data["occurrences"]]
        self.zones = [ZoneInfo(member["tz"]) for member in self.members]
        self.anchor = ZoneInfo(data.get("anchor_tz", "UTC"))
        self.poll = data.get("poll")
        self._levels: dict[tuple[int, datetime], int] = {}

    def level(self, number: int, start: datetime) -> int:
        """2 yes, 1 if need be, 0 no."""
        member = self.members[number]
        if self.poll is not None:
            answer = self.poll.get(member["id"], {}).get(stamp(start))
            if answer is not None:
                return {"yes": 2, "maybe": 1, "no": 0}[answer]
        key = (number, start)
        if key not in self._levels:
            self._levels[key] = min(self._level_of(number, wall) for wall in self.walls(number, start))
        return self._levels[key]

    def walls(self, number: int, start: datetime) -> list[datetime]:
        """The member's wall time at each half hour."""
        found, moment = [], start
        while moment < start + self.duration:
            found.append(moment.astimezone(self.zones[number]))
            moment += HALF_HOUR
        return found

    def _level_of(self, number: int, wall: datetime) -> int:
        member, best = self.members[number], 0
        if any(first <= wall.date().isoformat() <= last for first, last in member.get("away", ())):
            return 0
        minute = wall.hour * 60 + wall.minute
        for window in member.get("weekly", ()):
            fits = minutes_of(window["from"]) <= minute and minute + 30 <= minutes_of(window["to"])
            if wall.weekday() in window["days"] and fits:
                best = max(best, 2 if window["answer"] == "yes" else 1)
        return best

    def burden(self, number: int, start: datetime) -> int:
        """Points if the member comes."""
        weekend = self.members[number].get("weekend", [5, 6])
        points = sum(
            half_hour_points(wall.hour * 60 + wall.minute, wall.weekday() in weekend)
            for wall in self.walls(number, start)
        )
        return points + (2 if self.level(number, start) == 1 else 0)

    def can(self, start: datetime) -> list[int]:
        """Who can come."""
        return [number for number in range(len(self.members)) if self.level(number, start)]

    def org(self, number: int) -> str:
        """The organisation of a member, or themselves."""
        return self.members[number].get("org", self.ids[number])

    def pattern(self, start: datetime) -> tuple[int, int, int]:
        """The weekly time in the anchor zone."""
        wall = start.astimezone(self.anchor)
        return wall.weekday(), wall.hour, wall.minute


def check(here: Instance, plan: dict[str, Any]) -> dict[str, Any]:
    """Errors, and the score in every measure."""
    slots = [parse(start) for start in plan["slots"]]
    if len(slots) != len(here.candidates):
        return {"ok": False, "errors": ["wrong number of slots"]}
    burdens = [member.get("burden_so_far", 0) for member in here.members]
    missed = [0] * len(burdens)
    errors, heads = _errors_of_rules(here, slots), []
    for number, start in enumerate(slots):
        if start not in here.candidates[number]:
            errors.append(f"round {number + 1}: not a candidate")
            continue
        who = [here.place[name] for name in plan["attend"][number]]
        errors += [f"round {number + 1}: {error}" for error in _errors_of_round(here, start, who)]
        heads.append(len({here.org(one) for one in who}) if here.rules.get("one_per_org") else len(who))
        _count(here, start, who, burdens, missed)
    return {
        "ok": not errors,
        "quorum_met": sum(count >= here.rules.get("quorum", 0) for count in heads),
        "attendance": sum(heads),
        "leximin": sorted(burdens, reverse=True),
        "load": sorted((burden + MISS * miss for burden, miss in zip(burdens, missed, strict=True)), reverse=True),
        "burden_max": max(burdens),
        "missed_max": max(missed),
        "per_round": heads,
        "errors": errors[:8],
    }


def _errors_of_rules(here: Instance, slots: list[datetime]) -> list[str]:
    errors, most, gap = [], here.rules.get("max_patterns"), here.rules.get("min_gap_days")
    if most and len({here.pattern(start) for start in slots}) > most:
        errors.append(f"more than {most} different weekly times")
    if gap and any(later - start < timedelta(days=gap) for start, later in pairwise(slots)):
        errors.append(f"gap below {gap} days")
    return errors


def _errors_of_round(here: Instance, start: datetime, who: list[int]) -> list[str]:
    can = here.can(start)
    errors = [f"{here.ids[one]} said no" for one in who if one not in can]
    if not here.rules.get("one_per_org"):
        return errors + (["not all who can are there"] if sorted(who) != sorted(can) else [])
    seats = [here.org(one) for one in who]
    return errors + (["two people of one organisation"] if len(set(seats)) != len(seats) else [])


def _count(here: Instance, start: datetime, who: list[int], burdens: list[int], missed: list[int]) -> None:
    there = {here.org(one) for one in who}
    for number in range(len(burdens)):
        if number in who:
            burdens[number] += here.burden(number, start)
        elif not here.rules.get("one_per_org") or here.org(number) not in there:
            missed[number] += 1


def main() -> None:
    """Check one plan."""
    instance, plan = (json.loads(Path(name).read_text()) for name in sys.argv[1:3])
    result = check(Instance(instance), plan)
    print(json.dumps(result))
    sys.exit(0 if result["ok"] else 1)


if __name__ == "__main__":
    main()
