"""My cohorts; a cohort started, revised, opened and closed; its organisers; leaving it."""

from flask import abort
from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.accounts import zones
from peernet.cohorts import access, cohorts, inputs, people, words
from peernet.cohorts.models import Cohort
from peernet.cohorts.views.room import blueprint, run_by_me, seen_version
from peernet.i18n import gettext as _
from peernet.settings import current
from peernet.text import markdown
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c")
@rule(Rule.PERSON)
def mine() -> str:
    """The viewer's cohorts; for an administrator also those whose organisers they may appoint."""
    memberships = list(db().scalars(access.memberships_of(viewer())))
    held = {membership.cohort_id for membership in memberships}
    staffed = db().scalars(access.staffed_by(viewer()).order_by(Cohort.starts_on.desc(), Cohort.id.desc()))
    return render(
        "cohorts/mine.html",
        memberships=memberships,
        others=[cohort for cohort in staffed if cohort.id not in held],
        may_start=access.may_start(db(), viewer()),
        words=words,
        inside=access.INSIDE,
    )


@blueprint.get("/c/new")
@rule(Rule.PERSON)
def new(form: Form | None = None) -> str:
    """The form of a new cohort."""
    _only_starters()
    blank = Form({"format": "roundtables", "zone": viewer().zone or current().network.zone})
    state = form or blank
    offered = zones.grouped(str(state.value("zone")))
    return render("cohorts/new.html", form_state=state, words=words, zone_groups=offered)


@blueprint.post("/c/new")
@rule(Rule.PERSON)
@redisplay(new)
def start() -> ResponseReturnValue:
    """Start a cohort. Who appoints somebody else as its organiser does not get to see it."""
    given = read(inputs.NewCohortInput)
    html = markdown.render(given.description, field="description").html
    _only_starters()
    cohort = cohorts.start(db(), actor=viewer(), description_html=html, **given.model_dump())
    if db().scalar(access.run_by(viewer()).where(Cohort.id == cohort.id)) is None:
        notice(_("The cohort was started, and its organiser is invited by mail."))
        return redirect_to(".organisers", slug=cohort.slug)
    notice(_("The cohort is a draft: only its organisers see it. Add organisations and people, then open it."))
    return redirect_to(".people", slug=cohort.slug)


@blueprint.get("/c/<slug>/settings")
@rule(Rule.PERSON)
def settings(slug: str, form: Form | None = None) -> str:
    """A cohort's settings."""
    cohort = run_by_me(slug)
    state = form or _as_form(cohort)
    return render(
        "cohorts/settings.html",
        cohort=cohort,
        form_state=state,
        version=seen_version(form, cohort.version),
        words=words,
        zone_groups=zones.grouped(str(state.value("zone"))),
    )


@blueprint.post("/c/<slug>/settings")
@rule(Rule.PERSON)
@redisplay(settings)
def revise(slug: str) -> ResponseReturnValue:
    """Change a cohort's settings."""
    given = read(inputs.RevisedCohortInput)
    html = markdown.render(given.description, field="description").html
    cohort = run_by_me(slug)
    cohorts.revise(db(), cohort, actor=viewer(), description_html=html, **given.model_dump())
    notice(_("The settings are saved."))
    return redirect_to(".settings", slug=slug)


@blueprint.post("/c/<slug>/open")
@rule(Rule.PERSON)
@redisplay(settings)
def open_cohort(slug: str) -> ResponseReturnValue:
    """Let a draft run."""
    cohorts.open(db(), run_by_me(slug), actor=viewer())
    notice(_("The cohort is open, and has a public page."))
    return redirect_to(".settings", slug=slug)


@blueprint.post("/c/<slug>/close")
@rule(Rule.PERSON)
@redisplay(settings)
def close(slug: str) -> ResponseReturnValue:
    """End a cohort."""
    cohorts.close(db(), run_by_me(slug), actor=viewer())
    notice(_("The cohort is closed. Its people keep reading what they could read."))
    return redirect_to(".settings", slug=slug)


@blueprint.post("/c/<slug>/reopen")
@rule(Rule.PERSON)
@redisplay(settings)
def reopen(slug: str) -> ResponseReturnValue:
    """Let a closed cohort run again."""
    cohorts.reopen(db(), run_by_me(slug), actor=viewer())
    notice(_("The cohort is open again."))
    return redirect_to(".settings", slug=slug)


@blueprint.get("/c/<slug>/organisers")
@rule(Rule.PERSON)
def organisers(slug: str, form: Form | None = None) -> str:
    """Who runs a cohort. The one page of it that administrators see without a role there."""
    cohort = _staffed_by_me(slug)
    return render(
        "cohorts/organisers.html",
        cohort=cohort,
        organisers=list(db().scalars(access.organisers_of(cohort.id))),
        invitations=list(db().scalars(access.organisers_invited(cohort.id))),
        form_state=form,
        now=clock.now(),
    )


@blueprint.post("/c/<slug>/organisers")
@rule(Rule.PERSON)
@redisplay(organisers)
def appoint(slug: str) -> ResponseReturnValue:
    """Appoint an organiser by address."""
    given = read(inputs.AppointInput)
    people.appoint(db(), _staffed_by_me(slug), actor=viewer(), email=given.email, name=given.name)
    notice(_("Done. They are told by mail."))
    return redirect_to(".organisers", slug=slug)


@blueprint.get("/c/<slug>/leave")
@rule(Rule.PERSON)
def leaving(slug: str, form: Form | None = None) -> str:
    """What leaving means, before it is done."""
    membership = load(access.memberships_of(viewer()).where(Cohort.slug == slug))
    return render("cohorts/leave.html", membership=membership, cohort=membership.cohort, form_state=form)


@blueprint.post("/c/<slug>/leave")
@rule(Rule.PERSON)
@redisplay(leaving)
def leave(slug: str) -> ResponseReturnValue:
    """Leave a cohort."""
    membership = load(access.memberships_of(viewer()).where(Cohort.slug == slug))
    people.leave(db(), membership, actor=viewer())
    notice(_("You left the cohort %(cohort)s. What you wrote stays yours.", cohort=membership.cohort.name))
    return redirect_to(".mine")


def _only_starters() -> None:
    if not access.may_start(db(), viewer()):
        abort(404)


def _staffed_by_me(slug: str) -> Cohort:
    cohort: Cohort = load(access.staffed_by(viewer()).where(Cohort.slug == slug))
    return cohort


def _as_form(cohort: Cohort) -> Form:
    names = ("name", "theme", "format", "starts_on", "ends_on", "zone", "description")
    return Form({name: getattr(cohort, name) for name in names})
