"""Opening a poll and changing it, for those who lead the cohort."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.accounts import zones
from peernet.cohorts.models import Cohort
from peernet.i18n import gettext as _
from peernet.i18n import ngettext
from peernet.roundtables import access as roundtables
from peernet.roundtables import words as roundtable_words
from peernet.roundtables.models import Roundtable
from peernet.roundtables.polls import access, inputs, proposing, suggesting, words
from peernet.roundtables.polls.models import Poll, PollOption, PollState
from peernet.roundtables.views.room import blueprint, led_cohort, seen_version
from peernet.web.inputs import Form, InvalidInput, parse, read, redisplay, sent
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_ROWS, _MORE = 4, 4
# Days until the deadline, and from it to the first time, as long as nobody says otherwise.
_TO_ANSWER, _AHEAD = 7, 7


@blueprint.get("/c/<slug>/polls/new")
@rule(Rule.PERSON)
def new_poll(slug: str, form: Form | None = None) -> str:
    """The form of a new poll."""
    cohort = led_cohort(slug)
    return _new(cohort, form or _blank(cohort, _asked_about(cohort)))


@blueprint.post("/c/<slug>/polls/new")
@rule(Rule.PERSON)
@redisplay(new_poll)
def open_poll(slug: str) -> ResponseReturnValue:
    """Open it; everybody is asked."""
    given = read(inputs.NewPoll)
    cohort = led_cohort(slug)
    poll = proposing.propose(
        db(),
        cohort,
        actor=viewer(),
        facts=facts_of(given, given.zone),
        zone=given.zone,
        proposals=given.proposals,
        roundtable=_led(cohort, given.roundtable) if given.roundtable else None,
    )
    notice(_("The poll is open, and everybody is asked by mail."))
    return redirect_to(".poll_table", slug=slug, poll_id=poll.id)


@blueprint.post("/c/<slug>/polls/new/rows")
@rule(Rule.PERSON)
@redisplay(new_poll)
def fill_poll(slug: str) -> ResponseReturnValue:
    """More rows, or times from the weekly hours. Nothing is stored: the page comes back as it would be sent."""
    cohort = led_cohort(slug)
    values = {name: value for name, value in sent().items() if name != "fill"}
    rows = _rows(Form(values))
    if sent().get("fill") == "suggest":
        suggested = _suggested(cohort, values)
        more = [(each.day.isoformat(), f"{each.start:%H:%M}") for each in suggested]
        every = _columns((rows + [each for each in more if each not in rows])[: inputs.MOST_OPTIONS])
        return _new(cohort, Form(values | every), suggested=suggested)
    blank = len(_listed(values.get("days", []))) - len(rows) + _MORE
    return _new(cohort, Form(values | _columns(rows)), blank=blank)


@blueprint.get("/c/<slug>/polls/<int:poll_id>/edit")
@rule(Rule.PERSON)
def edit_poll(slug: str, poll_id: int, form: Form | None = None) -> str:
    """What is proposed, all but its zone."""
    poll = led_poll(slug, poll_id)
    options = list(db().scalars(access.options_of(poll.id)))
    state = form if form is not None and "title" in form.values else _as_form(poll, options, form)
    rows = _rows(state)
    return render(
        "roundtables/polls/edit.html",
        one=poll,
        cohort=poll.cohort,
        form_state=state,
        rows=rows + [("", "")] * max(min(_MORE, inputs.MOST_OPTIONS - len(rows)), 0),
        version=seen_version(form if state is form else None, poll.version),
        is_over=poll.state_at(clock.now()) in (PollState.DECIDED, PollState.CANCELLED),
        is_open=poll.state_at(clock.now()) is PollState.OPEN,
        kinds=roundtable_words.KINDS,
        today=clock.today(poll.zone),
    )


@blueprint.post("/c/<slug>/polls/<int:poll_id>/edit")
@rule(Rule.PERSON)
@redisplay(edit_poll)
def revise_poll(slug: str, poll_id: int) -> ResponseReturnValue:
    """Change it."""
    given = read(inputs.RevisedPoll)
    poll = led_poll(slug, poll_id)
    changed = proposing.revise(
        db(),
        poll,
        actor=viewer(),
        version=given.version,
        facts=facts_of(given, poll.zone),
        proposals=given.proposals,
    )
    notice(_("The poll is saved.") if changed else _("Nothing changed."))
    return redirect_to(".poll_table", slug=slug, poll_id=poll_id)


@blueprint.get("/c/<slug>/polls/<int:poll_id>/zone")
@rule(Rule.PERSON)
def poll_zone(slug: str, poll_id: int, form: Form | None = None) -> str:
    """Another zone, and both readings of each time once one is chosen."""
    poll = led_poll(slug, poll_id)
    state = form or Form({"zone": request.args.get("zone", poll.zone)})
    zone = str(state.value("zone"))
    options = list(db().scalars(access.options_of(poll.id)))
    is_asked = clock.is_zone(zone) and zone != poll.zone and not poll.is_whole_days
    return render(
        "roundtables/polls/zone.html",
        one=poll,
        cohort=poll.cohort,
        form_state=state,
        version=seen_version(form, poll.version),
        zone=zone,
        readings=[_readings(poll, each, zone) for each in options] if is_asked else [],
        zone_groups=zones.grouped(zone),
    )


@blueprint.post("/c/<slug>/polls/<int:poll_id>/zone")
@rule(Rule.PERSON)
@redisplay(poll_zone)
def change_poll_zone(slug: str, poll_id: int) -> ResponseReturnValue:
    """Take it, as it was meant; without that, ask."""
    given = read(inputs.NewZone)
    poll = led_poll(slug, poll_id)
    is_asked = not poll.is_whole_days and given.zone != poll.zone
    if is_asked and (given.keep is None or given.seen != given.zone):
        return redirect_to(".poll_zone", slug=slug, poll_id=poll_id, zone=given.zone)
    keep = given.keep or "moments"
    proposing.change_zone(db(), poll, actor=viewer(), version=given.version, zone=given.zone, keep=keep)
    notice(_("The poll is saved."))
    return redirect_to(".poll_table", slug=slug, poll_id=poll_id)


@blueprint.post("/c/<slug>/polls/<int:poll_id>/close")
@rule(Rule.PERSON)
@redisplay(edit_poll)
def close_poll(slug: str, poll_id: int) -> ResponseReturnValue:
    """Take no more answers."""
    read(inputs.Choice)
    proposing.close_now(db(), led_poll(slug, poll_id), actor=viewer())
    notice(_("The poll is closed."))
    return redirect_to(".poll_table", slug=slug, poll_id=poll_id)


@blueprint.post("/c/<slug>/polls/<int:poll_id>/withdraw")
@rule(Rule.PERSON)
@redisplay(edit_poll)
def withdraw_poll(slug: str, poll_id: int) -> ResponseReturnValue:
    """Look for no time any more."""
    given = read(inputs.Withdrawal)
    proposing.withdraw(db(), led_poll(slug, poll_id), actor=viewer(), note=given.note)
    notice(_("The poll is withdrawn, and those who were asked are told."))
    return redirect_to(".poll_table", slug=slug, poll_id=poll_id)


def led_poll(slug: str, poll_id: int) -> Poll:
    """A poll, for one of those who lead its cohort; 404 for anybody else."""
    found: Poll = load(access.led_by(viewer()).where(Poll.id == poll_id, Cohort.slug == slug))
    return found


def facts_of(given: inputs.Proposed, zone: str) -> proposing.Facts:
    """What both verbs take, from the form."""
    return proposing.Facts(
        title=given.title,
        kind=given.kind,
        summary=given.summary,
        minutes=given.minutes,
        closes_at=given.closes_at(zone),
    )


def _new(
    cohort: Cohort, state: Form, *, suggested: list[suggesting.Suggestion] | None = None, blank: int | None = None
) -> str:
    rows = _rows(state)
    if blank is None:
        blank = max(_ROWS - len(rows), 2)
    blank = max(min(blank, inputs.MOST_OPTIONS - len(rows)), 0)
    return render(
        "roundtables/polls/new.html",
        cohort=cohort,
        form_state=state,
        rows=rows + [("", "")] * blank,
        suggested=suggested,
        about=_asked_about(cohort, str(state.value("roundtable"))),
        zone_groups=zones.grouped(str(state.value("zone"))),
        kinds=roundtable_words.KINDS,
        today=clock.today(cohort.zone),
        number_can=_number_can,
    )


def _number_can(each: suggesting.Suggestion) -> str:
    return ngettext("%(num)s of %(all)s could come", "%(num)s of %(all)s could come", each.heads, all=each.people)


def _blank(cohort: Cohort, about: Roundtable | None) -> Form:
    closes = clock.today(cohort.zone) + timedelta(days=_TO_ANSWER)
    values: dict[str, Any] = {
        "kind": "roundtable", "minutes": 90, "zone": cohort.zone, "closes_day": closes, "closes_time": "18:00",
    }  # fmt: skip
    if about is not None:
        values |= {
            "roundtable": about.id, "title": about.title, "kind": about.kind.value, "minutes": about.minutes,
            "zone": about.zone, "summary": about.summary,
        }  # fmt: skip
    return Form(values)


def _asked_about(cohort: Cohort, text: str | None = None) -> Roundtable | None:
    """The roundtable that another time is looked for."""
    number = text if text is not None else request.args.get("roundtable", "")
    return _led(cohort, int(number)) if number.isdecimal() and len(number) < 19 else None


def _led(cohort: Cohort, roundtable_id: int) -> Roundtable:
    mine = roundtables.led_by(viewer()).where(Roundtable.id == roundtable_id, Roundtable.cohort_id == cohort.id)
    found: Roundtable = load(mine)
    return found


def _suggested(cohort: Cohort, values: dict[str, Any]) -> list[suggesting.Suggestion]:
    """From a week after the deadline on; by what is typed so far, as far as that makes sense."""
    blank = _blank(cohort, None).values
    try:
        given = parse(inputs.NewPoll, {**values, "title": values.get("title") or "–"})
        zone, minutes, closes = given.zone, given.minutes, given.closes_day
    except InvalidInput:
        zone, minutes, closes = blank["zone"], blank["minutes"], blank["closes_day"]
    first = max(closes, clock.today(zone)) + timedelta(days=_AHEAD)
    return suggesting.suggest(db(), cohort.id, zone=zone, minutes=minutes, first=first)


def _as_form(poll: Poll, options: list[PollOption], form: Form | None) -> Form:
    closes = clock.to_wall(poll.closes_at, poll.zone)
    values: dict[str, Any] = {
        "title": poll.title, "kind": poll.kind.value, "summary": poll.summary, "minutes": poll.minutes,
        "closes_day": closes.date(), "closes_time": f"{closes:%H:%M}",
    }  # fmt: skip
    rows = [(each.day.isoformat(), f"{each.start:%H:%M}" if each.start else "") for each in options]
    return Form(values | _columns(rows), form.errors if form else {}, form.theirs if form else None)


def _rows(state: Form) -> list[tuple[str, str]]:
    days, starts = (_listed(state.value(name, [])) for name in ("days", "times"))
    starts += [""] * (len(days) - len(starts))
    return [pair for pair in zip(days, starts, strict=False) if any(pair)]


def _columns(rows: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {"days": [day for day, _start in rows], "times": [start for _day, start in rows]}


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(map(str, value))


def _readings(poll: Poll, option: PollOption, zone: str) -> tuple[str, str, str]:
    """A time as it stands, and what it would be as the same moment and as the same time of day there."""
    assert option.starts_at is not None
    here = datetime.combine(option.day, option.start or time(0))
    there = clock.to_wall(option.starts_at, zone)
    return words.wall(here), words.wall(there), words.wall(clock.to_wall(clock.to_utc(here, zone), poll.zone))
