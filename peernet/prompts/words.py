"""Moments and languages of the library in words."""

from babel import UnknownLocaleError

from peernet.i18n import lazy_gettext as _l
from peernet.i18n.catalogue import native_name
from peernet.prompts.models import Moment

MOMENTS = {
    Moment.OPENING: _l("For opening"),
    Moment.DEEPENING: _l("For deepening"),
    Moment.CLOSING: _l("For closing"),
}


def language_name(code: str) -> str:
    """A language in its own words; the code itself where that is all there is."""
    try:
        return native_name(code)
    except (UnknownLocaleError, ValueError):
        return code
