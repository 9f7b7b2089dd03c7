"""Taking something on; and saying what became of it, which is for who took it on."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import live
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.roundtables import access
from peernet.roundtables.commitments.models import Commitment, CommitmentState
from peernet.roundtables.models import Roundtable
from peernet.roundtables.running.listening import topic_of

MOST = 100


def who_may(db: Session, roundtable: Roundtable) -> list[tuple[int, str]]:
    """Ids and names of those of a roundtable's cohort who can take something on."""
    people = [person for person, _answer in db.execute(access.invited(roundtable))]
    return sorted(((each.id, each.name) for each in people), key=lambda each: each[1].casefold())


def take_on(db: Session, roundtable: Roundtable, *, who: int, what: str, due: date) -> Commitment:
    """Note that a person does something until a day. Raises Refused for somebody who is not invited, for a day before
    the roundtable, and for too many."""
    if who not in {number for number, _name in who_may(db, roundtable)}:
        raise Refused(_("Please choose somebody who is invited to this roundtable."), field="who")
    if due < roundtable.wall_start.date():
        raise Refused(_("This day is before the roundtable."), field="due")
    present = db.scalars(select(Commitment.id).where(Commitment.roundtable_id == roundtable.id)).all()
    if len(present) >= MOST:
        raise Refused(_("At most %(most)s things are taken on at one roundtable.", most=MOST))
    made = Commitment(roundtable_id=roundtable.id, person_id=who, text=what, due_on=due, state=CommitmentState.OPEN)
    db.add(made)
    db.flush()
    live.happened(db, topic_of(roundtable.id), "commitment")
    return made


def put(db: Session, commitment: Commitment, state: CommitmentState) -> None:
    """Say what became of it."""
    commitment.state = state
    db.flush()
    live.happened(db, topic_of(commitment.roundtable_id), "commitment")


def remove(db: Session, commitment: Commitment) -> None:
    """Take out what was noted by mistake."""
    topic = topic_of(commitment.roundtable_id)
    db.delete(commitment)
    db.flush()
    live.happened(db, topic, "commitment")
