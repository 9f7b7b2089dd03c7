"""Asking back, answering it, and saying that something resonates. All of it stands on the page of its asking."""

from secrets import token_hex

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.prompts import access, inputs, resonance, threads
from peernet.prompts.models import Asking, Visibility
from peernet.prompts.threads_access import Behind
from peernet.prompts.views.asking import named, page
from peernet.prompts.views.blueprint import blueprint
from peernet.text import markdown
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


def page_at(slug: str, asking_id: int, key: str, form: Form | None = None) -> ResponseReturnValue:
    """The page with what was typed, at the voice or the question where it was typed."""
    return page(slug, asking_id, form=form, at=key)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/voices/<key>/ask")
@rule(Rule.PERSON)
@redisplay(page_at)
def ask_back(slug: str, asking_id: int, key: str) -> ResponseReturnValue:
    """Ask back to what a voice says."""
    typed = read(inputs.Question)
    rendered = _rendered(typed.question, "question")
    asking = _asking(slug, asking_id)
    threads.ask(
        db(),
        asking,
        _voice(asking, key),
        actor=viewer(),
        text=typed.question,
        rendered=rendered,
        audience=Visibility(typed.audience),
    )
    notice(_("Your question is asked. It waits for an answer here; until then you can take it back."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id, anchor=f"v-{key}")


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/voices/<key>/resonate")
@rule(Rule.PERSON)
@redisplay(page_at)
def resonate(slug: str, asking_id: int, key: str) -> ResponseReturnValue:
    """Say that what a voice says resonates, or no more."""
    said = read(inputs.Resonance)
    asking = _asking(slug, asking_id)
    resonance.say(db(), asking, _voice(asking, key), actor=viewer(), resonates=said.resonates)
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id, anchor=f"v-{key}")


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/asked/<key>/take-back")
@rule(Rule.PERSON)
@redisplay(page_at)
def take_back_question(slug: str, asking_id: int, key: str) -> ResponseReturnValue:
    """Take the viewer's own question back."""
    asking = _asking(slug, asking_id)
    _require(threads.take_back(db(), asking, actor=viewer(), key=key))
    notice(_("Your question is taken back."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id, anchor="voices")


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/asked/<key>/answer")
@rule(Rule.PERSON)
@redisplay(page_at)
def answer_back(slug: str, asking_id: int, key: str) -> ResponseReturnValue:
    """Answer what was asked back to the viewer's own answer."""
    typed = read(inputs.Reply)
    rendered = _rendered(typed.reply, "reply")
    asking = _asking(slug, asking_id)
    mine = load(access.own_response(viewer(), asking_id))
    threads.answer(
        db(),
        mine,
        asking=asking,
        actor=viewer(),
        key=key,
        version=typed.version,
        text=typed.reply,
        rendered=rendered,
    )
    notice(_("Your answer stands under the question."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id, anchor=f"q-{key}")


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/asked/<key>/leave")
@rule(Rule.PERSON)
def leave_question(slug: str, asking_id: int, key: str) -> ResponseReturnValue:
    """Let a question wait no more."""
    asking = _asking(slug, asking_id)
    _require(threads.leave(db(), asking=asking, actor=viewer(), key=key))
    notice(_("This question does not wait for you any more. Nobody is told."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id, anchor="mine")


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/asked/<key>/remove")
@rule(Rule.PERSON)
def remove_question(slug: str, asking_id: int, key: str) -> ResponseReturnValue:
    """Take a question away from the viewer's own answer."""
    asking = _asking(slug, asking_id)
    _require(threads.remove(db(), asking=asking, actor=viewer(), key=key))
    notice(_("The question is removed, with what you said to it."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id, anchor="mine")


def _asking(slug: str, asking_id: int) -> Asking:
    found: Asking = load(named(access.asked_to(viewer()), slug, asking_id))
    return found


def _voice(asking: Asking, key: str) -> Behind:
    found = threads.voice_at(db(), asking, actor=viewer(), key=key)
    if found is None:
        abort(404)
    return found


def _require(was_there: bool) -> None:
    if not was_there:
        abort(404)


def _rendered(text: str, field: str) -> markdown.Rendered:
    # As of answers: footnotes need ids that are unique in the page and tell nothing.
    return markdown.render(text, prefix=f"q{token_hex(6)}-", top=4, field=field)
