"""Accounts: found, added, disabled and enabled, put in charge."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from peernet.accounts import links, people, zones
from peernet.admin import access, inputs, paging
from peernet.admin.views.blueprint import blueprint
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.settings import current
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/admin/people")
@rule(Rule.ADMIN)
def list_people() -> ResponseReturnValue:
    """All accounts, or those that a word finds."""
    words = " ".join(request.args.get("q", "").split())[:100]
    return render("admin/people.html", page=paging.page_of(db(), access.people(words), q=words), words=words)


@blueprint.get("/admin/people/add")
@rule(Rule.ADMIN)
def add_person(form: Form | None = None) -> ResponseReturnValue:
    """A form for a new account."""
    network = current().network
    state = form or Form({"zone": network.zone, "language": network.language})
    return render("admin/add_person.html", form_state=state, zone_groups=zones.grouped(str(state.value("zone"))))


@blueprint.post("/admin/people/add")
@rule(Rule.ADMIN)
@redisplay(add_person)
def make_person() -> ResponseReturnValue:
    """Make the account and mail its first link."""
    sent = read(inputs.NewPerson)
    if sent.language not in current().network.languages:
        raise Refused(_("Please choose one of the options."), field="language")
    made = people.create(db(), email=sent.email, name=sent.name, zone=sent.zone, language=sent.language)
    links.welcome(db(), made)
    notice(_("%(name)s has an account. A link to sign in is on its way.", name=made.name))
    return redirect_to("admin.person", person_id=made.id)


@blueprint.get("/admin/people/<int:person_id>")
@rule(Rule.ADMIN)
def person(person_id: int, form: Form | None = None) -> ResponseReturnValue:
    """One account."""
    found = load(access.person(person_id))
    return render("admin/person.html", person=found, form_state=form, is_me=found.id == viewer().person_id)


@blueprint.post("/admin/people/<int:person_id>/disable")
@rule(Rule.ADMIN)
@redisplay(person)
def disable_person(person_id: int) -> ResponseReturnValue:
    """Close the account."""
    if person_id == viewer().person_id:
        raise Refused(_("Ask another administrator to disable your own account."))
    return _change(person_id, people.disable, _("%(name)s cannot sign in any more. What they wrote stays."))


@blueprint.post("/admin/people/<int:person_id>/enable")
@rule(Rule.ADMIN)
@redisplay(person)
def enable_person(person_id: int) -> ResponseReturnValue:
    """Open the account again."""
    return _change(person_id, people.enable, _("%(name)s can sign in again."))


@blueprint.post("/admin/people/<int:person_id>/make-administrator")
@rule(Rule.ADMIN)
@redisplay(person)
def make_administrator(person_id: int) -> ResponseReturnValue:
    """Put somebody in charge of the installation."""
    return _change(person_id, people.make_admin, _("%(name)s is an administrator now."))


@blueprint.post("/admin/people/<int:person_id>/end-administrator")
@rule(Rule.ADMIN)
@redisplay(person)
def end_administrator(person_id: int) -> ResponseReturnValue:
    """Take that back."""
    return _change(person_id, people.end_admin, _("%(name)s is no administrator any more."))


def _change(person_id: int, verb: Callable[..., Any], words: str) -> ResponseReturnValue:
    found = load(access.person(person_id))
    verb(db(), found, actor_id=viewer().person_id)
    notice(words % {"name": found.name})
    if found.id == viewer().person_id and not found.is_admin:
        return redirect_to("accounts.profile")
    return redirect_to("admin.person", person_id=found.id)
