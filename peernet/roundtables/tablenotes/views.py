"""Writing the notes of one's own table."""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.groupings import showing as tables
from peernet.roundtables.notes.views import again, inside
from peernet.roundtables.tablenotes import carrying, inputs, words, writing
from peernet.roundtables.views.room import blueprint
from peernet.web.inputs import read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/notes/table")
@rule(Rule.PERSON)
@redisplay(again)
def write_table_note(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Keep the notes of one's own table: from the script with X-Autosave, or from the button."""
    given = read(inputs.TableNote)
    mine = inside(slug, roundtable_id)
    if not mine.attends:
        abort(404)
    one = mine.roundtable
    step: AgendaStep = load(agendas.steps_of(one.id).where(AgendaStep.id == given.step))
    seats = writing.seats_in(tables.own_of(db(), viewer(), one.id), step)
    seat = next((each for each in seats if (each.round, each.table) == (given.round, given.table)), None)
    is_typing = bool(request.headers.get("X-Autosave"))
    kept = writing.write(
        db(), one, step, seat, given.words, version=given.version, dismiss=given.dismiss, is_typing=is_typing
    )
    if is_typing:
        return Response(status=204, headers={"X-Version": str(kept.version)})
    notice(str(words.KEPT[kept.widest]))
    where = ".room" if given.at == "room" else ".notes"
    return redirect_to(where, slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/notes/table/mine")
@rule(Rule.PERSON)
@redisplay(again)
def put_mine(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Put what one wrote in silence into the notes of one's table."""
    given = read(inputs.Mine)
    one = inside(slug, roundtable_id).roundtable
    steps = list(db().scalars(agendas.steps_of(one.id)))
    step = next((each for each in steps if each.id == given.step), None) or abort(404)
    seats = writing.seats_in(tables.own_of(db(), viewer(), one.id), step)
    seat = next((each for each in seats if each.round == given.into), None) or abort(404)
    carrying.put(db(), one, step, seat, carrying.alone(db(), viewer(), one, step, steps), dismiss=given.dismiss)
    notice(_("Your text stands in the notes of your table."))
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)
