"""What is to be read before a roundtable."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from peernet.roundtables import access
from peernet.roundtables.models import Reading, Roundtable


def choose(db: Session, roundtable: Roundtable, wanted: Sequence[tuple[str, str]]) -> bool:
    """Make ``wanted``, as (title, address), what is to be read, in this order; say whether that changed anything."""
    present = list(db.scalars(access.readings_of([roundtable.id])))
    if [(reading.title, reading.url) for reading in present] == list(wanted):
        return False
    for reading in present:
        db.delete(reading)
    db.add_all(
        Reading(roundtable_id=roundtable.id, position=place, title=title, url=url)
        for place, (title, url) in enumerate(wanted)
    )
    db.flush()
    return True
