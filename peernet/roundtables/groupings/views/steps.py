"""Groups of one step of a roundtable: formed from its rule, and as they are announced."""

from flask import abort
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peernet.cohorts.models import Cohort
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.groupings import access, drafting, inputs
from peernet.roundtables.groupings.views.announced import announced_page
from peernet.roundtables.groupings.views.drafts import drafted, form_page, found_at_once
from peernet.roundtables.groupings.views.room import led_in
from peernet.roundtables.models import Roundtable
from peernet.roundtables.views.room import blueprint, led, standing
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import redirect_to
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/steps/<int:step_id>/groups")
@rule(Rule.PERSON)
def step_groups(slug: str, roundtable_id: int, step_id: int) -> ResponseReturnValue:
    """Who sits with whom in a step. Those who lead go on from here to forming groups, where none are announced."""
    mine = standing(slug, roundtable_id)
    if not mine.leads:
        here = (Roundtable.id == roundtable_id, Cohort.slug == slug, access.is_of(step_id))
        return announced_page(load(access.announced_to(viewer()).where(*here)), leads=False)
    link = db().scalar(access.announced_at(roundtable_id, step_id))
    if link is None:
        step = step_in(db(), roundtable_id, step_id)
        return redirect_to(".new_step_groups", slug=slug, roundtable_id=roundtable_id, step_id=step.id)
    return announced_page(link, leads=True)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/steps/<int:step_id>/groups/new")
@rule(Rule.PERSON)
def new_step_groups(slug: str, roundtable_id: int, step_id: int, form: Form | None = None) -> str:
    """The form of new groups for a step, as its rule has it, and the drafts there are."""
    one = led(slug, roundtable_id)
    return form_page(one, form, step=step_in(db(), one.id, step_id))


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/steps/<int:step_id>/groups/new")
@rule(Rule.PERSON)
@redisplay(new_step_groups)
def form_step_groups(slug: str, roundtable_id: int, step_id: int) -> ResponseReturnValue:
    """Form them, as those of a roundtable are formed."""
    wished = read(inputs.NewGroups).wishes()
    with database().reading() as session:
        one = led_in(session, slug, roundtable_id)
        step_in(session, one.id, step_id)
        posed = drafting.pose(session, one, wished, step_id=step_id)
    found = found_at_once(posed)
    one = led(slug, roundtable_id)
    return drafted(one, wished, posed, found, step_in(db(), one.id, step_id).id)


def step_in(session: Session, roundtable_id: int, step_id: int) -> AgendaStep:
    """A step of a loaded roundtable; 404 where it has no such step."""
    return session.scalar(agendas.steps_of(roundtable_id).where(AgendaStep.id == step_id)) or abort(404)
