"""What is said of an organisation, changed by those who speak for it. Its public page belongs to the site."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select
from sqlalchemy.orm import joinedload

from peernet.cohorts import access
from peernet.cohorts.views.room import blueprint, seen_version
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.media import images, store
from peernet.organisations import countries, organisations
from peernet.organisations.inputs import HostInput, NewOrganisationInput, OrganisationInput, OwnOrganisationInput
from peernet.organisations.models import Organisation
from peernet.settings import current
from peernet.text import markdown
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/organisations/new")
@rule(Rule.ADMIN)
def new_organisation(form: Form | None = None) -> str:
    """The form of a new organisation: a host, or one that organisers will seat."""
    return render("organisations/new.html", form_state=form, countries=countries.choices())


@blueprint.post("/organisations/new")
@rule(Rule.ADMIN)
@redisplay(new_organisation)
def create_organisation() -> ResponseReturnValue:
    """Add an organisation."""
    given = read(NewOrganisationInput)
    html = markdown.render(given.purpose, field="purpose").html
    made = organisations.create(db(), actor=viewer(), **given.facts(html))
    notice(_("The organisation was added."))
    return redirect_to(".organisation", slug=made.slug)


@blueprint.get("/organisations/<slug>/edit")
@rule(Rule.PERSON)
def organisation(slug: str, form: Form | None = None) -> str:
    """What the viewer may change of an organisation."""
    found = _editable(slug)
    return render(
        "organisations/edit.html",
        organisation=found,
        form_state=form or _as_form(found),
        version=seen_version(form, found.version),
        runs=db().scalars(_run_by_me(slug)).one_or_none() is not None,
        is_listed=found.is_named or access.is_listed(db(), found),
        countries=countries.choices(),
    )


@blueprint.post("/organisations/<slug>/edit")
@rule(Rule.PERSON)
@redisplay(organisation)
def revise_organisation(slug: str) -> ResponseReturnValue:
    """Change an organisation: those who hold its seat some of it, organisers more, administrators all."""
    with database().reading() as reading:
        whole = reading.scalars(_run_by_me(slug)).one_or_none() is not None
    given = read(_inputs(whole))
    html = markdown.render(given.purpose, field="purpose").html
    found: Organisation = load(_run_by_me(slug)) if whole else _editable(slug)
    organisations.revise(
        db(),
        found,
        actor=viewer(),
        version=given.version,
        is_listed=access.is_listed(db(), found),
        **given.facts(html),
    )
    notice(_("Saved."))
    return redirect_to(".organisation", slug=slug)


@blueprint.post("/organisations/<slug>/logo")
@rule(Rule.PERSON)
@redisplay(organisation)
def set_logo(slug: str) -> ResponseReturnValue:
    """Show another picture as the logo. It is decoded before anything is read or locked."""
    file = request.files.get("logo")
    if file is None or not file.filename:
        raise Refused(_("Choose a picture first."), field="logo")
    with database().reading() as reading:
        if reading.scalars(_editable_by_me(slug)).one_or_none() is None:
            abort(404)
    data = file.stream.read(current().media.max_bytes + 1)
    picture = images.prepare(data, field="logo", filename=file.filename)
    found = _editable(slug)
    logo = store.keep(
        db(),
        data=picture,
        filename=file.filename,
        audience="public",
        uploaded_by=viewer().person_id,
        alt=found.name,
        field="logo",
    )
    organisations.set_logo(db(), found, actor=viewer(), logo=logo)
    notice(_("The logo is in use."))
    return redirect_to(".organisation", slug=slug)


@blueprint.post("/organisations/<slug>/logo/remove")
@rule(Rule.PERSON)
@redisplay(organisation)
def remove_logo(slug: str) -> ResponseReturnValue:
    """Show no logo."""
    organisations.set_logo(db(), _editable(slug), actor=viewer(), logo=None)
    notice(_("The logo is removed."))
    return redirect_to(".organisation", slug=slug)


def _inputs(whole: bool) -> type[OwnOrganisationInput] | type[OrganisationInput]:
    if viewer().is_admin:
        return HostInput
    return OrganisationInput if whole else OwnOrganisationInput


def _as_form(found: Organisation) -> Form:
    names = ("name", "stewards", "purpose", "home_page", "country", "is_host")
    return Form({name: getattr(found, name) for name in names})


def _run_by_me(slug: str) -> Select[Organisation]:
    chosen = access.organisations_run_by(viewer()).where(Organisation.slug == slug)
    return chosen.options(joinedload(Organisation.logo))


def _editable_by_me(slug: str) -> Select[Organisation]:
    chosen = access.organisations_editable_by(viewer()).where(Organisation.slug == slug)
    return chosen.options(joinedload(Organisation.logo))


def run_by_me(slug: str) -> Organisation:
    """The organisation, for somebody who may change all of it; 404 for anybody else."""
    found: Organisation = load(_run_by_me(slug))
    return found


def _editable(slug: str) -> Organisation:
    found: Organisation = load(_editable_by_me(slug))
    return found
