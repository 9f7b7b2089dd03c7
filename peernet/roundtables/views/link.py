"""The link in a mail that answers an invitation without signing in. Looking at it, as mail scanners do, changes
nothing; what it shows is that one roundtable: not who comes, and not the way in.
"""

from flask import make_response, request
from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.roundtables import access, attendance, choosing, inputs, links, times, words
from peernet.roundtables.views.room import blueprint
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db
from peernet.web.rules import Rule, rule
from peernet.web.viewer import Viewer


@blueprint.get("/r/<token>")
@rule(Rule.LINK)
def link(token: str, form: Form | None = None) -> ResponseReturnValue:
    """The roundtable and a button for each answer; the one that the mail's link named comes first."""
    found = links.behind(db(), token)
    if found is None:
        return _over()
    one, invitee = found
    holder = Viewer(person_id=invitee.person_id, zone=invitee.zone, link=token)
    given = db().scalar(access.answer_of(one.id, *invitee.key))
    return make_response(
        render(
            "roundtables/link.html",
            one=one,
            invitee=invitee,
            token=token,
            choices=choosing.with_colleagues(db(), choosing.of_answer(db(), one, given), invitee),
            wanted=request.args.get("answer", ""),
            readings=list(db().scalars(access.readings_of([one.id]))),
            prompts=list(db().scalars(access.prompts_of(holder, [one.id]))),
            comes_twice=times.comes_twice(one.wall_start, one.zone),
            is_over=one.ends_at <= clock.now(),
            words=words,
            form_state=form,
        )
    )


@blueprint.post("/r/<token>")
@rule(Rule.LINK)
@redisplay(link)
def answer_by_link(token: str) -> ResponseReturnValue:
    """Answer for the invitee to whom the link was sent."""
    found = links.behind(db(), token)
    if found is None:
        return _over()
    one, invitee = found
    given = read(inputs.GivenAnswer)
    said = attendance.rsvp(db(), one, invitee, given.meant, take_over=given.takes_over)
    notice(str(words.SAID[said.answer]))
    return redirect_to(".link", token=token)


def _over() -> ResponseReturnValue:
    return make_response(render("roundtables/link_over.html"), 410)
