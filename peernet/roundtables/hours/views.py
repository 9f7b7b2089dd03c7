"""One page: when I can come. Nobody but its owner opens it."""

from typing import Any

from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.i18n import formats
from peernet.i18n import gettext as _
from peernet.roundtables.hours import access, filling, inputs, saying, week, words
from peernet.roundtables.hours.models import WeeklyHours
from peernet.roundtables.hours.week import Week
from peernet.roundtables.views.room import blueprint, me, seen_version
from peernet.web.inputs import Form, InvalidInput, parse, read, redisplay, sent
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule

_SPARE_ROWS = 2


@blueprint.get("/me/hours")
@rule(Rule.PERSON)
def my_hours(form: Form | None = None) -> str:
    """The grid, days away and weekend."""
    said = db().scalar(access.mine(viewer()))
    state = form if form is not None and "d0" in form.values else _as_form(said, form)
    return _page(said, state)


@blueprint.post("/me/hours")
@rule(Rule.PERSON)
@redisplay(my_hours)
def say_hours() -> ResponseReturnValue:
    """Save them."""
    given = read(inputs.SaidHours)
    saying.say(db(), me(), hours=given.hours, weekend=given.weekend, away=given.away, version=given.version)
    notice(_("Your hours are saved. They hold for all your cohorts."))
    return redirect_to(".my_hours")


@blueprint.post("/me/hours/fill")
@rule(Rule.PERSON)
@redisplay(my_hours)
def fill_hours() -> ResponseReturnValue:
    """Fill a part of the grid. Nothing is stored: the page comes back with the grid as it would be saved."""
    given = read(inputs.Filling)
    hours, step = filling.filled(given)
    said = db().scalar(access.mine(viewer()))
    values = {name: value for name, value in sent().items() if name != "fill"}
    return _page(said, Form(values | _columns(hours, step)), is_filled=True)


@blueprint.post("/me/hours/zone")
@rule(Rule.PERSON)
@redisplay(my_hours)
def settle_hours() -> ResponseReturnValue:
    """After a move: keep the hours, or shift them."""
    given = read(inputs.Settling)
    saying.settle_in(db(), me(), shift=given.what == "shift", version=given.version)
    notice(_("Your hours are shifted.") if given.what == "shift" else _("Your hours stay as they are."))
    return redirect_to(".my_hours")


def _page(said: WeeklyHours | None, state: Form, *, is_filled: bool = False) -> str:
    hours, step = _shown(said, state)
    person = me()
    return render(
        "roundtables/hours/hours.html",
        person=person,
        said=said,
        moved=said is not None and said.zone != person.zone,
        minutes_ahead=saying.minutes_ahead(said, person.zone) if said else 0,
        form_state=state,
        is_filled=is_filled,
        version=seen_version(state, said.version if said else 0),
        step=step,
        rows=list(zip(range(0, 1440, step), week.rows(hours, step), strict=True)),
        is_empty=hours == week.EMPTY,
        by_the_hour=week.by_the_hour(hours),
        away=_away_rows(state),
        days=list(zip(formats.weekdays(), formats.weekdays("abbreviated"), strict=True)),
        today=clock.today(person.zone),
        words=words,
        grades=week.WORDS,
    )


def _as_form(said: WeeklyHours | None, form: Form | None) -> Form:
    """What is kept, as the form shows it, with what was wrong."""
    hours = week.read(said.windows) if said else week.EMPTY
    values: dict[str, Any] = _columns(hours, 60 if week.by_the_hour(hours) else 30)
    values["weekend"] = list(map(str, said.weekend if said else week.WEEKEND))
    values["away_from"] = [first for first, _last in said.away] if said else []
    values["away_to"] = [last for _first, last in said.away] if said else []
    return Form(values, form.errors if form else {}, form.theirs if form else None)


def _columns(hours: Week, step: int) -> dict[str, Any]:
    rows = week.rows(hours, step)
    return {"step": str(step)} | {f"d{day}": [week.WORDS[row[day]] for row in rows] for day in range(week.DAYS)}


def _shown(said: WeeklyHours | None, state: Form) -> tuple[Week, int]:
    """The grid as it was sent, whatever else was wrong; one that is broken gives way to what is kept."""
    grid = {name: state.value(name) for name in ("step", *(f"d{day}" for day in range(week.DAYS)))}
    try:
        given = parse(inputs.SaidHours, {"version": "0"} | grid)
    except InvalidInput:
        return (week.read(said.windows) if said else week.EMPTY), 30
    return given.hours, int(given.step)


def _away_rows(state: Form) -> list[tuple[str, str]]:
    first, last = (_listed(state.value(name, [])) for name in ("away_from", "away_to"))
    filled = [pair for pair in zip(first, last, strict=False) if any(pair)]
    return filled + [("", "")] * _SPARE_ROWS


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(map(str, value))
