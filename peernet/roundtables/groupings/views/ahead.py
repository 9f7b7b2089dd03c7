"""Forming the groups of all roundtables to come of a cohort at once."""

from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peernet.cohorts.models import Cohort
from peernet.db import Refused
from peernet.groups import access as groups
from peernet.groups import seating, words
from peernet.groups.models import GroupingState
from peernet.groups.wishes import Wishes, of_json
from peernet.i18n import gettext as _
from peernet.roundtables.groupings import access, ahead, inputs, people, showing
from peernet.roundtables.groupings.models import RoundtableGrouping, SeriesGrouping
from peernet.roundtables.groupings.views.drafts import as_form, pairs_of
from peernet.roundtables.groupings.views.room import names_of
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.models import Roundtable
from peernet.roundtables.views.room import blueprint, led_cohort
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule

_LISTED = 10


@blueprint.get("/c/<slug>/roundtables/groups")
@rule(Rule.PERSON)
def series_groups(slug: str, form: Form | None = None, *, again: bool = False) -> str:
    """The roundtables to come with their groups, the form that forms them all, and what was formed so."""
    cohort = led_cohort(slug)
    to_come = ahead.coming(db(), cohort.id)
    state = form or Form(as_form(Wishes(number=4)))
    return render(
        "roundtables/groupings/series.html",
        cohort=cohort,
        to_come=to_come,
        newest=_newest([*(each.roundtable for each in to_come.meetings), *to_come.announced]),
        form_state=state,
        again=again,
        pairs=pairs_of(state),
        people=people.attending(db(), cohort.id),
        words=words,
        drafts=list(db().scalars(access.series_led_by(viewer()).where(Cohort.id == cohort.id).limit(_LISTED))),
    )


@blueprint.post("/c/<slug>/roundtables/groups")
@rule(Rule.PERSON)
@redisplay(series_groups)
def form_series_groups(slug: str) -> ResponseReturnValue:
    """Form them, as a job."""
    wished = read(inputs.NewGroups).wishes()
    series = ahead.draft(db(), led_cohort(slug), actor=viewer(), wished=wished)
    return redirect_to(".series_draft", slug=slug, series_id=series.grouping_id)


@blueprint.get("/c/<slug>/roundtables/groups/<int:series_id>")
@rule(Rule.PERSON)
def series_draft(slug: str, series_id: int, form: Form | None = None) -> str:
    """What was formed: how far the work is, then the tables of each roundtable."""
    series = _led(slug, series_id)
    shown = {"series": series, "grouping": series.grouping, "cohort": series.grouping.cohort, "form_state": form}
    if series.grouping.state is not GroupingState.READY:
        return render("roundtables/groupings/series_state.html", **shown)
    return render("roundtables/groupings/series_draft.html", **shown, **_pictured(series))


@blueprint.get("/c/<slug>/roundtables/groups/<int:series_id>/wishes")
@rule(Rule.PERSON)
def series_wishes(slug: str, series_id: int) -> str:
    """The form once more, with the wishes of a draft."""
    wished = of_json(_led(slug, series_id).grouping.wishes)
    return series_groups(slug, form=Form(as_form(wished)), again=True)


@blueprint.post("/c/<slug>/roundtables/groups/<int:series_id>/take")
@rule(Rule.PERSON)
@redisplay(series_draft)
def take_series(slug: str, series_id: int) -> ResponseReturnValue:
    """Give each roundtable its own. What is said of each is counted before the database is locked."""
    given = read(inputs.Announcing)
    with database().reading() as session:
        found = _led_in(session, slug, series_id)
        parts = _parts(session, found) if found.taken_at is None else []
    series = _led(slug, series_id)
    if series.taken_at is None:
        posed = ahead.pose(db(), series.grouping.cohort_id, of_json(series.grouping.wishes))
        ahead.take_over(db(), series, posed, parts, actor=viewer(), version=given.version)
        notice(_("Each roundtable has its groups as a draft now. Nobody is told before you announce them there."))
    return redirect_to(".series_groups", slug=slug)


@blueprint.post("/c/<slug>/roundtables/groups/<int:series_id>/discard")
@rule(Rule.PERSON)
@redisplay(series_draft)
def discard_series(slug: str, series_id: int) -> ResponseReturnValue:
    """Put it away."""
    read(Nothing)
    ahead.discard(db(), _led(slug, series_id))
    notice(_("The draft is put away."))
    return redirect_to(".series_groups", slug=slug)


def _parts(session: Session, series: SeriesGrouping) -> list[ahead.Part]:
    posed = ahead.pose(session, series.grouping.cohort_id, of_json(series.grouping.wishes))
    if ahead.changes(series.grouping.inputs, posed.inputs) or series.grouping.state is not GroupingState.READY:
        return []
    seats = list(session.scalars(groups.seats_of([series.grouping_id])))
    return ahead.parts(posed, series, seating.plan_of(seats))


def _pictured(series: SeriesGrouping) -> dict[str, Any]:
    """The tables of each roundtable, and what became different since."""
    grouping, wished = series.grouping, of_json(series.grouping.wishes)
    attending = people.attending(db(), grouping.cohort_id)
    seats = list(db().scalars(groups.seats_of([grouping.id])))
    rounds = showing.rounds(
        seats, attending, {seat.person_id for seat in seats}, speak=of_json(grouping.wishes).languages
    )
    listed = [roundtable_id for roundtable_id, _here in grouping.inputs["meetings"]]
    by_id = {one.id: one for one in db().scalars(access.of_ids(listed))}
    each = wished.rounds
    return {
        "meetings": [
            (by_id[roundtable_id], rounds[number * each : (number + 1) * each])
            for number, roundtable_id in enumerate(listed)
            if roundtable_id in by_id
        ],
        "names": {str(seat.person_id): seat.person.name for seat in seats} | names_of(attending),
        "different": [] if series.taken_at is not None else _different(series),
        "words": words,
    }


def _different(series: SeriesGrouping) -> list[str]:
    grouping = series.grouping
    try:
        return ahead.changes(grouping.inputs, ahead.pose(db(), grouping.cohort_id, of_json(grouping.wishes)).inputs)
    except Refused as refusal:
        return [refusal.message]


def _newest(ones: list[Roundtable]) -> dict[int, RoundtableGrouping]:
    """The groups of each: what is announced, else what was formed last."""
    found: dict[int, RoundtableGrouping] = {}
    for link in db().scalars(access.led_by(viewer()).where(Roundtable.id.in_([each.id for each in ones]))):
        if link.is_announced or link.roundtable_id not in found:
            found[link.roundtable_id] = link
    return found


def _statement(slug: str, series_id: int) -> Any:
    here = (SeriesGrouping.grouping_id == series_id, Cohort.slug == slug)
    return access.series_led_by(viewer()).where(*here)


def _led(slug: str, series_id: int) -> SeriesGrouping:
    found: SeriesGrouping = load(_statement(slug, series_id))
    return found


def _led_in(session: Session, slug: str, series_id: int) -> SeriesGrouping:
    found: SeriesGrouping = session.scalar(_statement(slug, series_id)) or abort(404)
    return found
