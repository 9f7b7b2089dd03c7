"""The outbox: what waits, what was given up, what came back. Never what stands in a mail, but for a demonstration."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from peernet.admin import access, delivered, paging
from peernet.admin.views.blueprint import blueprint
from peernet.i18n import gettext as _
from peernet.mail import delivery
from peernet.mail.models import MailState
from peernet.settings import current
from peernet.web.local import is_from_this_machine
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load
from peernet.web.rules import Rule, rule

_TRIED = (MailState.DEAD, MailState.BOUNCED)


@blueprint.get("/admin/mail")
@rule(Rule.ADMIN)
def list_mail() -> ResponseReturnValue:
    """Mails of one state (``?state=dead``)."""
    states = _states()
    asked = request.args.get("state", "")
    state = MailState(asked) if asked in states else states[0]
    page = paging.page_of(db(), access.mails(state), state=state.value)
    return render("admin/mail.html", page=page, state=state, states=states, may_open=_may_open(), hide=_hide)


@blueprint.get("/admin/mail/<int:mail_id>")
@rule(Rule.ADMIN)
def mail(mail_id: int) -> ResponseReturnValue:
    """One mail, with its links taken out. Only where it is shown at all: see :mod:`peernet.admin.delivered`."""
    _require_demonstration()
    return render("admin/one_mail.html", mail=load(access.mail(mail_id)), hide=_hide)


@blueprint.get("/admin/mail/<int:mail_id>/delivered")
@rule(Rule.ADMIN)
def delivered_mail(mail_id: int) -> ResponseReturnValue:
    """The mail as its reader gets it, with links that work."""
    _require_demonstration()
    found = load(access.mail(mail_id))
    message = delivered.find(found)
    text = "" if message is None else delivered.text_of(message)
    return render("admin/delivered_mail.html", mail=found, message=message, text=text)


@blueprint.post("/admin/mail/<int:mail_id>/retry")
@rule(Rule.ADMIN)
def retry_mail(mail_id: int) -> ResponseReturnValue:
    """Try a mail again that was given up or came back."""
    found = load(access.mail(mail_id))
    state = found.state
    if state not in _TRIED:
        abort(404)
    delivery.retry(db(), found)
    notice(_("The mail to %(address)s is tried again.", address=found.to_address))
    return redirect_to("admin.list_mail", state=state.value)


def _states() -> list[MailState]:
    shown = [MailState.WAITING, MailState.DEAD, MailState.BOUNCED]
    return [MailState.SENT, *shown] if _may_open() else shown


def _may_open() -> bool:
    """A site for this machine alone, asked from it, without a mail server: a demonstration."""
    return not current().mail.host and is_from_this_machine()


def _require_demonstration() -> None:
    if not _may_open():
        abort(404)


def _hide(text: str) -> str:
    return delivered.without_links(text)
