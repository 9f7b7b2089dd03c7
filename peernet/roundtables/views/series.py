"""The series of a cohort: as a line in time, and as a list."""

from typing import Any

from flask import url_for

from peernet import clock
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.roundtables import access, times, words
from peernet.roundtables.models import Roundtable
from peernet.roundtables.polls import access as polls
from peernet.roundtables.views.room import blueprint
from peernet.web.pages import render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables")
@rule(Rule.PERSON)
def series(slug: str) -> str:
    """All roundtables of a cohort, with the viewer's answers, and a warning where clocks change between two."""
    cohort: Cohort = load(cohorts.visible_to(viewer()).where(Cohort.slug == slug))
    me = load(cohorts.my_membership(viewer(), cohort.id))
    here = access.visible_to(viewer()).where(Roundtable.cohort_id == cohort.id)
    standings = access.standings(db(), viewer(), here)
    now = clock.now()
    return render(
        "roundtables/series.html",
        cohort=cohort,
        to_come=[each for each in standings if each.roundtable.over_at > now],
        held=[each for each in reversed(standings) if each.roundtable.over_at <= now],
        points=_points(standings),
        polls=polls.standings(db(), viewer(), polls.undecided_in(viewer(), cohort.id)),
        shifts=_shifts(standings, cohort),
        leads=me.role in cohorts.LEADING,
        attends=me.role in access.ATTENDING,
        organises=me.role in cohorts.ORGANISING,
        today=clock.today(cohort.zone),
        words=words,
    )


def _points(standings: list[access.Standing]) -> list[dict[str, Any]]:
    """The roundtables as points of the cohort's line."""
    now = clock.now()
    following = next(
        (each.roundtable.id for each in standings if _is_to_come(each.roundtable)),
        None,
    )
    points = []
    for each in standings:
        one = each.roundtable
        if one.cancelled_at is not None:
            state = "cancelled"
        elif one.over_at <= now:
            state = "held"
        else:
            state = "next" if one.id == following else "planned"
        url = url_for(".page", slug=one.cohort.slug, roundtable_id=one.id)
        points.append({"date": one.wall_start.date(), "title": one.title, "state": state, "url": url})
    return points


def _shifts(standings: list[access.Standing], cohort: Cohort) -> list[times.Shift]:
    coming = [each.roundtable for each in standings if _is_to_come(each.roundtable)]
    if len(coming) < 2:
        return []
    zones = {*db().scalars(access.zones_of(cohort.id)), viewer().zone}
    return times.shifts([(one.title, one.starts_at, one.zone) for one in coming], zones)


def _is_to_come(roundtable: Roundtable) -> bool:
    return roundtable.cancelled_at is None and roundtable.over_at > clock.now()
