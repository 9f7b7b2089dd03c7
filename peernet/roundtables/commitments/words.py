"""What became of it, in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.roundtables.commitments.models import CommitmentState

STATES = {
    CommitmentState.OPEN: _l("Open"),
    CommitmentState.DONE: _l("Done"),
    CommitmentState.DROPPED: _l("Dropped"),
}
