"""One roundtable: when it is for the viewer, what to read, what is asked, who comes; an answer; the calendar file."""

from typing import Any

from flask import Response, abort
from flask.typing import ResponseReturnValue

from peernet import clock, live
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Membership
from peernet.i18n import gettext as _
from peernet.roundtables import (
    access,
    access_places,
    access_presence,
    attendance,
    calendar,
    checkins,
    choosing,
    doors,
    emails,
    inputs,
    invitees,
    joining,
    seating,
    times,
    words,
)
from peernet.roundtables.agendas import access as access_agendas
from peernet.roundtables.agendas import showing as showing_agendas
from peernet.roundtables.agendas import words as step_words
from peernet.roundtables.commitments import showing as commitments
from peernet.roundtables.feedback import showing as feedback
from peernet.roundtables.groupings import showing
from peernet.roundtables.models import Answer, Roundtable
from peernet.roundtables.recaps import showing as recaps
from peernet.roundtables.recordings import showing as recordings
from peernet.roundtables.recordings import words as recording_words
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.tablenotes import showing as table_notes
from peernet.roundtables.views.room import attended, blueprint, me_at, standing
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>")
@rule(Rule.PERSON)
def page(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """The roundtable, as far as the viewer sees it."""
    mine = standing(slug, roundtable_id)
    one = mine.roundtable
    own, has_begun = showing.own_of(db(), viewer(), one.id), checkins.begins_at(one) <= clock.now()
    steps = list(db().scalars(access_agendas.steps_of(one.id)))
    return render(
        "roundtables/page.html",
        standing=mine,
        one=one,
        readings=list(db().scalars(access.readings_of([one.id]))),
        prompts=list(db().scalars(access.prompts_of(viewer(), [one.id]))),
        comes_twice=times.comes_twice(one.wall_start, one.zone),
        calendar_size=len(_calendar_file(mine).encode()),
        is_over=one.over_at <= clock.now(),
        door=door_of(mine),
        takes_marks=checkins.takes_marks(one),
        words=words,
        form_state=form,
        tables=own.get(None, []),
        step_tables=own,
        choices=choosing.with_colleagues(db(), choosing.of_standing(mine), me_at(one)) if mine.attends else None,
        agenda=showing_agendas.timed(one, steps),
        tables_noted=table_notes.noted(db(), viewer(), mine, steps) if mine.is_inside and has_begun else [],
        step_words=step_words,
        recorded=recordings.of(db(), viewer(), mine),
        recording_words=recording_words,
        **commitments.of(db(), viewer(), mine),
        **recaps.after(db(), viewer(), mine),
        **feedback.of(db(), viewer(), mine, form),
        **_table(one, leads=mine.leads),
        **_for_leaders(one, leads=mine.leads),
    )


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/rsvp")
@rule(Rule.PERSON)
@redisplay(page)
def rsvp(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Answer the invitation."""
    one = attended(slug, roundtable_id)
    given = read(inputs.GivenAnswer)
    said = attendance.rsvp(db(), one, me_at(one), given.meant, take_over=given.takes_over)
    notice(str(words.SAID[said.answer]))
    return redirect_to(".page", slug=slug, roundtable_id=roundtable_id)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/join")
@rule(Rule.PERSON)
def join(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """The page to which calendars and mails lead: the way in when it is time, before that when it will be."""
    mine = standing(slug, roundtable_id)
    if not (mine.attends or mine.leads):
        abort(404)
    one, is_over = mine.roundtable, mine.roundtable.over_at <= clock.now()
    return render("roundtables/join.html", one=one, standing=mine, door=door_of(mine), is_over=is_over, form_state=form)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/here")
@rule(Rule.PERSON)
@redisplay(join)
def here(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Say that one is there, or take that back."""
    one = attended(slug, roundtable_id)
    given = read(inputs.Here)
    (checkins.check_in if given.here else checkins.take_back)(db(), one, me_at(one))
    live.happened(db(), topic_of(one.id), "here")
    notice(_("It is noted that you are here.") if given.here else _("It is taken back."))
    return redirect_to(".join" if given.at == "join" else ".page", slug=slug, roundtable_id=roundtable_id)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>.ics")
@rule(Rule.PERSON)
def calendar_file(slug: str, roundtable_id: int) -> Response:
    """The roundtable for a calendar. No method: it is a copy, not an invitation."""
    response = Response(_calendar_file(standing(slug, roundtable_id)), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="roundtable-{roundtable_id}.ics"'
    return response


def door_of(mine: access.Standing) -> doors.Door:
    """The way in as the viewer is shown it. Before it begins nothing can be recorded."""
    presence = None
    if checkins.begins_at(mine.roundtable) <= clock.now():
        presence = db().scalar(access_presence.own_presence(mine.roundtable.id, viewer().person_id))
    return doors.of(mine.roundtable, presence, is_meant=mine.has_way_in, leads=mine.leads)


def _calendar_file(mine: access.Standing) -> str:
    one = mine.roundtable
    page = emails.page_of(one)
    way_in = joining.told(one, page=f"{page}/join") if mine.has_way_in else ""
    return calendar.write(one, stamp=clock.now(), url=page, way_in=way_in)


def _table(one: Roundtable, *, leads: bool) -> dict[str, Any]:
    """Who sits there. Of those who signed up as one of the public, who did not ask to be listed is a number."""
    people = cohorts.people_of(one.cohort_id).where(Membership.role.in_(access.ATTENDING))
    answers = {invitees.key_of(given): given.answer for given in db().scalars(access.answers_to(one.id))}
    guests = list(db().scalars(access.guests_of(one.id)))
    shown = [each for each in guests if leads or each.signed_up_at is None or each.is_listed]
    others = [each for each in guests if each not in shown and answers.get((None, each.id)) is Answer.ACCEPTED]
    return {"seats": seating.places(db().scalars(people), shown, answers), "others": len(others)}


def _for_leaders(one: Roundtable, *, leads: bool) -> dict[str, Any]:
    """The waiting list, and, where a quorum is named, who has not answered."""
    waiting = list(db().scalars(access_places.waiting_at(one.id))) if leads else []
    everybody = invitees.everybody(db(), one) if leads and one.quorum else []
    return {"waiting": waiting, "silent": [invitee.name for invitee, answer in everybody if answer is None]}
