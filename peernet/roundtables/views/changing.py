"""Moving a roundtable, cancelling it, and taking it up again: each says first who will be told what."""

from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from peernet.accounts import zones
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.roundtables import inputs, invitees, planning, times
from peernet.roundtables.models import Answer, Roundtable
from peernet.roundtables.views.room import blueprint, led, seen_version
from peernet.web.inputs import Form, InvalidInput, parse, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/move")
@rule(Rule.PERSON)
def moving(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """The old time and, once a new one is chosen, both beside each other with who will be told."""
    one = led(slug, roundtable_id)
    state, starts_at = _proposed(one) if form is None else (form, None)
    return render(
        "roundtables/move.html",
        one=one,
        cohort=one.cohort,
        form_state=state,
        starts_at=starts_at,
        version=seen_version(form, one.version),
        zone_groups=zones.grouped(str(state.value("zone"))),
        **_told(one),
    )


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/move")
@rule(Rule.PERSON)
@redisplay(moving)
def move(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Move it."""
    given = read(inputs.NewTime)
    one = led(slug, roundtable_id)
    wall = datetime.combine(given.day, given.time)
    moved = planning.move(
        db(), one, actor=viewer(), version=given.version, wall_start=wall, zone=given.zone, minutes=given.minutes
    )
    notice(_("The roundtable is moved, and everybody invited is told.") if moved else _("The time is as it was."))
    if times.comes_twice(one.wall_start, one.zone):
        notice(_("This hour comes twice that night, because clocks go back. The first one is meant."))
    return redirect_to(".page", slug=slug, roundtable_id=roundtable_id)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/cancel")
@rule(Rule.PERSON)
def cancelling(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """What cancelling means, before it is done."""
    one = led(slug, roundtable_id)
    return render("roundtables/cancel.html", one=one, cohort=one.cohort, form_state=form, **_told(one))


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/cancel")
@rule(Rule.PERSON)
@redisplay(cancelling)
def cancel(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Cancel it."""
    given = read(inputs.Cancelling)
    planning.cancel(db(), led(slug, roundtable_id), actor=viewer(), note=given.note)
    notice(_("The roundtable is cancelled. Everybody invited is told by mail."))
    return redirect_to(".page", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/reinstate")
@rule(Rule.PERSON)
@redisplay(cancelling)
def reinstate(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Let it take place after all."""
    read(inputs.Nothing)
    planning.reinstate(db(), led(slug, roundtable_id), actor=viewer())
    notice(_("The roundtable takes place after all, and everybody invited is told."))
    return redirect_to(".page", slug=slug, roundtable_id=roundtable_id)


def _proposed(one: Roundtable) -> tuple[Form, datetime | None]:
    """The form, and the moment that it proposes if it proposes one. Looking changes nothing, so it is a GET."""
    if "day" not in request.args:
        day, hour = one.wall_start.date(), f"{one.wall_start:%H:%M}"
        return Form({"day": day, "time": hour, "zone": one.zone, "minutes": one.minutes}), None
    values = {name: request.args.get(name, "") for name in ("day", "time", "zone", "minutes")}
    try:
        given = parse(inputs.Time, values)
        starts_at, _ends_at = times.span(datetime.combine(given.day, given.time), given.zone, given.minutes)
    except InvalidInput as refusal:
        return refusal.form, None
    except Refused as refusal:
        return Form(values, {refusal.field or "": [refusal.message]}), None
    return Form(values), starts_at


def _told(one: Roundtable) -> dict[str, Any]:
    """How many are invited, and how many of them said that they come."""
    answers = [answer for _invitee, answer in invitees.everybody(db(), one)]
    return {"invited": len(answers), "coming": answers.count(Answer.ACCEPTED)}
