"""The room: for those who lead, for everybody else who may open the roundtable, and large for a screen."""

from collections.abc import Collection
from typing import Any

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from peernet import clock, live
from peernet.i18n import gettext as _
from peernet.prompts import access as prompts
from peernet.prompts.models import Asking
from peernet.roundtables import access as roundtables
from peernet.roundtables import access_presence, checkins, invitees
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas import words as step_words
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.checkins import Mark
from peernet.roundtables.commitments import showing as commitments
from peernet.roundtables.groupings import breakouts
from peernet.roundtables.groupings import showing as tables
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.invitees import Invitee, Key
from peernet.roundtables.models import Roundtable
from peernet.roundtables.notes import showing as notes
from peernet.roundtables.notes import words as note_words
from peernet.roundtables.notes import writing as noting
from peernet.roundtables.questions import collecting
from peernet.roundtables.questions import showing as questions
from peernet.roundtables.questions import words as question_words
from peernet.roundtables.recordings import showing as recordings
from peernet.roundtables.recordings import words as recording_words
from peernet.roundtables.running import access, floor, inputs, instructing, showing, steering, written
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.running.models import Room
from peernet.roundtables.tablenotes import showing as table_notes
from peernet.roundtables.views.room import attended, blueprint, led, me_at, seen_version, standing
from peernet.roundtables.views.roundtable import door_of
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/room")
@rule(Rule.PERSON)
def room(slug: str, roundtable_id: int, form: Form | None = None, asking_id: int | None = None) -> str:
    """The room as far as the viewer sees it. ``asking_id``: what was answered by the ``form`` that was refused."""
    mine = standing(slug, roundtable_id)
    shown = _shown(mine, form) | commitments.takers(db(), mine)
    note = db().scalar(access.own_note(viewer(), shown["one"].id))
    stored = note.version if note else 0
    is_note = form is not None and "text" in form.values and asking_id is None
    state = form if form and is_note else Form({"text": note.source if note else ""})
    return render(
        "roundtables/running/room.html",
        note_state=state,
        note_version=seen_version(form, stored) if is_note else stored,
        form_state=form,
        **shown,
    )


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/room/now")
@rule(Rule.PERSON)
def room_now(slug: str, roundtable_id: int) -> str:
    """What of it changes, for the page that stands open."""
    return render("roundtables/running/now.html", **_shown(standing(slug, roundtable_id)))


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/room/notes")
@rule(Rule.PERSON)
def room_notes(slug: str, roundtable_id: int) -> str:
    """The notes alone, as they stand while somebody types in them."""
    mine = standing(slug, roundtable_id)
    one = mine.roundtable
    steps = list(db().scalars(agendas.steps_of(one.id)))
    stand = _stands(one, db().scalar(access.room_of(one.id)), steps)
    own = tables.own_of(db(), viewer(), one.id)
    return render(
        "roundtables/running/notes_now.html",
        one=one,
        cohort=one.cohort,
        standing=mine,
        table_notes=_own_table(mine, stand, steps, own, None),
        notes=_notes(mine, {"stand": stand, "steps": steps}, None),
        note_words=note_words.PARTS,
        stand=stand,
    )


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/screen")
@rule(Rule.PERSON)
def screen(slug: str, roundtable_id: int) -> str:
    """The same for a projector: the step, the question and the clock, and nobody's name."""
    return render("roundtables/running/screen.html", **_on_screen(slug, roundtable_id))


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/screen/now")
@rule(Rule.PERSON)
def screen_now(slug: str, roundtable_id: int) -> str:
    """What of that changes."""
    return render("roundtables/running/screen_now.html", **_on_screen(slug, roundtable_id))


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/step")
@rule(Rule.PERSON)
@redisplay(room)
def go_to_step(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Go to a step, or to a round of its groups."""
    given = read(inputs.Goal)
    one = led(slug, roundtable_id)
    step: AgendaStep = load(agendas.steps_of(one.id).where(AgendaStep.id == given.step))
    number = min(given.round, breakouts.rounds(db(), step))
    steering.go_to(db(), one, step, actor=viewer(), number=number)
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/minute")
@rule(Rule.PERSON)
@redisplay(room)
def add_minute(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Give the step a minute more."""
    given = read(inputs.During)
    steering.add_minute(db(), led(slug, roundtable_id), actor=viewer(), seen=given.step)
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/end")
@rule(Rule.PERSON)
@redisplay(room)
def end_room(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """End it."""
    read(Nothing)
    one = led(slug, roundtable_id)
    steering.end(db(), one, actor=viewer())
    notice(
        _("The roundtable has ended.") if one.is_ended else _("It was tried out before its start, and has not ended.")
    )
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/go-on")
@rule(Rule.PERSON)
@redisplay(room)
def go_on_in_room(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Take its end back."""
    read(Nothing)
    steering.go_on(db(), led(slug, roundtable_id), actor=viewer())
    notice(_("The roundtable goes on."))
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/hand")
@rule(Rule.PERSON)
@redisplay(room)
def raise_hand(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Raise one's hand, or take it down."""
    given = read(inputs.Hand)
    one = attended(slug, roundtable_id)
    floor.raise_hand(db(), one, viewer().person_id or abort(404), up=given.up)
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/here")
@rule(Rule.PERSON)
@redisplay(room)
def here_in_room(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Say that one is there."""
    read(Nothing)
    one = attended(slug, roundtable_id)
    checkins.check_in(db(), one, me_at(one))
    live.happened(db(), topic_of(one.id), "here")
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/person")
@rule(Rule.PERSON)
@redisplay(room)
def note_person(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Note that somebody is there, also by telephone, or that they were heard."""
    given = read(inputs.Someone)
    one = led(slug, roundtable_id)
    key: Key = (None, given.guest) if given.guest else (given.person, None)
    if key not in {each.key for each in _to_record(one, [key])}:
        abort(404)
    if given.what == "here":
        _note_here(one, key)
    elif given.guest:
        floor.note_guest_heard(db(), one, given.guest, heard=given.what == "heard")
    else:
        floor.note_heard(db(), one, given.person, heard=given.what == "heard")
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/note")
@rule(Rule.PERSON)
@redisplay(room)
def jot(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Keep a note to oneself: from the script with X-Autosave, or from the button."""
    given = read(inputs.Note)
    one = standing(slug, roundtable_id).roundtable
    kept = floor.jot(db(), one, actor=viewer(), version=given.version, text=given.text)
    if request.headers.get("X-Autosave"):
        return Response(status=204, headers={"X-Version": str(kept.version)})
    notice(_("Your note is kept. Only you can read it."))
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


def _note_here(one: Roundtable, key: Key) -> None:
    noted = db().scalar(access_presence.presence_of(one.id, *key))
    checkins.record(db(), one, [Mark(key, True, noted.version if noted else 0)], actor=viewer())
    live.happened(db(), topic_of(one.id), "here")


def _to_record(one: Roundtable, there: Collection[Key] = ()) -> list[Invitee]:
    """Everybody of whom something is noted in the room, guests last; of the public, who signed up by themselves, only
    those who are there."""
    people = [invitees.of(each) for each in db().scalars(access_presence.people_to_record(one))]
    guests = [invitees.of(each) for each in db().scalars(access_presence.guests_to_record(one.id))]
    return people + [each for each in guests if not each.is_public or each.key in there]


def _shown(mine: roundtables.Standing, form: Form | None = None) -> dict[str, Any]:
    one = mine.roundtable
    found = _stand(one)
    work = written.work(db(), viewer(), found["asking"]) if found["asking"] else None
    hands = db().execute(access.hands_in(one.id)).all()
    return {
        **found,
        "standing": mine,
        "work": work,
        "work_state": _work_state(work, form),
        "hands": hands,
        "is_up": viewer().person_id in {person_id for person_id, _name in hands},
        "door": door_of(mine),
        "takes_own": checkins.takes_own(one),
        **_tables(mine, found, form),
        "notes": _notes(mine, found, form),
        "note_words": note_words.PARTS,
        "recorded": recordings.of(db(), viewer(), mine),
        "recording_words": recording_words,
        **commitments.of(db(), viewer(), mine),
        **(_for_leaders(one, found["stand"].step) if mine.leads else {}),
    }


def _tables(mine: roundtables.Standing, found: dict[str, Any], form: Form | None) -> dict[str, Any]:
    """The viewer's own tables: those of the step, where it has groups, else those of the whole roundtable; what the
    step says to them there; what stands in the notes of these; and, in a step without groups, what all tables noted in
    the last one that had some."""
    one, stand, steps = mine.roundtable, found["stand"], found["steps"]
    own, step = tables.own_of(db(), viewer(), one.id), stand.step
    of_step = own.get(step.id, []) if step is not None else []
    now = instructing.seat_now(step, own, stand.round) if step is not None and stand.rounds > 1 else None
    return {
        "tables": of_step or own.get(None, []),
        "table_now": now,
        "tables_of": step if of_step else None,
        "parts": instructing.parts(step, steps, own, stand.round, leads=mine.leads) if step is not None else None,
        "table_notes": _own_table(mine, stand, steps, own, form),
        "tables_noted": _noted(mine, step, steps),
    }


def _own_table(
    mine: roundtables.Standing,
    stand: showing.Stand,
    steps: list[AgendaStep],
    own: table_notes.Owned,
    form: Form | None,
) -> table_notes.Mine | None:
    may_write = mine.is_inside and mine.attends and noting.is_open(mine.roundtable)
    return (
        table_notes.mine(db(), viewer(), mine.roundtable, stand.step, steps, own, stand.round, form)
        if may_write and stand.step is not None
        else None
    )


def _noted(mine: roundtables.Standing, step: AgendaStep | None, steps: list[AgendaStep]) -> table_notes.Noted | None:
    if not mine.is_inside or (step is not None and breakouts.is_grouped(step)):
        return None
    return table_notes.last_noted(table_notes.noted(db(), viewer(), mine, steps), steps, step)


def _notes(mine: roundtables.Standing, found: dict[str, Any], form: Form | None) -> notes.Place | None:
    """The notes of the step, or of the whole between steps, for those who write them."""
    if not (mine.is_inside and mine.attends and noting.is_open(mine.roundtable)):
        return None
    return notes.place(db(), mine.roundtable, found["stand"].step, found["steps"], form)


def _work_state(work: written.Work | None, form: Form | None) -> Form:
    """What stands in the form of an answer: what was typed and refused, else what is kept."""
    if work is None:
        return Form()
    if form is None or "answered" not in form.values:
        return Form(work.values | work.versions)
    return Form(dict(form.values) | work.versions, form.errors, form.theirs) if form.theirs is not None else form


def _for_leaders(one: Roundtable, step: AgendaStep | None) -> dict[str, Any]:
    """Who is there and who was heard, by name, and how many are done with what the step asks."""
    presences = db().scalars(access_presence.presences_at(one.id))
    there: set[Key] = {(each.person_id, each.guest_id) for each in presences if each.was_there}
    heard: set[Key] = {(each.person_id, None) for each in db().scalars(access.heard_in(one.id))}
    heard |= {(None, guest_id) for _roundtable, guest_id in db().execute(access.guests_heard_in([one.id]))}
    people = _to_record(one, there)
    rates = prompts.rates(db(), viewer(), [one.cohort_id]) if step and step.asking_id else {}
    return {
        "people": [(each, each.key in there, each.key in heard) for each in people],
        "guests_here": sum(guest_id is not None for _person, guest_id in there),
        "all_here": len(there),
        "rate": rates.get(step.asking_id) if step and step.asking_id else None,
        "takes_marks": checkins.takes_marks(one),
        "breakout": breakouts.standing(db(), one, step) if step and breakouts.is_grouped(step) else None,
        "written": table_notes.words_by_table(db(), step) if step and breakouts.is_grouped(step) else [],
        "held": list(db().scalars(prompts.asked_in(viewer(), one.cohort_id).where(*access.held_in(one.id))).unique()),
    }


def _on_screen(slug: str, roundtable_id: int) -> dict[str, Any]:
    found = _stand(standing(slug, roundtable_id).roundtable)
    asked, step = found["asking"], found["stand"].step
    told = instructing.by_role(step) if step is not None else []
    return {**found, "told": told, "voices": prompts.voices_for_all(db(), viewer(), asked) if asked else []}


def _stands(one: Roundtable, now: Room | None, steps: list[AgendaStep]) -> showing.Stand:
    step = showing.step_on(one, now)
    return showing.stand(one, now, steps, breakouts.rounds(db(), step) if step is not None else 1)


def _asked(one: Roundtable, step: AgendaStep | None) -> Asking | None:
    """What a step asks, if the viewer is one of those who see it."""
    if step is None or step.asking_id is None:
        return None
    asked = prompts.asked_in(viewer(), one.cohort_id).where(Asking.id == step.asking_id)
    return db().scalars(asked).unique().one_or_none()


def _stand(one: Roundtable) -> dict[str, Any]:
    """What everybody sees alike. The number is read first: what happens afterwards is heard of."""
    reached = live.reached(db(), topic_of(one.id))
    now = db().scalar(access.room_of(one.id))
    steps = list(db().scalars(agendas.steps_of(one.id)))
    found = _stands(one, now, steps)
    return {
        "one": one,
        "cohort": one.cohort,
        "room": now,
        "steps": steps,
        "stand": found,
        "asking": _asked(one, found.step),
        "reached": reached,
        "moment": clock.now(),
        "step_words": step_words,
        "questions": questions.questions(db(), one.id, viewer().person_id),
        "takes_questions": collecting.takes(one),
        "asks_unnamed": collecting.is_unnamed(found.step),
        "question_words": question_words.STATES,
        "question_verbs": question_words.VERBS,
    }
