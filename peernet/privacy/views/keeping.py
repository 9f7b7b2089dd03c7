"""How long a cohort keeps what: read by everybody inside, set by its organisers."""

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.i18n import gettext as _
from peernet.privacy import inputs
from peernet.privacy.retention import terms
from peernet.privacy.retention.models import Kind
from peernet.privacy.retention.words import KINDS
from peernet.privacy.views.blueprint import blueprint
from peernet.settings import current
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/retention")
@rule(Rule.PERSON)
def retention(slug: str, form: Form | None = None) -> ResponseReturnValue:
    """For each kind how long, until when where the cohort is over, and what was removed."""
    cohort: Cohort = load(cohorts.visible_to(viewer()).where(Cohort.slug == slug))
    months = terms.months_of(db(), cohort)
    removals = db().scalars(terms.removals_of(cohort)).all()
    waiting = {each.kind: each for each in removals if each.done_at is None}
    organises = db().scalar(cohorts.run_by(viewer()).where(Cohort.id == cohort.id)) is not None
    return render(
        "privacy/retention.html",
        cohort=cohort,
        organises=organises,
        leads=organises or db().scalar(cohorts.led_by(viewer()).where(Cohort.id == cohort.id)) is not None,
        months=months,
        over={kind: terms.over_at(cohort, number) for kind, number in months.items()},
        waiting=waiting,
        removals=[each for each in removals if each.done_at is not None],
        kinds=KINDS,
        form_state=form or Form({f"{kind.value}_months": number for kind, number in months.items()}),
        days=current().retention.announce_days,
    )


@blueprint.post("/c/<slug>/retention")
@rule(Rule.PERSON)
@redisplay(retention)
def set_retention(slug: str) -> ResponseReturnValue:
    """Keep it so long in this cohort."""
    with database().reading() as reading:
        if reading.scalar(cohorts.run_by(viewer()).where(Cohort.slug == slug)) is None:
            abort(404)
    sent = read(inputs.Retention)
    cohort: Cohort = load(cohorts.run_by(viewer()).where(Cohort.slug == slug))
    months = {kind: getattr(sent, f"{kind.value}_months") for kind in Kind}
    terms.set_months(db(), cohort, actor=viewer(), months=months)
    notice(_("So long it is kept from now on."))
    return redirect_to(".retention", slug=slug)
