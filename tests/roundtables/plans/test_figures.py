"""What a plan means for people, counted by the clock alone."""

from datetime import UTC, datetime

from peernet.roundtables.plans import trying
from peernet.roundtables.plans.figures import figures, shade
from peernet.roundtables.series.availability import Level, Member, Window
from peernet.roundtables.series.problem import Problem, Rules

EVERY = frozenset(range(7))


def member(
    name: str, zone: str, start: int, end: int, *, org: str = "", level: Level = Level.YES, so_far: int = 0
) -> Member:
    return Member(name, org, zone, (Window(EVERY, start, end, level),), burden_so_far=so_far)


def at(hour: int, day: int = 4) -> datetime:
    return datetime(2027, 1, day, hour, tzinfo=UTC)


LONDON = member("london", "Europe/London", 480, 1200)
DELHI = member("delhi", "Asia/Kolkata", 480, 1380, level=Level.MAYBE, so_far=5)
STARTS = ((at(8), at(10), at(16), at(19)), (at(10, 11), at(16, 11)))


def problem(*members: Member, **rules: object) -> Problem:
    return Problem(members=members, rounds=STARTS, minutes=60, anchor="Europe/London", rules=Rules(**rules))


def test_points_do_not_tell_what_is_possible_only_if_need_be() -> None:
    """16:00 in London is 21:30 in Delhi, where it ends at 22:30: a half hour of two points and one of four."""
    found = figures(problem(LONDON, DELHI, quorum=2), [at(16), at(10, 11)], {})
    glad = figures(
        problem(LONDON, member("delhi", "Asia/Kolkata", 480, 1380, so_far=5), quorum=2), [at(16), at(10, 11)], {}
    )
    delhi = found.rows[1]
    assert [(cell.wall.hour, cell.points, cell.comes) for cell in delhi.cells] == [(21, 6, True), (15, 0, True)]
    assert (delhi.before, delhi.points, delhi.points_of_all, delhi.late_of_all, delhi.missed) == (5, 11, 6, 1, 0)
    assert [row.cells for row in found.rows] == [row.cells for row in glad.rows]
    assert (found.heads, found.worst, found.attendance, found.short) == ((2, 2), 11, 4, ())


def test_who_cannot_is_missed_and_carries_nothing() -> None:
    found = figures(problem(LONDON, DELHI, quorum=2), [at(19), at(10, 11)], {})
    assert (found.rows[1].missed, found.rows[1].points, found.heads, found.short) == (1, 5, (1, 2), (0,))
    assert found.most_missed == 1


def test_what_is_shown_beside_a_name_does_not_tell_who_can_come() -> None:
    never = member("delhi", "Asia/Kolkata", 0, 30, so_far=5)
    shown = [
        [(cell.wall, cell.points, cell.shade) for cell in row.cells] + [row.points_of_all, row.late_of_all]
        for delhi in (DELHI, never)
        for row in figures(problem(LONDON, delhi), [at(16), at(10, 11)], {}).rows
    ]
    assert shown[:2] == shown[2:]


def test_of_an_organisation_one_comes_as_the_planner_chose_or_whoever_carries_least() -> None:
    mate = member("mate", "Europe/London", 480, 1200, org="river")
    other = member("other", "Europe/London", 480, 1200, org="river", so_far=1)
    one_each = problem(other, mate, DELHI, one_per_org=True)
    chosen = figures(one_each, [at(10), at(10, 11)], {at(10): ["other", "delhi"]})
    assert [[cell.comes for cell in row.cells] for row in chosen.rows] == [[True, False], [False, True], [True, True]]
    assert [cell.can for cell in chosen.rows[0].cells] == [True, True]
    assert chosen.rows[0].missed == 0


def test_shades_follow_the_average_of_a_half_hour() -> None:
    assert [shade(points, 60) for points in (0, 1, 2, 3, 4, 5, 8, 9, 16)] == [0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_trying_a_start_says_how_many_come_and_what_it_costs() -> None:
    found = trying.trials(problem(LONDON, DELHI, quorum=2), [at(10), at(16, 11)], 0)
    # 08:00 is 13:30 in Delhi and two points in London; 16:00 would be the second evening there.
    assert [(one.start.hour, one.heads, one.is_enough, one.worst, one.more, one.is_now) for one in found] == [
        (8, 2, True, 11, 0, False),
        (10, 2, True, 11, 0, True),
        (16, 2, True, 17, 6, False),
        (19, 1, False, 11, 0, False),
    ]
    assert [(day.day, len(those)) for day, those in trying.by_day(found, "Europe/London")] == [(4, 4)]


def test_trials_agree_with_the_whole_plan() -> None:
    mate = member("mate", "America/Los_Angeles", 360, 1200, org="river", so_far=3)
    for rules in ({}, {"one_per_org": True}):
        posed = problem(LONDON, member("other", "Europe/Paris", 480, 1200, org="river"), mate, DELHI, **rules)
        for one in trying.trials(posed, [at(16), at(10, 11)], 0):
            whole = figures(posed, [one.start, at(10, 11)], {})
            assert (one.heads, one.worst) == (whole.heads[0], whole.worst) or rules
