"""What else can be done behind the link of a mail, without signing in: take the calendar file along, say that one is
there, and, as a guest, say who one is.
"""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from peernet import clock, live
from peernet.i18n import gettext as _
from peernet.roundtables import access, calendar, checkins, guests, inputs, joining, links
from peernet.roundtables.models import Answer
from peernet.roundtables.recordings import consenting
from peernet.roundtables.recordings.inputs import Answer as Answered
from peernet.roundtables.recordings.models import Says
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.views.link import guest_of, link, over
from peernet.roundtables.views.room import blueprint
from peernet.settings import current
from peernet.web.inputs import read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/r/<token>.ics")
@rule(Rule.LINK)
def calendar_by_link(token: str) -> ResponseReturnValue:
    """The roundtable for a calendar, with the link as its address."""
    found = links.behind(db(), token)
    if found is None:
        return over(token)
    one, invitee = found
    given = db().scalar(access.answer_of(one.id, *invitee.key))
    page = f"{current().public_url}/r/{token}"
    way_in = joining.told(one, page=page) if given is not None and given.answer is Answer.ACCEPTED else ""
    response = Response(calendar.write(one, stamp=clock.now(), url=page, way_in=way_in), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="roundtable.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.post("/r/<token>/here")
@rule(Rule.LINK)
@redisplay(link)
def here_by_link(token: str) -> ResponseReturnValue:
    """Say that one is there, or take that back."""
    found = links.behind(db(), token)
    if found is None:
        return over(token)
    one, invitee = found
    given = read(inputs.Here)
    (checkins.check_in if given.here else checkins.take_back)(db(), one, invitee)
    live.happened(db(), topic_of(one.id), "here")
    notice(_("It is noted that you are here.") if given.here else _("It is taken back."))
    return redirect_to(".link", token=token)


@blueprint.post("/r/<token>/recording")
@rule(Rule.LINK)
@redisplay(link)
def answer_recording_by_link(token: str) -> ResponseReturnValue:
    """Say as a guest whether one agrees to be recorded."""
    found = links.behind(db(), token)
    if found is None:
        return over(token)
    one, invitee = found
    if not invitee.is_guest:
        abort(404)
    given = read(Answered)
    consenting.answer(db(), one, invitee.key, given.says, terms=given.terms)
    notice(_("You agree to be recorded.") if given.says is Says.YES else _("You do not agree to be recorded."))
    return redirect_to(".link", token=token)


@blueprint.post("/r/<token>/me")
@rule(Rule.LINK)
@redisplay(link)
def introduce(token: str) -> ResponseReturnValue:
    """Say as a guest how one is called, where one comes from, and by which clocks one lives."""
    found = links.behind(db(), token)
    if found is None:
        return over(token)
    guest = guest_of(found[1])
    if guest is None:
        abort(404)
    given = read(inputs.Introduction)
    guests.introduce(db(), guest, **given.model_dump())
    notice(_("It is saved."))
    return redirect_to(".link", token=token)
