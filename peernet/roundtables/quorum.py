"""A roundtable may name how many must come for it to be worth their while. Those who lead are told once, two days
before, that fewer have accepted, and once when it falls below that later."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.roundtables import access, access_places, emails, invitees
from peernet.roundtables.models import Roundtable

AHEAD = timedelta(hours=48)
# Who was invited only now is given time to answer.
_SETTLED = timedelta(hours=24)


@contextmanager
def watched(db: Session, roundtable: Roundtable) -> Iterator[None]:
    """Around a change of answers near the time: tell those who lead where fewer than the quorum come from now on."""
    before = _coming(db, roundtable) if _is_near(roundtable) else None
    yield
    if before is not None and before >= (roundtable.quorum or 0) > _coming(db, roundtable):
        _tell(db, roundtable, fell=True)


def warn_due(db: Session) -> int:
    """Tell those who lead which roundtables of the coming two days are below their quorum, once for each time that was
    promised; how many there are. By the clock."""
    near = [each for each in db.scalars(access_places.with_quorum()).all() if _is_near(each) and _is_settled(each)]
    below = [each for each in near if _coming(db, each) < (each.quorum or 0)]
    for roundtable in below:
        _tell(db, roundtable, fell=False)
    return len(below)


def _tell(db: Session, roundtable: Roundtable, *, fell: bool) -> None:
    everybody = invitees.everybody(db, roundtable)
    silent = [invitee.name for invitee, answer in everybody if answer is None]
    coming = _coming(db, roundtable)
    for leader in db.scalars(access.leaders_of(roundtable.cohort_id)).all():
        if leader.mail_roundtables and leader.mail_bounced_at is None:
            emails.below_quorum(db, roundtable, invitees.of(leader), coming=coming, silent=silent, fell=fell)


def _coming(db: Session, roundtable: Roundtable) -> int:
    return db.scalar(access_places.accepted(roundtable.id)) or 0


def _is_near(roundtable: Roundtable) -> bool:
    is_asked = roundtable.quorum is not None and roundtable.cancelled_at is None
    return is_asked and timedelta(0) < roundtable.starts_at - clock.now() <= AHEAD


def _is_settled(roundtable: Roundtable) -> bool:
    return roundtable.created_at <= clock.now() - _SETTLED
