"""Writing in the room, and revealing what was written."""

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.prompts import access as prompts
from peernet.prompts import resonance, responses, threads
from peernet.prompts.inputs import Answer, Resonance
from peernet.prompts.models import Asking
from peernet.prompts.views.answers import rendered_answer
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.running import access, writing
from peernet.roundtables.running.views import room
from peernet.roundtables.views.room import blueprint, led, standing
from peernet.web.inputs import read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/answer/<int:asking_id>")
@rule(Rule.PERSON)
@redisplay(room)
def answer_in_room(slug: str, roundtable_id: int, asking_id: int) -> ResponseReturnValue:
    """Give an answer to what a step asks, or change it."""
    typed = read(Answer)
    rendered = rendered_answer(typed.text)
    one = standing(slug, roundtable_id).roundtable
    asked = load(prompts.answerable_by(viewer()).where(Asking.id == asking_id, access.is_asked_in(one.id)))
    responses.answer(db(), asked, actor=viewer(), rendered=rendered, **typed.model_dump())
    notice(_("Your answer is saved."))
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/voices/<int:asking_id>/<key>/resonate")
@rule(Rule.PERSON)
def resonate_in_room(slug: str, roundtable_id: int, asking_id: int, key: str) -> ResponseReturnValue:
    """Say that what a voice says resonates, or no more."""
    said = read(Resonance)
    one = standing(slug, roundtable_id).roundtable
    asked = load(prompts.asked_to(viewer()).where(Asking.id == asking_id, access.is_asked_in(one.id)))
    voice = threads.voice_at(db(), asked, actor=viewer(), key=key) or abort(404)
    resonance.say(db(), asked, voice, actor=viewer(), resonates=said.resonates)
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id, anchor="room-voices")


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/room/reveal/<int:asking_id>")
@rule(Rule.PERSON)
@redisplay(room)
def reveal(slug: str, roundtable_id: int, asking_id: int) -> ResponseReturnValue:
    """Reveal what was written, all at once."""
    read(Nothing)
    one = led(slug, roundtable_id)
    asked = load(prompts.asked_in(viewer(), one.cohort_id).where(Asking.id == asking_id, access.is_asked_in(one.id)))
    writing.reveal(db(), one, asked, actor=viewer())
    notice(_("What was written is revealed."))
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)
