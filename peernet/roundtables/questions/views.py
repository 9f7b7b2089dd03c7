"""Asking in the room, supporting what others asked, and marking what was taken up. No address that follows names a
question: what is remembered of a form that was sent must not tell which one it was about."""

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.models import Roundtable
from peernet.roundtables.questions import access, collecting, inputs
from peernet.roundtables.questions.models import RoomQuestion
from peernet.roundtables.running.views import room
from peernet.roundtables.views.room import attended, blueprint, led, standing
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_ROOM = "/c/<slug>/roundtables/<int:roundtable_id>/room/questions"


def _again(slug: str, roundtable_id: int, question_id: int, form: Form | None = None) -> str:
    """The room, where something about a question was refused."""
    return room(slug, roundtable_id, form=form)


@blueprint.post(_ROOM)
@rule(Rule.PERSON)
@redisplay(room)
def ask_in_room(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Ask a question."""
    given = read(inputs.Question)
    one = attended(slug, roundtable_id)
    collecting.ask(db(), one, viewer().person_id or abort(404), given.question, unnamed=given.unnamed)
    notice(_("Your question is asked."))
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id, anchor="room-questions")


@blueprint.post(f"{_ROOM}/<int:question_id>/support")
@rule(Rule.PERSON)
@redisplay(_again)
def support_question(slug: str, roundtable_id: int, question_id: int) -> ResponseReturnValue:
    """Support a question, or no more."""
    given = read(inputs.Support)
    one = attended(slug, roundtable_id)
    collecting.support(db(), one, _question(one, question_id), viewer().person_id or abort(404), on=given.on)
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id, anchor="room-questions")


@blueprint.post(f"{_ROOM}/<int:question_id>/withdraw")
@rule(Rule.PERSON)
@redisplay(_again)
def withdraw_question(slug: str, roundtable_id: int, question_id: int) -> ResponseReturnValue:
    """Take a question out, as its asker or as one who leads. Done twice it is done once."""
    read(Nothing)
    mine = standing(slug, roundtable_id)
    question = db().scalar(access.questions_in(mine.roundtable.id).where(RoomQuestion.id == question_id))
    if question is not None:
        if not mine.leads and not collecting.is_asker(question, viewer().person_id):
            abort(404)
        collecting.remove(db(), mine.roundtable, question)
    notice(_("The question is taken out."))
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id, anchor="room-questions")


@blueprint.post(f"{_ROOM}/<int:question_id>/state")
@rule(Rule.PERSON)
@redisplay(_again)
def put_question(slug: str, roundtable_id: int, question_id: int) -> ResponseReturnValue:
    """Note that a question is taken up, or answered, or waits again."""
    given = read(inputs.State)
    one = led(slug, roundtable_id)
    collecting.put(db(), one, _question(one, question_id), given.state)
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id, anchor="room-questions")


def _question(one: Roundtable, question_id: int) -> RoomQuestion:
    found: RoomQuestion = load(access.questions_in(one.id).where(RoomQuestion.id == question_id))
    return found
