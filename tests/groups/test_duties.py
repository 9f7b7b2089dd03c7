"""Duties go round: whoever had one least often before."""

from collections import Counter

from peernet.groups.duties import shared_out
from peernet.groups.models import Duty

TABLE = ((("1", "2", "3"),),)


def test_each_table_has_one_for_each_duty() -> None:
    plan = ((("1", "2", "3"), ("4", "5"), ("6",)),)
    assert shared_out(plan, {}) == {
        (1, 1, "1"): Duty.NOTES,
        (1, 1, "2"): Duty.TIME,
        (1, 2, "4"): Duty.NOTES,
        (1, 2, "5"): Duty.TIME,
        (1, 3, "6"): Duty.NOTES,
    }


def test_they_go_round_from_meeting_to_meeting() -> None:
    done: Counter[tuple[str, Duty]] = Counter()
    seen = []
    for _meeting in range(3):
        given = shared_out(TABLE, done)
        seen.append({duty.value: name for (_round, _table, name), duty in given.items()})
        done.update((name, duty) for (_round, _table, name), duty in given.items())
    assert seen == [{"notes": "1", "time": "2"}, {"notes": "3", "time": "1"}, {"notes": "2", "time": "3"}]


def test_they_go_round_within_a_meeting() -> None:
    given = shared_out(TABLE * 3, {})
    assert Counter(name for _round, _table, name in given) == {"1": 2, "2": 2, "3": 2}


def test_who_leads_comes_last() -> None:
    assert shared_out(TABLE, {}, leading=["1", "2"]) == {(1, 1, "3"): Duty.NOTES, (1, 1, "1"): Duty.TIME}


def test_what_was_announced_stays_with_who_stays() -> None:
    kept = {(1, 1, "3"): Duty.NOTES, (1, 1, "9"): Duty.TIME}
    assert shared_out(TABLE, {}, kept=kept) == {(1, 1, "3"): Duty.NOTES, (1, 1, "1"): Duty.TIME}
