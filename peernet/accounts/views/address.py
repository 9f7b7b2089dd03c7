"""Changing the address for mail: asked for here, confirmed by the link that goes to the new one."""

from flask import make_response
from flask.typing import ResponseReturnValue

from peernet.accounts import access, inputs, profiles
from peernet.accounts.views.blueprint import blueprint
from peernet.i18n import gettext as _
from peernet.web import limits
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/me/address")
@rule(Rule.PERSON)
def address(form: Form | None = None) -> ResponseReturnValue:
    """The present address, the one that waits, and the form for another."""
    person = load(access.myself(viewer()))
    return render("accounts/address.html", form_state=form, person=person)


@blueprint.post("/me/address")
@rule(Rule.PERSON)
@limits.per_person(lambda settings: settings.mail, "address")
@redisplay(address)
def ask_new_address() -> ResponseReturnValue:
    """Mail a link to the new address."""
    sent = read(inputs.NewAddress)
    profiles.ask_new_address(db(), load(access.myself(viewer())), email=sent.email)
    notice(_("We mailed a link to %(email)s. The address changes when you use it.", email=sent.email))
    return redirect_to("accounts.address")


@blueprint.post("/me/address/forget")
@rule(Rule.PERSON)
def forget_new_address() -> ResponseReturnValue:
    """Keep the present address after all."""
    profiles.forget_new_address(db(), load(access.myself(viewer())))
    notice(_("Your address stays as it is."))
    return redirect_to("accounts.address")


@blueprint.get("/me/address/<token>")
@rule(Rule.LINK)
def new_address(token: str, form: Form | None = None) -> ResponseReturnValue:
    """One button. The link works in any browser: it went to the new address, and only its holder has it."""
    person = profiles.awaited(db(), token)
    if person is None:
        return _over()
    return render("accounts/new_address.html", form_state=form, person=person, token=token)


@blueprint.post("/me/address/<token>")
@rule(Rule.LINK)
@redisplay(new_address)
def confirm_new_address(token: str) -> ResponseReturnValue:
    """Use the new address."""
    person = profiles.confirm_address(db(), token)
    if person is None:
        return _over()
    notice(_("Your address is now %(email)s.", email=person.email))
    return redirect_to("accounts.address" if viewer().person_id == person.id else "accounts.sign_in")


def _over() -> ResponseReturnValue:
    return make_response(render("accounts/address_over.html"), 410)
