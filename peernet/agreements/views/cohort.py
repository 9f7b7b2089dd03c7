"""A cohort's ground rules: read by everybody inside, written by its organisers, who see who agreed. And the one thing
that waits for a yes: reading what others wrote."""

from collections.abc import Sequence

from flask import abort, request
from flask.typing import ResponseReturnValue

from peernet.agreements import access, agreeing, inputs, standing
from peernet.agreements.models import Kind, Terms
from peernet.agreements.views.blueprint import blueprint
from peernet.agreements.words import KINDS, to_begin_with
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort, Membership
from peernet.i18n import gettext as _
from peernet.text import markdown
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule

# Pages on which somebody reads what others wrote under these rules. Their own answers they find in their journal.
_OTHERS_WORDS = frozenset({"prompts.page"})


@blueprint.before_app_request
def ask_first() -> ResponseReturnValue | None:
    """Before the first page on which others are read, somebody agrees to the rules under which these wrote. Nothing
    that is sent is kept from them, nor their own things, leaving, or taking everything along."""
    if request.method != "GET" or request.endpoint not in _OTHERS_WORDS or not viewer().is_authenticated:
        return None
    cohort = db().scalar(cohorts.visible_to(viewer()).where(Cohort.slug == (request.view_args or {})["slug"]))
    if cohort is None or not standing.never_agreed(db(), viewer(), cohort):
        return None
    notice(_("Before you read what others wrote: these are the rules they wrote it under."))
    return redirect_to("agreements.own_agreements", next=request.path)


@blueprint.get("/c/<slug>/ground-rules")
@rule(Rule.PERSON)
def ground_rules(slug: str, form: Form | None = None) -> ResponseReturnValue:
    """The rules as they hold; for organisers also who agreed, the form, and how they were before."""
    cohort: Cohort = load(cohorts.visible_to(viewer()).where(Cohort.slug == slug))
    organises = db().scalar(cohorts.run_by(viewer()).where(Cohort.id == cohort.id)) is not None
    holding = [each.terms for each in standing.of_cohorts(db(), viewer(), [cohort]) if each.cohorts]
    holding.sort(key=lambda each: list(Kind).index(each.kind))
    people = db().scalars(cohorts.people_of(cohort.id)).unique().all() if organises else ()
    versions = db().scalars(access.versions_of(Kind.GROUND_RULES, cohort.id)).all()
    return render(
        "agreements/cohort.html",
        cohort=cohort,
        organises=organises,
        leads=organises or db().scalar(cohorts.led_by(viewer()).where(Cohort.id == cohort.id)) is not None,
        holding=holding,
        headings=[str(KINDS[each.kind]) for each in holding],
        people=_who_agreed(holding, [each for each in people if each.role in cohorts.INSIDE]),
        versions=versions,
        form_state=form or Form({"source": _beginning(holding), "asks": "yes"}),
        replaces=inputs.replaced(form, versions),
        kinds=KINDS,
        zone=viewer().zone,
    )


@blueprint.post("/c/<slug>/ground-rules")
@rule(Rule.PERSON)
@redisplay(ground_rules)
def write_ground_rules(slug: str) -> ResponseReturnValue:
    """Put a new version into force."""
    with database().reading() as reading:
        if reading.scalar(cohorts.run_by(viewer()).where(Cohort.slug == slug)) is None:
            abort(404)
    sent = read(inputs.TermsInput)
    html = markdown.render(sent.source, prefix=f"rules-{sent.replaces + 1}-", top=3, field="source").html
    cohort: Cohort = load(cohorts.run_by(viewer()).where(Cohort.slug == slug))
    made = agreeing.put_into_force(
        db(), Kind.GROUND_RULES, cohort, actor=viewer(), html=html, **sent.model_dump(),
    )  # fmt: skip
    agreeing.accept(db(), made, actor=viewer())
    notice(_("These rules hold from now on."))
    return redirect_to(".ground_rules", slug=slug)


def _who_agreed(holding: list[Terms], people: Sequence[Membership]) -> list[tuple[Membership, list[bool]]]:
    """For each, whether they agreed to each of the texts. A query for each text, of which there are two."""
    ids = [each.person_id for each in people]
    agreed = [{each.person_id for each in db().scalars(access.who_accepted(terms, ids))} for terms in holding]
    return [(each, [each.person_id in some for some in agreed]) for each in people]


def _beginning(holding: list[Terms]) -> str:
    rules = next((each.source for each in holding if each.kind is Kind.GROUND_RULES), None)
    return rules if rules is not None else to_begin_with(Kind.GROUND_RULES)
