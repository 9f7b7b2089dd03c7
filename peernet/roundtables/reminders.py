"""The day before: when, where, what to read and what is asked, to who comes or has not answered."""

from datetime import timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import links as stops
from peernet.accounts.models import Person
from peernet.cohorts.models import CohortState
from peernet.roundtables import access, emails, invitations, links
from peernet.roundtables.models import Answer, Roundtable
from peernet.web.viewer import NOBODY

AHEAD = timedelta(hours=24)
# Who was invited just now needs no reminder on top.
_SETTLED = timedelta(hours=6)


def send_due(db: Session) -> int:
    """Remind everybody of the roundtables of the coming day, once for each time that was promised. By the clock; the
    number of roundtables."""
    horizon = clock.now() + AHEAD
    due = [each for each in db.scalars(access.all_to_come()) if each.starts_at <= horizon and _is_worth_it(each)]
    for roundtable in due:
        _remind(db, roundtable)
    return len(due)


def _is_worth_it(roundtable: Roundtable) -> bool:
    is_old = roundtable.created_at <= roundtable.starts_at - AHEAD - _SETTLED
    return is_old and roundtable.cancelled_at is None and roundtable.cohort.state is CohortState.RUNNING


def _remind(db: Session, roundtable: Roundtable) -> None:
    readings = [(reading.title, reading.url) for reading in db.scalars(access.readings_of([roundtable.id]))]
    prompts = [row.asking.text for row in db.scalars(access.prompts_of(NOBODY, [roundtable.id]))]
    for person, answer in list(invitations.to_tell(db, roundtable)):
        if _wants(person, answer):
            emails.reminder(
                db,
                roundtable,
                person,
                answer=answer,
                token=links.token_for(db, roundtable, person.id),
                stop=stops.stop_token(db, person, "roundtables"),
                readings=readings,
                prompts=prompts,
            )


def _wants(person: Person, answer: Answer | None) -> bool:
    return person.mail_roundtables and answer in (None, Answer.ACCEPTED)
