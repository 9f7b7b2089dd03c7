"""The roof: settings and a database in, a WSGI application out."""

from datetime import timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from peernet.accounts import sessions
from peernet.accounts import views as accounts
from peernet.admin import views as admin
from peernet.agreements import views as agreements
from peernet.cohorts import views as cohorts
from peernet.db import Database
from peernet.desk import views as desk
from peernet.groups import views as groups
from peernet.materials import views as materials
from peernet.pages import Sweeper
from peernet.privacy import views as privacy
from peernet.prompts import views as prompts
from peernet.roundtables import views as roundtables
from peernet.settings import Settings
from peernet.site import making, moved
from peernet.site import views as site
from peernet.web import (
    assets,
    errors,
    health,
    language,
    limits,
    logs,
    pages,
    pasting,
    security,
    shell,
    styleguide,
    uploads,
)
from peernet.web.rules import require_rules
from peernet.web.viewer import Viewer

BLUEPRINTS = (
    accounts.blueprint,
    admin.blueprint,
    cohorts.blueprint,
    agreements.blueprint,
    prompts.blueprint,
    groups.blueprint,
    roundtables.blueprint,
    materials.blueprint,
    desk.blueprint,
    privacy.blueprint,
    site.blueprint,
)


def make_app(settings: Settings, database: Database, sweeper: Sweeper | None = None) -> Flask:
    """Build the application. Raises NoRule when a route lacks an access rule. Expects ``settings.use`` to be done.

    With a ``sweeper`` public pages are kept in its store; without one they are made for each request.
    """
    app = shell.Shell("peernet", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        TRUSTED_HOSTS=list(settings.hosts_allowed),
        MAX_CONTENT_LENGTH=settings.media.max_bytes + 1_000_000,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        MAX_FORM_PARTS=1_000,
        SESSION_COOKIE_NAME="__Host-peernet" if settings.is_https else "peernet",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.sessions.days),
        WTF_CSRF_TIME_LIMIT=None,
        # Some browsers are told to send no Referer; where a form comes from is checked by Origin, in web.security.
        WTF_CSRF_SSL_STRICT=False,
        TEMPLATES_AUTO_RELOAD=settings.development,
    )

    def load_viewer(ticket: str) -> Viewer | None:
        with database.looking() as db:
            return sessions.load(db, ticket)

    logs.install(app)
    language.install(app, settings)
    shell.install(app, database, load_viewer)
    uploads.install(app)  # before the check of a form's token, which reads the body
    security.install(app, settings)
    limits.install(app, settings)
    errors.install(app, moved.for_members)
    assets.install(app)
    pages.install(app, settings)
    making.install(app, sweeper)
    if settings.development:
        app.register_blueprint(styleguide.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(pasting.blueprint)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    require_rules(app)
    proxies = settings.server.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, proxies, 0, 0)  # type: ignore[method-assign]
    return app
