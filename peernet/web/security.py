"""Headers of every answer, the check of Host and Origin, and CSRF.

Sources: OWASP Secure Headers Project; Content Security Policy Level 3; Fetch (CORP), HTML (COOP).
"""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect

from peernet.i18n import gettext as _
from peernet.settings import Settings
from peernet.web.request import SAFE
from peernet.web.rules import Rule, rule_of

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


def headers(settings: Settings) -> list[tuple[str, str]]:
    """The headers that every answer carries, ready-made pages included."""
    fixed = [
        ("Content-Security-Policy", _POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ]
    if settings.is_https:
        fixed.append(("Strict-Transport-Security", "max-age=31536000"))
    return fixed


def install(app: Flask, settings: Settings) -> None:
    """Put the checks before every view and the headers on every answer."""
    app.session_interface = _Sessions()
    app.before_request(_check_address)
    app.before_request(_check_origin)
    CSRFProtect(app)
    fixed = headers(settings)

    @app.after_request
    def _guard(response: Response) -> Response:
        for name, value in fixed:
            response.headers.setdefault(name, value)
        return response


def _check_address() -> None:
    """No name of ours holds a zero byte; a file system and PostgreSQL take none, not even to say that it is unknown."""
    if "\0" in request.path:
        abort(404)
    if any("\0" in name + value for name, value in request.args.items(multi=True)):
        abort(400, _("This text holds a control character; please remove it."))


def _check_origin() -> None:
    """A form of another site is refused, whatever it knows. Browsers send Origin with every POST."""
    if request.method in SAFE:
        return
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        abort(400, _("This form was sent from another site."))


class _Sessions(SecureCookieSessionInterface):
    """The cookie's session; at its end it is known whether anybody looked into it, hence how the answer may be kept."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie if it changed, and Cache-Control unless the view did."""
        super().save_session(app, session, response)
        if "Cache-Control" in response.headers:
            return
        reader = request.endpoint is not None and rule_of(app, request.endpoint) is Rule.READER
        if reader and not session.accessed and response.status_code < 400:
            response.headers["Cache-Control"] = "no-cache"
            return
        response.headers["Cache-Control"] = "private, no-store"
        response.vary.add("Cookie")
