"""Coming in: begin a session and go on to the page that was meant."""

from urllib.parse import urlsplit

from flask import Response, current_app, redirect, request, session, url_for
from flask_login import login_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from peernet.accounts import access, sessions
from peernet.accounts.models import Person
from peernet.settings import current
from peernet.web.local import is_from_this_machine
from peernet.web.request import db, viewer
from peernet.web.viewer import Viewer


def enter(person: Person, *, way: str, following: str = "", ticket: str = "") -> Response:
    """Sign ``person`` in and send them on. A session that this browser already held ends."""
    earlier = viewer()
    if earlier.sign_in_id is not None:
        found = db().scalar(access.my_sign_in(earlier, earlier.sign_in_id))
        if found is not None:
            sessions.end(db(), found)
    begun = sessions.begin(db(), person, way=way, agent=request.user_agent.string, ticket=ticket)
    return carry(begun, following)


def carry(begun: Viewer, following: str = "") -> Response:
    """Put a session that is begun into the cookie. Everything in it is made anew, so none that was planted lives on."""
    session.clear()
    session.permanent = True
    login_user(begun)
    return go_on(following)


def go_on(following: str = "") -> Response:
    """To the page that was meant, or to the viewer's own."""
    path = local_page(following)
    target = f"{request.script_root}{path}" if path else url_for("desk.me")
    answer = redirect(target, code=303)
    return Response(answer.get_data(), answer.status_code, answer.headers)


def local_page(address: str) -> str:
    """``address`` if it is the path of a page of this site, else "": a link in a mail can lead nowhere else."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return ""
    try:
        parts = urlsplit(address)
        endpoint, _values = current_app.url_map.bind("").match(parts.path, method="GET")
    except (HTTPException, RequestRedirect, ValueError):
        return ""
    return "" if parts.netloc or parts.scheme or endpoint.startswith("accounts.sign_in") else address


def demonstration_is_open() -> bool:
    """Whether this request may use the demonstration accounts: switched on, and nobody but this machine can ask."""
    return current().demonstration and is_from_this_machine()
