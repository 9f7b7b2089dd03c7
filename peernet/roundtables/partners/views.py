"""Pages of learning partners: one's own, and for those who lead the rhythm and all of them."""

from typing import Any

from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.groups import access as groups
from peernet.groups import words as group_words
from peernet.i18n import gettext as _
from peernet.roundtables.groupings import people
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.partners import access, inputs, meeting, rhythm, showing, words
from peernet.roundtables.partners.models import PartnersPeriod, PartnersRhythm
from peernet.roundtables.views.room import blueprint, led_cohort
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_LISTED = 12


@blueprint.get("/c/<slug>/partners")
@rule(Rule.PERSON)
def partners(slug: str, form: Form | None = None) -> ResponseReturnValue:
    """One's own partners; and for those who lead the present ones of all, and the periods before."""
    cohort: Cohort = _attended(slug)
    role = load(cohorts.my_membership(viewer(), cohort.id)).role
    leads = role in cohorts.LEADING
    return render(
        "roundtables/partners/page.html",
        cohort=cohort,
        form_state=form,
        leads=leads,
        words=words,
        own=[each for each in showing.own_now(db(), viewer()) if each.period.cohort_id == cohort.id],
        passes=db().scalar(access.own_opt_out(viewer(), cohort.id)) is not None,
        **(_for_leaders(cohort) if leads else {}),
    )


@blueprint.get("/c/<slug>/partners/rhythm")
@rule(Rule.PERSON)
def partners_rhythm(slug: str, form: Form | None = None) -> ResponseReturnValue:
    """The form of the rhythm."""
    cohort = led_cohort(slug)
    row = db().scalar(access.rhythm_led_by(viewer()).where(PartnersRhythm.cohort_id == cohort.id))
    version = row.version if row else 0
    state = form or Form(_as_form(cohort, row))
    return render(
        "roundtables/partners/rhythm.html", cohort=cohort, form_state=state, rhythm=row, version=version, words=words
    )


@blueprint.post("/c/<slug>/partners/rhythm")
@rule(Rule.PERSON)
@redisplay(partners_rhythm)
def begin_partners(slug: str) -> ResponseReturnValue:
    """Begin it, or change it."""
    given = read(inputs.Rhythm)
    rhythm.begin(db(), led_cohort(slug), actor=viewer(), **given.model_dump())
    notice(_("Partners are formed on that day, and each is told by mail who theirs are."))
    return redirect_to(".partners", slug=slug)


@blueprint.post("/c/<slug>/partners/stop")
@rule(Rule.PERSON)
@redisplay(partners)
def stop_partners(slug: str) -> ResponseReturnValue:
    """Form no more."""
    read(Nothing)
    rhythm.stop(db(), load(access.rhythm_led_by(viewer()).where(Cohort.slug == slug)), actor=viewer())
    notice(_("No more partners are formed. Who has some keeps them until the period ends."))
    return redirect_to(".partners", slug=slug)


@blueprint.post("/c/<slug>/partners/pass")
@rule(Rule.PERSON)
@redisplay(partners)
def pass_partners(slug: str) -> ResponseReturnValue:
    """The viewer passes."""
    read(Nothing)
    rhythm.leave_out(db(), _attended(slug), actor=viewer())
    notice(_("You pass. Whoever was with you gets another partner within the hour."))
    return redirect_to(".partners", slug=slug)


@blueprint.post("/c/<slug>/partners/join")
@rule(Rule.PERSON)
@redisplay(partners)
def join_partners(slug: str) -> ResponseReturnValue:
    """The viewer takes part again."""
    read(Nothing)
    rhythm.take_in(db(), _attended(slug), actor=viewer())
    notice(_("You take part again."))
    return redirect_to(".partners", slug=slug)


@blueprint.post("/c/<slug>/partners/<int:period_id>/met")
@rule(Rule.PERSON)
@redisplay(lambda slug, period_id, form: partners(slug, form))
def partners_met(slug: str, period_id: int) -> ResponseReturnValue:
    """The viewer and their partners met."""
    read(Nothing)
    mine = access.own_periods(viewer(), clock.today(viewer().zone))
    period = load(mine.where(PartnersPeriod.id == period_id, Cohort.slug == slug))
    meeting.say_met(db(), period, actor=viewer())
    notice(_("It counts that you met."))
    return redirect_to(".partners", slug=slug)


def _attended(slug: str) -> Cohort:
    found: Cohort = load(access.attended_by(viewer()).where(Cohort.slug == slug))
    return found


def _for_leaders(cohort: Cohort) -> dict[str, Any]:
    here = access.periods_led_by(viewer()).where(PartnersPeriod.cohort_id == cohort.id)
    periods = list(db().scalars(here.limit(_LISTED)))
    today = clock.today(cohort.zone)
    present = next((each for each in periods if each.starts_on <= today <= each.ends_on), None)
    attending = people.attending(db(), cohort.id)
    seats = list(db().scalars(groups.seats_of([present.grouping_id]))) if present else []
    passing = set(db().scalars(access.who_passes(cohort.id)))
    return {
        "rhythm": db().scalar(access.rhythm_led_by(viewer()).where(PartnersRhythm.cohort_id == cohort.id)),
        "present": present,
        "groups": showing.groups_of(db(), present, seats, attending) if present else [],
        "before": [each for each in periods if each.ends_on < today],
        "passing": [each.person.name for each in attending if each.person_id in passing],
        "group_words": group_words,
    }


def _as_form(cohort: Cohort, row: PartnersRhythm | None) -> dict[str, Any]:
    if row is None:
        begins = max(clock.today(cohort.zone), cohort.starts_on)
        return {"kind": "pair", "weeks": 4, "starts_on": begins.isoformat(), "orgs_apart": "yes"}
    ticks = {name: "yes" if getattr(row, name) else "" for name in ("with_leaders", "orgs_apart", "prefer")}
    starts_on = row.next_on or clock.today(cohort.zone)
    return ticks | {"kind": row.kind.value, "weeks": row.weeks, "starts_on": starts_on.isoformat()}
