"""When nobody can change what they said of a roundtable any more: from then on it is of nobody, and told."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from peernet import clock
from peernet.prompts.voices import FEWEST
from peernet.roundtables.feedback import access, giving
from peernet.roundtables.feedback.models import Feedback
from peernet.roundtables.models import Roundtable


def close_over(db: Session) -> int:
    """Take names off what was said, and delete it where fewer than three organisations said something: nobody would
    ever read it. Of how many roundtables. By the clock."""
    over = [one for one in db.scalars(access.over_with_names(clock.now())) if giving.until(one) <= clock.now()]
    for one in over:
        found = db.scalars(access.of_somebody(one.id)).all()
        is_told = len(_whences(db, one, found)) >= FEWEST
        for each in found:
            if is_told:
                each.person_id = each.guest_id = None
            else:
                db.delete(each)
        db.flush()
    return len(over)


def _whences(db: Session, one: Roundtable, found: Sequence[Feedback]) -> set[tuple[str, int | None]]:
    """From how many places it comes: people of one organisation count once, and so do all who sit for none. So do all
    guests: whoever leads can invite addresses of their own, and would read what one member said as one of three."""
    people = {each.person_id for each in found if each.person_id is not None}
    seats: dict[int | None, int] = dict(db.execute(access.organisations(one.cohort_id, people)).all())
    return {
        ("guest", None) if each.guest_id is not None else ("organisation", seats.get(each.person_id)) for each in found
    }
