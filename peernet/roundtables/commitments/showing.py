"""What a page shows of what was taken on."""

from typing import Any

from sqlalchemy.orm import Session

from peernet.roundtables.access import Standing
from peernet.roundtables.commitments import access, taking, words
from peernet.web.viewer import Viewer


def of(db: Session, viewer: Viewer, mine: Standing) -> dict[str, Any]:
    """What was taken on at a loaded roundtable, and what is open from earlier ones. Guests see nothing of it. Two
    queries."""
    one = mine.roundtable
    if not mine.is_inside:
        return {"commitments": [], "open_before": [], "commitment_words": words.STATES}
    return {
        "commitments": list(db.scalars(access.taken_on_at(viewer, one))),
        "open_before": list(db.scalars(access.open_before(viewer, one))),
        "commitment_words": words.STATES,
    }


def takers(db: Session, mine: Standing) -> dict[str, Any]:
    """Who can take something on, for those who note it. One query."""
    return {"takers": taking.who_may(db, mine.roundtable) if mine.is_inside and mine.attends else []}
