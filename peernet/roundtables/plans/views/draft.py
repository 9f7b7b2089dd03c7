"""A draft: how far it is worked out, what it gives to whom, another of its plans, one roundtable moved by hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.i18n import formats
from peernet.i18n import gettext as _
from peernet.roundtables import times
from peernet.roundtables.plans import access, drafting, inputs, trying, words
from peernet.roundtables.plans.figures import Figures, figures
from peernet.roundtables.plans.models import Objective, PlanState, SeriesPlan
from peernet.roundtables.plans.posing import Posed
from peernet.roundtables.plans.views.room import led_plan, pose_again
from peernet.roundtables.plans.wishes import of_json
from peernet.roundtables.series.problem import Problem
from peernet.roundtables.views.room import blueprint
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/plan-series/<int:plan_id>")
@rule(Rule.PERSON)
def series_plan(slug: str, plan_id: int, form: Form | None = None) -> str:
    """The draft as it stands."""
    plan = led_plan(slug, plan_id)
    shown = {"plan": plan, "cohort": plan.cohort, "form_state": form, "wishes": of_json(plan.wishes), "words": words}
    if plan.state is not PlanState.READY:
        return render("roundtables/plans/state.html", starts=drafting.starts_of(plan), **shown)
    posed, different = pose_again(plan)
    if posed is not None:
        shown |= _pictured(plan, posed)
    return render("roundtables/plans/draft.html", different=different, posed=posed, **shown)


@blueprint.post("/c/<slug>/roundtables/plan-series/<int:plan_id>/choose")
@rule(Rule.PERSON)
@redisplay(series_plan)
def choose_plan(slug: str, plan_id: int) -> ResponseReturnValue:
    """Take another of the plans that were found."""
    given = read(inputs.Choosing)
    drafting.choose(db(), led_plan(slug, plan_id), version=given.version, objective=given.objective)
    notice(_("This plan is the draft now."))
    return redirect_to(".series_plan", slug=slug, plan_id=plan_id)


@blueprint.get("/c/<slug>/roundtables/plan-series/<int:plan_id>/<int:number>")
@rule(Rule.PERSON)
def moving_round(slug: str, plan_id: int, number: int, form: Form | None = None) -> ResponseReturnValue:
    """All starts that one roundtable of the draft could take, and what each would cost."""
    plan = led_plan(slug, plan_id)
    if not 1 <= number <= len(plan.slots):
        abort(404)
    posed, different = pose_again(plan)
    if plan.state is not PlanState.READY or posed is None:
        return series_plan(slug, plan_id, form) if form else redirect_to(".series_plan", slug=slug, plan_id=plan_id)
    starts = drafting.starts_of(plan)
    tried = trying.trials(posed.problem, starts, number - 1)
    return render(
        "roundtables/plans/move.html",
        plan=plan,
        cohort=plan.cohort,
        wishes=of_json(plan.wishes),
        number=number,
        each=posed.rounds[number - 1],
        start=starts[number - 1],
        enough=trying.by_day((one for one in tried if one.is_enough), posed.problem.anchor),
        low=trying.by_day((one for one in tried if not one.is_enough), posed.problem.anchor),
        different=different,
        form_state=form,
    )


@blueprint.post("/c/<slug>/roundtables/plan-series/<int:plan_id>/<int:number>")
@rule(Rule.PERSON)
@redisplay(moving_round)
def move_round(slug: str, plan_id: int, number: int) -> ResponseReturnValue:
    """Move it in the draft; nobody is told anything before the series is announced."""
    given = read(inputs.Moving)
    plan = led_plan(slug, plan_id)
    posed, different = pose_again(plan)
    if posed is None:
        raise Conflict(_("Something changed since this was planned. Plan it anew."), theirs="\n".join(different))
    if not 1 <= number <= len(plan.slots):
        abort(404)
    drafting.move(db(), plan, posed, version=given.version, number=number - 1, start=_moment(given.start))
    notice(_("It is moved in the draft. Nobody is told before you announce the series."))
    return redirect_to(".series_plan", slug=slug, plan_id=plan_id)


@blueprint.post("/c/<slug>/roundtables/plan-series/<int:plan_id>/discard")
@rule(Rule.PERSON)
def discard_plan(slug: str, plan_id: int) -> ResponseReturnValue:
    """Put it away."""
    read(inputs.Nothing)
    drafting.discard(db(), led_plan(slug, plan_id))
    notice(_("The draft is put away. What is announced stays as it is."))
    return redirect_to(".series_plans", slug=slug)


def _moment(text: str) -> datetime:
    refusal = Refused(_("Please choose one of the options."), field="start")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise refusal from None
    if moment.tzinfo is None:
        raise refusal
    return moment


def _pictured(plan: SeriesPlan, posed: Posed) -> dict[str, Any]:
    """Everything that the page draws, and who is who. The names take one query."""
    problem, starts = posed.problem, drafting.starts_of(plan)
    plans = {name: _of(posed, found) for name, found in plan.found.items() if name in set(Objective)}
    shown = figures(problem, starts, _chosen(plan.found.get(plan.objective, {})))
    fixed = plans.get(Objective.WEEKLY.value)
    ids = [int(member.id) for member in problem.members] + posed.silent
    names = {str(row.id): row.name for row in db().execute(access.names_of(ids))}
    zones = {member.zone for member in problem.members}
    return {
        "figures": shown,
        "rows": sorted(shown.rows, key=lambda row: names.get(row.member.id, "").casefold()),
        "names": names,
        "silent": sorted(names[str(person)] for person in posed.silent if str(person) in names),
        "plans": plans,
        "fixed": fixed,
        "columns": list(zip(posed.rounds, starts, shown.heads, strict=True)),
        "shifts": times.shifts([(f"{place}", at, problem.anchor) for place, at in enumerate(starts, 1)], zones),
        "walls": [clock.to_wall(start, problem.anchor) for start in starts],
        "weekdays": formats.weekdays("abbreviated"),
        "fixed_late": {row.member.id: row.late_of_all for row in fixed.rows} if fixed else {},
        "is_moved": plan.slots != plan.found[plan.objective]["slots"],
        "short": _short(plan),
        "moments": {text: datetime.fromisoformat(text) for text in _kept_starts(plan)},
        "who": _by_zone(problem, names),
    }


def _of(posed: Posed, found: dict[str, Any]) -> Figures:
    starts = [datetime.fromisoformat(text) for text in found["slots"]]
    return figures(posed.problem, starts, _chosen(found))


def _short(plan: SeriesPlan) -> dict[int, Any]:
    """What was found about the roundtables (from 0) that miss their quorum."""
    return {each["number"]: each for each in plan.found.get(plan.objective, {}).get("short", ())}


def _kept_starts(plan: SeriesPlan) -> list[str]:
    """The starts that would help, as they are kept."""
    ways = [way for each in _short(plan).values() for way in each["remedies"]]
    return [way["start"] for way in ways if way["start"]]


def _by_zone(problem: Problem, names: Mapping[str, str]) -> dict[str, str]:
    """The names of those who live by each zone's clocks."""
    living: dict[str, list[str]] = {}
    for member in problem.members:
        if member.id in names:
            living.setdefault(member.zone, []).append(names[member.id])
    return {zone: ", ".join(sorted(people)) for zone, people in living.items()}


def _chosen(found: dict[str, Any]) -> dict[datetime, list[str]]:
    pairs = zip(found.get("slots", ()), found.get("attend", ()), strict=True)
    return {datetime.fromisoformat(slot): ids for slot, ids in pairs}
