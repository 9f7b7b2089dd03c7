"""Planning a roundtable, and revising what is said of it."""

from datetime import datetime
from typing import Any

from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.accounts import zones
from peernet.cohorts.models import Cohort, CohortState
from peernet.i18n import gettext as _
from peernet.roundtables import access, inputs, planning, times, words
from peernet.roundtables.models import Roundtable, RoundtablePrompt
from peernet.roundtables.views.room import (
    askings_of,
    blueprint,
    chosen_askings,
    led,
    led_cohort,
    seen_version,
)
from peernet.text import markdown
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule

_PLAIN = ("title", "kind", "summary", "place", "link", "agenda", "capacity", "quorum", "one_each", "is_public")


@blueprint.get("/c/<slug>/roundtables/new")
@rule(Rule.PERSON)
def new(slug: str, form: Form | None = None) -> str:
    """The form of a new roundtable."""
    cohort = led_cohort(slug)
    blank = Form({"kind": "roundtable", "zone": cohort.zone, "minutes": 90, "link_minutes": 30})
    state = form or blank
    return render(
        "roundtables/new.html",
        cohort=cohort,
        form_state=state,
        askings=askings_of(cohort.id),
        zone_groups=zones.grouped(str(state.value("zone"))),
        today=clock.today(cohort.zone),
        words=words,
    )


@blueprint.post("/c/<slug>/roundtables/new")
@rule(Rule.PERSON)
@redisplay(new)
def plan(slug: str) -> ResponseReturnValue:
    """Plan it; everybody is invited."""
    given = read(inputs.NewRoundtable)
    html = _agenda_html(given)
    cohort = led_cohort(slug)
    one = planning.plan(
        db(),
        cohort,
        actor=viewer(),
        wall_start=datetime.combine(given.day, given.time),
        zone=given.zone,
        minutes=given.minutes,
        **_facts(given, html, cohort),
    )
    notice(_planned(cohort))
    if times.comes_twice(one.wall_start, one.zone):
        notice(_("This hour comes twice that night, because clocks go back. The first one is meant."))
    return redirect_to(".page", slug=slug, roundtable_id=one.id)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/edit")
@rule(Rule.PERSON)
def edit(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """What is said of a roundtable, all but its time."""
    one = led(slug, roundtable_id)
    return render(
        "roundtables/edit.html",
        one=one,
        cohort=one.cohort,
        form_state=form or _as_form(one),
        version=seen_version(form, one.version),
        askings=askings_of(one.cohort_id),
        words=words,
    )


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/edit")
@rule(Rule.PERSON)
@redisplay(edit)
def revise(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Change it."""
    given = read(inputs.RevisedRoundtable)
    html = _agenda_html(given)
    one = led(slug, roundtable_id)
    facts = _facts(given, html, one.cohort)
    planning.revise(db(), one, actor=viewer(), version=given.version, **facts)
    notice(_("The roundtable is saved."))
    return redirect_to(".page", slug=slug, roundtable_id=roundtable_id)


def _agenda_html(given: inputs.Facts) -> str:
    return markdown.render(given.agenda, prefix="agenda-", top=3, field="agenda").html if given.agenda else ""


def _facts(given: inputs.Facts, agenda_html: str, cohort: Cohort) -> dict[str, Any]:
    """What both verbs take, from the form."""
    return {
        "title": given.title,
        "kind": given.kind,
        "summary": given.summary,
        "place": given.place,
        "link": given.link or "",
        "link_minutes": None if given.link_minutes == "accepted" else int(given.link_minutes),
        "agenda": given.agenda,
        "agenda_html": agenda_html,
        "capacity": given.capacity,
        "one_each": given.one_each,
        "quorum": given.quorum,
        "is_public": given.is_public,
        "reading": inputs.readings_in(given.reading),
        "asked": chosen_askings(cohort.id, given.asked),
    }


def _planned(cohort: Cohort) -> str:
    if cohort.state is CohortState.RUNNING:
        return _("The roundtable is planned, and everybody is invited by mail.")
    return _("The roundtable is planned. Everybody is invited when the cohort is opened.")


def _as_form(one: Roundtable) -> Form:
    readings = db().scalars(access.readings_of([one.id]))
    asked: list[RoundtablePrompt] = list(db().scalars(access.prompts_of(viewer(), [one.id])))
    return Form(
        {name: getattr(one, name) for name in _PLAIN}
        | {name: getattr(one, name) or "" for name in ("capacity", "quorum")}
        | {name: "yes" if getattr(one, name) else "" for name in ("one_each", "is_public")}
        | {"link_minutes": "accepted" if one.link_minutes is None else one.link_minutes}
        | {"reading": "\n".join(f"{reading.title} {reading.url}" for reading in readings)}
        | {"asked": [f"{row.asking_id}:{row.when.value}" for row in asked]}
    )
