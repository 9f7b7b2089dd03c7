"""The three questions: on the roundtable's page, and behind the link of a mail, where looking changes nothing."""

from flask import make_response
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.roundtables import links
from peernet.roundtables.feedback import giving, inputs, showing, words
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recaps import gathering
from peernet.roundtables.views.room import attended, blueprint, me_at
from peernet.roundtables.views.roundtable import page
from peernet.tokens import tokens
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db
from peernet.web.rules import Rule, rule
from peernet.web.viewer import Viewer


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/feedback")
@rule(Rule.PERSON)
@redisplay(page)
def give_feedback(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Answer them, or change what one answered."""
    one = attended(slug, roundtable_id)
    _give(one, me_at(one))
    return redirect_to(".page", slug=slug, roundtable_id=roundtable_id, anchor="feedback")


@blueprint.get("/r/<token>/feedback")
@rule(Rule.LINK)
def feedback_link(token: str, form: Form | None = None) -> ResponseReturnValue:
    """The questions, with what their one reader answered so far."""
    found = _behind(token)
    if found is None:
        return _over()
    one, invitee = found
    holder = Viewer(person_id=invitee.person_id, zone=invitee.zone, link=token)
    return make_response(
        render(
            "roundtables/feedback/link.html",
            one=one,
            invitee=invitee,
            token=token,
            came=gathering.of(db(), holder, one, is_inside=False),
            feedback=showing.to_answer(db(), one, invitee, form),
            feedback_until=giving.until(one),
            feedback_words=words,
            form_state=form,
        )
    )


@blueprint.post("/r/<token>/feedback")
@rule(Rule.LINK)
@redisplay(feedback_link)
def give_feedback_by_link(token: str) -> ResponseReturnValue:
    """The same for the one to whom the link was sent."""
    found = _behind(token)
    if found is None:
        return _over()
    _give(*found)
    return redirect_to(".feedback_link", token=token)


def _give(one: Roundtable, invitee: Invitee) -> None:
    given = read(inputs.Given)
    giving.give(db(), one, invitee, version=given.seen, worth=given.worth, will=given.will, change=given.change)
    notice(_("Thank you. You can change what you said until the day that stands there."))


def _behind(text: str) -> tuple[Roundtable, Invitee] | None:
    """The roundtable and the invitee that a live link is for, while they are asked."""
    token = tokens.look_up(db(), text, purpose=giving.PURPOSE)
    found = links.named_by(db(), token.subject) if token else None
    return found if found is not None and giving.may_give(db(), *found) else None


def _over() -> ResponseReturnValue:
    return make_response(render("roundtables/feedback/over.html"), 410)
