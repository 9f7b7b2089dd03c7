"""The notes of a roundtable: to read, to write while they may be corrected, to take along."""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.roundtables import access as roundtables
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.groupings import showing as groups
from peernet.roundtables.notes import inputs, showing, words, writing
from peernet.roundtables.running.views import room
from peernet.roundtables.tablenotes import showing as tables
from peernet.roundtables.views.room import blueprint, led, standing
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/notes")
@rule(Rule.PERSON)
def notes(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """All notes, step by step."""
    mine = inside(slug, roundtable_id)
    one = mine.roundtable
    steps = list(db().scalars(agendas.steps_of(one.id)))
    noted = tables.noted(db(), viewer(), mine, steps)
    may_write = mine.attends and writing.is_open(one)
    own = groups.own_of(db(), viewer(), one.id) if may_write else {}
    to_correct = tables.to_correct(db(), steps, noted, own, form)
    return render(
        "roundtables/notes/notes.html",
        standing=mine,
        one=one,
        cohort=one.cohort,
        places=showing.places(db(), one, steps, form),
        noted=noted,
        to_correct=to_correct,
        astray=tables.astray(form, to_correct),
        may_write=may_write,
        is_open=writing.is_open(one),
        closes_at=writing.closes_at(one),
        form_state=form,
        days_state=form if form and "days" in form.values else Form({"days": one.correction_days}),
        note_words=words.PARTS,
    )


def again(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """The page where it was written."""
    is_of_room = form is not None and form.value("at") == "room"
    return room(slug, roundtable_id, form=form) if is_of_room else notes(slug, roundtable_id, form=form)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/notes")
@rule(Rule.PERSON)
@redisplay(again)
def write_note(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Keep a part of the notes: from the script with X-Autosave, or from the button."""
    given = read(inputs.Note)
    mine = inside(slug, roundtable_id)
    if not mine.attends:
        abort(404)
    one = mine.roundtable
    step: AgendaStep | None = load(agendas.steps_of(one.id).where(AgendaStep.id == given.step)) if given.step else None
    is_typing = bool(request.headers.get("X-Autosave"))
    kept = writing.write(
        db(), one, step, given.part, given.words, version=given.version, dismiss=given.dismiss, is_typing=is_typing
    )
    if is_typing:
        return Response(status=204, headers={"X-Version": str(kept.version)})
    notice(_("The note is kept. Everybody in the cohort can read it."))
    where = ".room" if given.at == "room" else ".notes"
    return redirect_to(where, slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/notes/days")
@rule(Rule.PERSON)
@redisplay(notes)
def set_correction_days(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Say for how long notes may be corrected."""
    given = read(inputs.Days)
    writing.set_days(db(), led(slug, roundtable_id), given.days, actor=viewer())
    notice(_("It is noted."))
    return redirect_to(".notes", slug=slug, roundtable_id=roundtable_id)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/notes.md")
@rule(Rule.PERSON)
def notes_file(slug: str, roundtable_id: int) -> Response:
    """The same as a file."""
    mine = inside(slug, roundtable_id)
    one = mine.roundtable
    steps = list(db().scalars(agendas.steps_of(one.id)))
    text = showing.as_markdown(one, showing.places(db(), one, steps)) + tables.as_markdown(
        tables.noted(db(), viewer(), mine, steps)
    )
    response = Response(text, content_type="text/markdown; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="notes-{one.id}.md"'
    return response


def inside(slug: str, roundtable_id: int) -> roundtables.Standing:
    """For everybody of the cohort; a guest of one roundtable does not read its notes."""
    mine = standing(slug, roundtable_id)
    if not mine.is_inside:
        abort(404)
    return mine
