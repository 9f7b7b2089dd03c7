"""The room's blueprint, what its templates may say, and what a page does that does not exist."""

from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, abort
from markupsafe import Markup

from peernet.i18n import gettext as _
from peernet.text import larger

blueprint = Blueprint("site", __name__)

Found = TypeVar("Found")


def existing(found: Found | None) -> Found:
    """What was found, or 404."""
    if found is None:
        abort(404)
    return found


@blueprint.app_template_filter()
def host_of(url: str) -> str:
    """The host of an address, as people say it."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


@blueprint.app_template_filter()
def with_large_pictures(html: Markup) -> Markup:
    """A text whose pictures open large."""
    return Markup(larger.linked(html, _("see it large"), _("Close")))  # noqa: S704 - it was safe before


@blueprint.app_template_filter()
def rfc3339(moment: datetime) -> str:
    """A moment as Atom wants it (RFC 3339), to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
