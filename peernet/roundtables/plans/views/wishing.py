"""What is wished of a series, and the drafts there are."""

from datetime import date, timedelta
from typing import Any

from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.accounts import zones
from peernet.cohorts.models import Cohort
from peernet.i18n import formats
from peernet.roundtables.hours import access as hours
from peernet.roundtables.hours.words import minute
from peernet.roundtables.plans import access, drafting, inputs, words
from peernet.roundtables.plans.models import SeriesPlan
from peernet.roundtables.plans.views.room import led_plan
from peernet.roundtables.plans.wishes import of_json
from peernet.roundtables.views.room import blueprint, led_cohort
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule

_LISTED = 10


@blueprint.get("/c/<slug>/roundtables/plan-series")
@rule(Rule.PERSON)
def series_plans(slug: str, form: Form | None = None, *, again: bool = False) -> str:
    """The form of a new plan, and the drafts there are."""
    cohort = led_cohort(slug)
    said = [has for _person, has in db().execute(hours.has_said(cohort.id))]
    state = form or Form(_blank(cohort, sum(said)))
    return render(
        "roundtables/plans/wishes.html",
        cohort=cohort,
        again=again,
        form_state=state,
        said=sum(said),
        everybody=len(said),
        announced=list(db().scalars(access.announced(cohort.id))),
        drafts=list(db().scalars(access.led_by(viewer()).where(SeriesPlan.cohort_id == cohort.id).limit(_LISTED))),
        zone_groups=zones.grouped(str(state.value("zone"))),
        weekdays=formats.weekdays(),
        hours=[(str(at), minute(at)) for at in range(0, 1441, 30)],
        words=words,
    )


@blueprint.post("/c/<slug>/roundtables/plan-series")
@rule(Rule.PERSON)
@redisplay(series_plans)
def plan_series(slug: str) -> ResponseReturnValue:
    """Have it planned."""
    wished = read(inputs.NewPlan).wishes()
    plan = drafting.draft(db(), led_cohort(slug), actor=viewer(), wished=wished)
    return redirect_to(".series_plan", slug=slug, plan_id=plan.id)


@blueprint.get("/c/<slug>/roundtables/plan-series/<int:plan_id>/wishes")
@rule(Rule.PERSON)
def plan_again(slug: str, plan_id: int) -> str:
    """The form once more, with the wishes of a draft."""
    values = of_json(led_plan(slug, plan_id).wishes)
    return series_plans(slug, form=Form(_as_form(values)), again=True)


def _blank(cohort: Cohort, said: int) -> dict[str, Any]:
    """A beginning: six roundtables, one every two weeks, on any hour of a working day."""
    return {
        "first_on": _next_monday(max(clock.today(cohort.zone) + timedelta(days=7), cohort.starts_on)),
        "number": 6,
        "every": 2,
        "weekdays": ["0", "1", "2", "3", "4"],
        "earliest": 0,
        "latest": 1440,
        "step": 60,
        "minutes": 90,
        "zone": cohort.zone,
        "quorum": (said + 1) // 2,
    }


def _next_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _as_form(wished: Any) -> dict[str, Any]:
    names = ("first_on", "number", "every", "earliest", "latest", "step", "minutes", "zone", "quorum", "min_gap_days")
    return {name: getattr(wished, name) for name in names} | {
        "weekdays": list(map(str, wished.weekdays)),
        "one_per_org": "yes" if wished.one_per_org else "",
        "max_patterns": wished.max_patterns or "",
        "forbidden": "\n".join(day.isoformat() for day in wished.forbidden),
        "moving": list(map(str, wished.moving)),
    }
