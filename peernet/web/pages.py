"""Rendering pages, redirects, and notices that are shown once."""

from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, current_app, flash, get_flashed_messages, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from peernet import i18n
from peernet.brand import logo, menu, palette, texts
from peernet.i18n import formats
from peernet.settings import Settings
from peernet.web import copying
from peernet.web.once import FIELD, new_key
from peernet.web.request import viewer


def render(template: str, **values: Any) -> str:
    """Write a page from its template."""
    return render_template(template, **values)


def redirect_to(endpoint: str, *, anchor: str | None = None, **values: Any) -> Response:
    """See other (303): after a form, so that reloading does not send it again."""
    response = redirect(url_for(endpoint, _anchor=anchor, **values), code=303)
    return Response(response.get_data(), response.status_code, response.headers)


def notice(text: str) -> None:
    """Show ``text`` once, on the next page that this person sees."""
    flash(text)


def request_path_in(code: str) -> str:
    """The page of this request in another language."""
    prefix = "" if code == _network().language else f"/{code}"
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    return f"{prefix}{request.path}{query}"


def once_key() -> Markup:
    """Hidden field that makes a form idempotent."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, new_key())


def install(app: Flask, settings: Settings) -> None:
    """Give templates their language, formats and the functions that they may call."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.plural, newstyle=True, pgettext=i18n.pgettext
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for name in (
        "format_date",
        "format_month",
        "format_short_day",
        "format_weekday",
        "format_time",
        "format_moment",
        "time_pair",
        "zone_city",
        "filesize",
    ):
        app.jinja_env.filters[name] = getattr(formats, name)
    app.jinja_env.filters["format_number"] = formats.format_number
    app.jinja_env.filters["native_name"] = i18n.native_name
    network = _describe(settings)
    app.extensions["peernet.network"] = network
    app.jinja_env.globals.update(
        network=network,
        menu=menu.entries,
        own_pages=texts.placed,
        language=i18n.language,
        direction=lambda: i18n.direction(i18n.language()),
        csrf_token=generate_csrf,
        once_key=once_key,
        notices=get_flashed_messages,
        current_viewer=viewer,
        request_path_in=request_path_in,
        is_copy=copying.is_copy,
    )


def _describe(settings: Settings) -> SimpleNamespace:
    network, own = settings.network, logo.of(settings)
    return SimpleNamespace(
        name=network.name,
        tagline=network.tagline,
        about=network.about,
        hosts=network.hosts,
        contact=network.contact,
        palette=palette.of(network),
        language=network.language,
        languages=[(code, i18n.native_name(code)) for code in network.languages],
        logo=own,
        has_icon=bool(network.icon or own),
        public_url=settings.public_url,
        is_demonstration=settings.demonstration,
        is_development=settings.development,
    )


def _network() -> SimpleNamespace:
    from_app: SimpleNamespace = current_app.extensions["peernet.network"]
    return from_app
