"""Moments of the library in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.prompts.models import Moment

MOMENTS = {
    Moment.OPENING: _l("For opening"),
    Moment.DEEPENING: _l("For deepening"),
    Moment.CLOSING: _l("For closing"),
}
