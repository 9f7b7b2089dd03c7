"""Signing in with a password, or as one of the demonstration accounts; signing out."""

from flask import Response, abort, request, session
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from peernet.accounts import access, inputs, passwords, sessions
from peernet.accounts.views.blueprint import blueprint
from peernet.accounts.views.entering import demonstration_is_open, enter, go_on, local_page
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.web import limits
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/sign-in")
@rule(Rule.ANYBODY)
def sign_in(form: Form | None = None) -> ResponseReturnValue:
    """The ways in."""
    following = local_page(request.values.get("next", ""))
    if viewer().is_authenticated and form is None:
        return go_on(following)
    accounts = db().scalars(access.demonstration_accounts()).all() if demonstration_is_open() else []
    return render("accounts/sign_in.html", form_state=form, following=following, demonstration=accounts)


@blueprint.post("/sign-in")
@rule(Rule.ANYBODY)
@limits.per_network(lambda settings: settings.sign_in, "sign-in")
@limits.per_account(lambda settings: settings.account, "sign-in")
@redisplay(sign_in)
def sign_in_now() -> ResponseReturnValue:
    """Sign in with a password."""
    sent = read(inputs.SignIn)
    wanted = access.may_come_in(sent.email, demonstration=demonstration_is_open())
    with database().reading() as reading:
        person = reading.scalar(wanted)
        person_id, known_hash = (person.id, person.password_hash) if person else (None, None)
    if not passwords.matches(known_hash, sent.password):
        _count_failure(person_id)
        raise Refused(_("Address and password do not match. Try again, or let us mail you a link."))
    newer = passwords.newer_hash(known_hash, sent.password)
    person = db().scalar(wanted)
    if person is None or person.password_hash != known_hash:
        raise Refused(_("Your account was changed at the same moment. Please sign in again."))
    person.password_hash = newer or person.password_hash
    return enter(person, way="password", following=sent.next)


@blueprint.post("/sign-in/demonstration")
@rule(Rule.ANYBODY)
def demonstrate() -> ResponseReturnValue:
    """Sign in as one of the demonstration accounts, on this machine only."""
    if not demonstration_is_open():
        abort(404)
    sent = read(inputs.Demonstration)
    person = db().scalar(access.demonstration_account(sent.person))
    if person is None:
        abort(404)
    return enter(person, way="demonstration", following=sent.next)


@blueprint.post("/sign-out")
@rule(Rule.ANYBODY)
def sign_out() -> Response:
    """End this session."""
    if viewer().is_authenticated:
        found = db().scalar(access.my_sign_in(viewer(), viewer().sign_in_id))
        if found is not None:
            sessions.end(db(), found)
    leave()
    notice(_("You are signed out."))
    return redirect_to("accounts.sign_in")


def leave() -> None:
    """Empty the cookie."""
    logout_user()
    session.clear()


def _count_failure(person_id: int | None) -> None:
    """In a short transaction of its own, since the refused request leaves nothing; and nothing of what was typed."""
    with database().writing() as counting:
        ledger.record(
            counting, "account.sign_in_failed", subject=f"person:{person_id}" if person_id is not None else "sign-in"
        )
