"""What the views of series plans share: the draft that a page is about, and its problem as it stands now."""

from peernet.cohorts.models import Cohort
from peernet.db import Refused
from peernet.roundtables.plans import access, posing
from peernet.roundtables.plans.models import SeriesPlan
from peernet.roundtables.plans.posing import Posed
from peernet.roundtables.plans.wishes import of_json
from peernet.web.request import db, load, viewer


def led_plan(slug: str, plan_id: int) -> SeriesPlan:
    """A draft, for one of those who lead its cohort; 404 for anybody else."""
    found: SeriesPlan = load(access.led_by(viewer()).where(SeriesPlan.id == plan_id, Cohort.slug == slug))
    return found


def pose_again(plan: SeriesPlan) -> tuple[Posed | None, list[str]]:
    """The problem of a draft as it stands now, and what changed since it was planned. None where the two do not fit
    each other any more."""
    try:
        posed = posing.pose(db(), plan.cohort, of_json(plan.wishes))
    except Refused as refusal:
        return None, [refusal.message]
    different = posing.changes(plan.inputs, posed.inputs)
    return (posed if len(posed.rounds) == len(plan.slots) else None), different
