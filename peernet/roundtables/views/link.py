"""The link in a mail that answers an invitation without signing in. Looking at it, as mail scanners do, changes
nothing; what it shows is that one roundtable and, to who accepted, the way in when it is time: never who comes. To a
guest, who has no account, it is the whole of the roundtable.
"""

from flask import make_response, request
from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.accounts import zones
from peernet.roundtables import access, access_presence, attendance, choosing, doors, inputs, links, times, words
from peernet.roundtables.agendas import access as access_agendas
from peernet.roundtables.agendas import showing as agendas
from peernet.roundtables.agendas import words as step_words
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Answer, Guest, Roundtable
from peernet.roundtables.recordings import showing as recordings
from peernet.roundtables.recordings import words as recording_words
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
        return over(token)
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
            is_over=one.over_at <= clock.now(),
            words=words,
            door=_door(one, invitee, given.answer if given else None),
            zone_groups=zones.grouped(invitee.zone) if invitee.is_guest else [],
            mine=_introduction(invitee, form),
            form_state=form,
            agenda=agendas.timed(one, db().scalars(access_agendas.steps_of(one.id))) if invitee.is_guest else [],
            step_words=step_words,
            recorded=recordings.behind_link(db(), one, invitee.key) if invitee.is_guest else None,
            recording_words=recording_words,
        )
    )


@blueprint.post("/r/<token>")
@rule(Rule.LINK)
@redisplay(link)
def answer_by_link(token: str) -> ResponseReturnValue:
    """Answer for the invitee to whom the link was sent."""
    found = links.behind(db(), token)
    if found is None:
        return over(token)
    one, invitee = found
    given = read(inputs.GivenAnswer)
    said = attendance.rsvp(db(), one, invitee, given.meant, take_over=given.takes_over)
    notice(str(words.SAID[said.answer]))
    return redirect_to(".link", token=token)


def guest_of(invitee: Invitee) -> Guest | None:
    """The row of a guest who is behind a link."""
    return None if invitee.guest_id is None else db().get_one(Guest, invitee.guest_id)


def _introduction(invitee: Invitee, form: Form | None) -> Form | None:
    """What a guest says of themselves, as a form; for anybody else there is none."""
    if form is not None and "zone" in form.values:
        return form
    guest = guest_of(invitee)
    if guest is None:
        return None
    more = {"is_listed": "yes" if guest.is_listed else "", "needs": guest.needs} if invitee.is_public else {}
    return Form({"name": guest.name, "organisation": guest.organisation, "zone": guest.zone, **more})


def over(token: str) -> ResponseReturnValue:
    """Why the link opens nothing any more."""
    withdrawn = links.was_withdrawn(db(), token)
    held = links.public_guest(db(), token) is not None
    return make_response(render("roundtables/link_over.html", withdrawn=withdrawn, held=held, token=token), 410)


def _door(one: Roundtable, invitee: Invitee, answer: Answer | None) -> doors.Door:
    presence = db().scalar(access_presence.presence_of(one.id, *invitee.key))
    return doors.of(one, presence, is_meant=answer is Answer.ACCEPTED)
