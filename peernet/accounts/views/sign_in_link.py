"""Signing in with a link by mail. Opening it changes nothing, since programs that guard mail open links; the button
does.
"""

import secrets

from flask import make_response, request, session
from flask.typing import ResponseReturnValue

from peernet.accounts import inputs, links
from peernet.accounts import sessions as sessions_kept
from peernet.accounts.views.blueprint import blueprint
from peernet.accounts.views.entering import carry, demonstration_is_open, enter, local_page
from peernet.accounts.views.sign_in import sign_in
from peernet.settings import current
from peernet.web import limits
from peernet.web.inputs import read, redisplay
from peernet.web.pages import redirect_to, render
from peernet.web.request import db
from peernet.web.rules import Rule, rule

_BROWSER = "browser"


@blueprint.get("/sign-in/link")
@rule(Rule.ANYBODY)
def sign_in_link_sent() -> ResponseReturnValue:
    """What to do now that a link was asked for: the same for everybody."""
    return render("accounts/link_sent.html", minutes=current().sessions.link_minutes)


@blueprint.post("/sign-in/link")
@rule(Rule.ANYBODY)
@limits.per_network(lambda settings: settings.mail, "link")
@limits.per_account(lambda settings: settings.mail, "link")
@redisplay(sign_in)
def ask_link() -> ResponseReturnValue:
    """Mail a link, if the address has an account."""
    sent = read(inputs.AskLink)
    links.ask(db(), email=sent.email, following=local_page(sent.next), demonstration=demonstration_is_open())
    return redirect_to("accounts.sign_in_link_sent")


@blueprint.get("/sign-in/link/<token>")
@rule(Rule.LINK)
def sign_in_link(token: str) -> ResponseReturnValue:
    """One button."""
    person = links.holder(db(), token, demonstration=demonstration_is_open())
    if person is None:
        return _over()
    # Known to this browser alone, so that the second half of a double click is recognised.
    session.setdefault(_BROWSER, secrets.token_urlsafe(16))
    following = local_page(request.args.get("next", ""))
    return render("accounts/link.html", person=person, token=token, following=following)


@blueprint.post("/sign-in/link/<token>")
@rule(Rule.LINK)
@limits.per_network(lambda settings: settings.sign_in, "use-link")
def use_link(token: str) -> ResponseReturnValue:
    """Spend the link and sign in."""
    sent = read(inputs.UseLink)
    browser = session.get(_BROWSER, "")
    ticket = links.ticket_for(token, browser) if browser else ""
    person = links.use_up(db(), token, demonstration=demonstration_is_open())
    if person is not None:
        return enter(person, way="link", following=sent.next, ticket=ticket)
    begun = sessions_kept.load(db(), ticket) if ticket and links.just_begun(db(), ticket) else None
    return _over() if begun is None else carry(begun, sent.next)


def _over() -> ResponseReturnValue:
    return make_response(render("accounts/link_over.html"), 410)
