"""How a quotation stands, for those who write, in one word."""

from datetime import datetime
from enum import StrEnum

from peernet.i18n import lazy_gettext as _l
from peernet.materials.quotations.models import Quotation


class State(StrEnum):
    """Where the current wording stands. SILENT: the day by which an answer was asked for is over, which is a no."""

    UNASKED = "unasked"
    WAITING = "waiting"
    SILENT = "silent"
    REFUSED = "refused"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"


WORDS = {
    State.UNASKED: _l("nobody is asked yet"),
    State.WAITING: _l("waits for an answer"),
    State.SILENT: _l("no answer in time, which counts as no"),
    State.REFUSED: _l("not agreed to as it stands"),
    State.AGREED: _l("agreed"),
    State.WITHDRAWN: _l("withdrawn"),
}


def of(quotation: Quotation, moment: datetime, *, is_refused: bool = False) -> State:
    """The state at ``moment``; ``is_refused``: somebody said no to the current wording, or asked for a change."""
    wording = quotation.current
    if quotation.withdrawn_at is not None:
        return State.WITHDRAWN
    if wording.consented_at is not None:
        return State.AGREED
    if is_refused:
        return State.REFUSED
    if wording.asked_at is None:
        return State.UNASKED
    is_over = wording.answer_by is not None and wording.answer_by <= moment
    return State.SILENT if is_over else State.WAITING
