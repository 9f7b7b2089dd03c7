"""Who may see a recording, in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.roundtables.recordings.models import Seen

SEEN = {
    Seen.FACILITATORS: _l("the facilitators and organisers"),
    Seen.COHORT: _l("everybody in the cohort"),
    Seen.PUBLIC: _l("everybody, on a public page"),
}
