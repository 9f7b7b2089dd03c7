"""The link in a mail that answers a poll without signing in. Looking at it, as mail scanners do, changes nothing; it
shows that one poll, and of its person nothing but what they would see signed in."""

from flask import make_response
from flask.typing import ResponseReturnValue

from peernet.roundtables.polls import answering, inputs, links
from peernet.roundtables.polls.views.answering import thanks, what_is_asked
from peernet.roundtables.views.room import blueprint
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/p/<token>")
@rule(Rule.LINK)
def poll_link(token: str, form: Form | None = None) -> ResponseReturnValue:
    """What is proposed to the person to whom the link was sent."""
    found = links.behind(db(), token)
    if found is None:
        return _over()
    return make_response(render("roundtables/polls/link.html", token=token, **what_is_asked(*found, form)))


@blueprint.post("/p/<token>")
@rule(Rule.LINK)
@redisplay(poll_link)
def answer_poll_link(token: str) -> ResponseReturnValue:
    """Answer for that person."""
    given = read(inputs.Votes)
    found = links.behind(db(), token)
    if found is None:
        return _over()
    answering.answer(db(), *found, given.said, remember=given.remember)
    notice(thanks(given))
    return redirect_to(".poll_link", token=token)


def _over() -> ResponseReturnValue:
    return make_response(render("roundtables/polls/over.html"), 410)
