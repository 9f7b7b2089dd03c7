"""Which mail the viewer wants, and the link in each mail that stops its kind without signing in (RFC 8058)."""

from flask import make_response
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from peernet.accounts import access, inputs, links, profiles
from peernet.accounts.models import Person
from peernet.accounts.views.blueprint import blueprint
from peernet.i18n import gettext as _
from peernet.tokens import tokens
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/me/mail")
@rule(Rule.PERSON)
def mail_wishes(form: Form | None = None) -> ResponseReturnValue:
    """The kinds of mail."""
    person = load(access.myself(viewer()))
    state = form or Form({kind: getattr(person, f"mail_{kind}") for kind in (*links.KINDS, links.DIGEST)})
    return render("accounts/mail_wishes.html", form_state=state, person=person)


@blueprint.post("/me/mail")
@rule(Rule.PERSON)
@redisplay(mail_wishes)
def choose_mail() -> ResponseReturnValue:
    """Store the wishes."""
    sent = read(inputs.MailWishes)
    wanted = frozenset(kind for kind in links.KINDS if getattr(sent, kind) == "yes")
    profiles.choose_mail(load(access.myself(viewer())), kinds=wanted, digest=sent.digest == "yes")
    notice(_("Your wishes are saved."))
    return redirect_to("accounts.mail_wishes")


@blueprint.get("/mail/stop/<token>")
@rule(Rule.LINK)
def stop_mail(token: str, form: Form | None = None) -> ResponseReturnValue:
    """What would be stopped, and two buttons."""
    found = _read(token)
    if found is None:
        return _over()
    person, kind = found
    return render("accounts/stop_mail.html", form_state=form, person=person, kind=kind, token=token, done=False)


@blueprint.post("/mail/stop/<token>")
@rule(Rule.LINK)
@redisplay(stop_mail)
def stop_mail_now(token: str) -> ResponseReturnValue:
    """Stop it. Mail programs send this by themselves, without cookie or session; doing it again changes nothing."""
    sent = read(inputs.StopMail)
    found = _read(token)
    if found is None:
        return _over()
    person, kind = found
    profiles.stop_mail(person, kind=kind, everything=sent.which == "all")
    return render("accounts/stop_mail.html", form_state=None, person=person, kind=kind, token=token, done=sent.which)


@blueprint.record_once
def _exempt(state: BlueprintSetupState) -> None:
    """The link's token stands in for the form's: whoever holds it may do this one thing."""
    state.app.extensions["csrf"].exempt(stop_mail_now)


def _read(text: str) -> tuple[Person, str] | None:
    token = tokens.look_up(db(), text, purpose=links.STOP)
    if token is None or token.subject not in (*links.KINDS, links.DIGEST):
        return None
    person = db().scalar(access.may_come_in_as(token.person_id, demonstration=True))
    return None if person is None else (person, token.subject)


def _over() -> ResponseReturnValue:
    return make_response(render("accounts/stop_over.html"), 410)
