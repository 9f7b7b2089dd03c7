"""Groups in the room: formed of those who are here, repaired when somebody is missing, and told that time is short."""

from flask import abort
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peernet.db import Conflict
from peernet.i18n import gettext as _
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.groupings import access, announcing, breakouts, drafting
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.groupings.people import Basis
from peernet.roundtables.groupings.views.room import led_in
from peernet.roundtables.running import inputs, steering
from peernet.roundtables.running.views import room
from peernet.roundtables.views.room import blueprint, led
from peernet.web.inputs import read, redisplay
from peernet.web.pages import redirect_to
from peernet.web.request import database, db, viewer
from peernet.web.rules import Rule, rule


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/groups")
@rule(Rule.PERSON)
@redisplay(room)
def form_room_groups(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Form the groups of a step of those who are here. The search comes before the database is locked."""
    given = read(inputs.Breakout)
    with database().reading() as session:
        one = led_in(session, slug, roundtable_id)
        steps = list(session.scalars(agendas.steps_of(one.id)))
        planned = breakouts.plan_here(session, one, _named(steps, given.step), steps)
    one = led(slug, roundtable_id)
    step = _named(list(db().scalars(agendas.steps_of(one.id))), given.step)
    breakouts.form_here(db(), one, step, planned, actor=viewer(), seen=given.seen)
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/groups/repair")
@rule(Rule.PERSON)
@redisplay(room)
def repair_room_groups(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Repair them for those who are here, with as few moves as can be. Whoever pressed the button after somebody else
    finds it done; where that one repaired it for others, it is said."""
    given = read(inputs.Repair)
    with database().reading() as session:
        one = led_in(session, slug, roundtable_id)
        planned = announcing.plan_repair(session, _announced(session, one.id, given.step), Basis.HERE)
    found = announcing.found_after(planned, ())
    link = _announced(db(), led(slug, roundtable_id).id, given.step)
    if planned.version == given.version:
        posed = drafting.pose_again(db(), link, Basis.HERE)
        announcing.repair(db(), link, posed, found, actor=viewer(), planned=planned)
    elif link.step is not None and breakouts.standing(db(), link.roundtable, link.step).is_off:
        raise Conflict(_("Somebody else changed these groups meanwhile. Look at them again."))
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/closing")
@rule(Rule.PERSON)
@redisplay(room)
def call_closing(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Tell all tables that two minutes are left."""
    given = read(inputs.During)
    steering.call_closing(db(), led(slug, roundtable_id), actor=viewer(), seen=given.step)
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


def _named(steps: list[AgendaStep], step_id: int) -> AgendaStep:
    found = next((each for each in steps if each.id == step_id), None)
    return found if found is not None and breakouts.is_grouped(found) else abort(404)


def _announced(session: Session, roundtable_id: int, step_id: int) -> RoundtableGrouping:
    return session.scalar(access.announced_at(roundtable_id, step_id)) or abort(404)
