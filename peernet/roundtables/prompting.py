"""Which asked prompts belong to a roundtable, and when they are asked there. Asking itself is the prompts' room."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.prompts.models import Asking
from peernet.roundtables.models import Roundtable, RoundtablePrompt, When


def choose(db: Session, roundtable: Roundtable, wanted: Sequence[tuple[Asking, When]]) -> bool:
    """Make ``wanted`` what is asked, in this order; say whether that changed anything. Raises Refused for what is asked
    in another cohort."""
    if any(asking.cohort_id != roundtable.cohort_id for asking, _when in wanted):
        raise Refused(_("This prompt is not asked in this cohort."), field="asked")
    chosen = select(RoundtablePrompt).where(RoundtablePrompt.roundtable_id == roundtable.id)
    present = {row.asking_id: row for row in db.scalars(chosen)}
    before = {asking_id: (row.when, row.position) for asking_id, row in present.items()}
    after = {asking.id: (when, place) for place, (asking, when) in enumerate(wanted)}
    for asking_id in before.keys() - after.keys():
        db.delete(present[asking_id])
    for asking_id, (when, place) in after.items():
        row = present.get(asking_id)
        if row is None:
            row = RoundtablePrompt(roundtable_id=roundtable.id, asking_id=asking_id)
            db.add(row)
        row.when, row.position = when, place
    db.flush()
    return before != after
