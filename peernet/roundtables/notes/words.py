"""The parts in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.roundtables.notes.models import Part

PARTS = {Part.SAID: _l("What was said"), Part.AGREED: _l("What we agreed")}
