"""Other addresses for a cohort and for an organisation."""

from flask import url_for
from flask.typing import ResponseReturnValue

from peernet.addresses import moving
from peernet.cohorts import access, cohorts
from peernet.cohorts.views import organisations as pages
from peernet.cohorts.views.room import blueprint, run_by_me
from peernet.i18n import gettext as _
from peernet.organisations import organisations
from peernet.web import addresses
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/address")
@rule(Rule.PERSON)
def cohort_address(slug: str, form: Form | None = None) -> str:
    """Where a cohort stands."""
    found = run_by_me(slug)
    return addresses.page(
        name=found.name,
        slug=found.slug,
        below="/cohorts/",
        former=moving.former(db(), found),
        action=url_for(".move_cohort", slug=slug),
        back=url_for(".settings", slug=slug),
        form=form,
    )


@blueprint.post("/c/<slug>/address")
@rule(Rule.PERSON)
@redisplay(cohort_address)
def move_cohort(slug: str) -> ResponseReturnValue:
    """Give a cohort another address."""
    given = read(addresses.Address)
    found = run_by_me(slug)
    cohorts.move(db(), found, actor=viewer(), slug=given.slug)
    notice(_("The address is changed. The old one leads here."))
    return redirect_to(".settings", slug=found.slug)


@blueprint.get("/organisations/<slug>/address")
@rule(Rule.PERSON)
def organisation_address(slug: str, form: Form | None = None) -> str:
    """Where an organisation stands."""
    found = pages.run_by_me(slug)
    return addresses.page(
        name=found.name,
        slug=found.slug,
        below="/organisations/",
        former=moving.former(db(), found),
        action=url_for(".move_organisation", slug=slug),
        back=url_for(".organisation", slug=slug),
        form=form,
    )


@blueprint.post("/organisations/<slug>/address")
@rule(Rule.PERSON)
@redisplay(organisation_address)
def move_organisation(slug: str) -> ResponseReturnValue:
    """Give an organisation another address."""
    given = read(addresses.Address)
    found = pages.run_by_me(slug)
    listed = access.is_listed(db(), found)
    organisations.move(db(), found, actor=viewer(), slug=given.slug, is_listed=listed)
    notice(_("The address is changed. The old one leads here."))
    return redirect_to(".organisation", slug=found.slug)
