"""The problem that a draft poses to the planner, and digests of all that it follows from: whether it is stale, and
why."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import Cohort
from peernet.db import Refused
from peernet.i18n import formats, ngettext
from peernet.i18n import gettext as _
from peernet.roundtables.hours import access as hours
from peernet.roundtables.plans import access
from peernet.roundtables.plans.wishes import Announced, Round, Wishes, rounds
from peernet.roundtables.series.availability import Member
from peernet.roundtables.series.problem import Problem, Rules

# What a form may ask for, so that planning ends in good time.
MOST_STARTS, MOST_ROUNDS = 400, 40


@dataclass(frozen=True, slots=True)
class Posed:
    """A problem, the roundtables that it is about, who has said no hours (and so is left out), and the digests."""

    problem: Problem
    rounds: list[Round]
    silent: list[int]
    inputs: dict[str, Any]


def pose(db: Session, cohort: Cohort, wishes: Wishes) -> Posed:
    """The problem as it stands now. Three queries. Raises Refused where fewer than three have said their hours, or
    a week has no start left."""
    announced = [
        Announced(one.id, one.title, one.starts_at, one.minutes) for one in db.scalars(access.announced(cohort.id))
    ]
    found = rounds(wishes, announced)
    _check(found, wishes)
    everybody = hours.for_planner(db, cohort.id)
    members = [member for member in everybody if member.weekly]
    if len(members) < hours.FEWEST_COUNTED:
        raise Refused(
            _(
                "At least %(fewest)s people must have said their hours. With fewer, numbers would tell who can come when.",
                fewest=hours.FEWEST_COUNTED,
            )
        )
    problem = Problem(
        members=tuple(members),
        rounds=tuple(each.starts for each in found),
        fixed=tuple(each.fixed for each in found),
        minutes=wishes.minutes,
        anchor=wishes.zone,
        rules=Rules(
            quorum=wishes.quorum,
            one_per_org=wishes.one_per_org,
            max_patterns=wishes.max_patterns,
            min_gap_days=wishes.min_gap_days,
        ),
    )
    silent = [int(member.id) for member in everybody if not member.weekly]
    return Posed(problem, found, silent, _digests(members, announced))


def changes(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What became different since a plan was made, in words. Nothing where it still holds."""
    old, new = before["members"], now["members"]
    said = []
    if joined := len(new.keys() - old.keys()):
        said.append(
            ngettext("%(num)s person more can be planned with.", "%(num)s people more can be planned with.", joined)
        )
    if left := len(old.keys() - new.keys()):
        said.append(ngettext("%(num)s person is no longer there.", "%(num)s people are no longer there.", left))
    if changed := sum(new[name] != old[name] for name in new.keys() & old.keys()):
        said.append(
            ngettext(
                "%(num)s person changed their hours, or took part since.",
                "%(num)s people changed their hours, or took part since.",
                changed,
            )
        )
    if before["announced"] != now["announced"]:
        said.append(_("A roundtable was announced, moved, cancelled or held."))
    return said


def _check(found: Sequence[Round], wishes: Wishes) -> None:
    for each in found:
        if not each.starts:
            raise Refused(_("One of the weeks has no start left. Allow more days or hours."), field="weekdays")
        if len(each.starts) > MOST_STARTS:
            message = _(
                "These are over %(most)s starts a week. Allow fewer days or hours, or larger steps.", most=MOST_STARTS
            )
            raise Refused(message, field="step")
    if not found or len(found) > MOST_ROUNDS:
        raise Refused(_("At most %(most)s roundtables can be planned at once.", most=MOST_ROUNDS), field="number")


def day_of(each: Round, zone: str) -> str:
    """The week of a roundtable, named by the first day that it may take."""
    return formats.format_date(clock.to_wall(each.starts[0], zone).date())


def _digests(members: Sequence[Member], announced: Sequence[Announced]) -> dict[str, Any]:
    return {
        "members": {member.id: _digest(member) for member in members},
        "announced": [[one.id, one.starts_at.isoformat(), one.minutes] for one in announced],
    }


def _digest(member: Member) -> str:
    windows = [[sorted(window.days), window.start, window.end, int(window.level)] for window in member.weekly]
    away = [[first.isoformat(), last.isoformat()] for first, last in member.away]
    whole = [member.org, member.zone, windows, away, sorted(member.weekend), member.burden_so_far]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:20]
