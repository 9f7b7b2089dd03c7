"""Small problems, drawn at random in the file format, and readers of them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from peernet.roundtables.series import files
from peernet.roundtables.series.problem import Problem

# Whole, half and quarter hours, clocks that change by an hour, by half an hour, in the south, and backwards in winter.
ZONES = (
    "UTC",
    "Europe/London",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Auckland",
    "Europe/Dublin",
)
# Clocks change in most of these zones within the two months after these days.
FIRST_DAYS = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 9, 21, tzinfo=UTC), datetime(2026, 12, 28, tzinfo=UTC))


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"


def hour(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def windows(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(st.integers(0, 46)) * 30
    end = draw(st.integers(start // 30 + 1, 48)) * 30
    days = sorted(draw(st.sets(st.integers(0, 6), min_size=1)))
    answer = draw(st.sampled_from(["yes", "maybe"]))
    return {"days": days, "from": hour(start), "to": hour(end), "answer": answer}


WHOLE_WEEK = {"days": list(range(7)), "from": "00:00", "to": "24:00", "answer": "maybe"}


@st.composite
def members(draw: st.DrawFn, number: int, first: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": f"m{number}",
        "tz": draw(st.sampled_from(ZONES)),
        "weekly": draw(st.lists(windows(), max_size=4)) + draw(st.sampled_from([[], [WHOLE_WEEK]])),
    }
    if draw(st.booleans()):
        found["org"] = draw(st.sampled_from(["north", "south"]))
    if draw(st.booleans()):
        away = first + timedelta(days=draw(st.integers(0, 30)))
        found["away"] = [[f"{away:%Y-%m-%d}", f"{away + timedelta(days=draw(st.integers(0, 9))):%Y-%m-%d}"]]
    if draw(st.booleans()):
        found["weekend"] = sorted(draw(st.sets(st.integers(0, 6), max_size=3)))
    if draw(st.booleans()):
        found["burden_so_far"] = draw(st.integers(0, 20))
    return found


@st.composite
def instances(
    draw: st.DrawFn, *, most_rounds: int = 4, most_candidates: int = 4, coupled: bool = True
) -> dict[str, Any]:
    """A problem that brute force can solve."""
    first = draw(st.sampled_from(FIRST_DAYS))
    people = [draw(members(number, first)) for number in range(draw(st.integers(1, 5)))]
    rounds = draw(st.integers(1, most_rounds))
    quarters = st.integers(0, 7 * 24 * 4 - 1)
    # Candidates of one round are often those of another, a week on.
    common = draw(st.lists(quarters, min_size=1, max_size=most_candidates, unique=True))
    occurrences = []
    for week in range(rounds):
        places = common if draw(st.booleans()) else draw(st.lists(quarters, min_size=1, max_size=most_candidates))
        starts = sorted({first + timedelta(weeks=week, minutes=15 * place) for place in places})
        occurrences.append({"candidates": [stamp(start) for start in starts]})
    rules: dict[str, Any] = {"quorum": draw(st.integers(0, len(people)))}
    if draw(st.booleans()):
        rules["one_per_org"] = True
    if coupled:
        rules["max_patterns"] = draw(st.sampled_from([None, None, 1, 2, 3]))
        rules["min_gap_days"] = draw(st.sampled_from([0, 0, 3, 6, 7]))
    data = {
        "members": people,
        "occurrences": occurrences,
        "duration_min": draw(st.sampled_from([30, 45, 60, 90, 120])),
        "anchor_tz": draw(st.sampled_from(ZONES)),
        "rules": rules,
    }
    if draw(st.booleans()):
        answers = st.sampled_from(["yes", "maybe", "no", None])
        starts = [start for each in occurrences for start in each["candidates"]]
        poll = {one["id"]: {start: answer for start in starts if (answer := draw(answers))} for one in people}
        data["poll"] = poll
    return data


def read(data: dict[str, Any]) -> Problem:
    return files.problem_of(json.dumps(data))
