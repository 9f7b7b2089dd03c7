"""The installation looks after itself: each hour what `peernet doctor` would say, and a mail to the administrators only
when something needs them.

A trouble is mailed once it was seen at two looks, so that a server that starts anew disturbs nobody; all that is wrong
comes in one mail, again after a week if it still is. What mends itself is gone without a word.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.admin import access, emails
from peernet.admin.findings import SEEN_BY_NIGHT, Finding, examine
from peernet.admin.models import Trouble
from peernet.db import Database
from peernet.jobs import jobs
from peernet.settings import current

log = logging.getLogger("peernet.admin")

JOB = "admin.watch"
_AGAIN = timedelta(days=7)
# The hour, in UTC, of the look that also reads the whole database of SQLite.
_THOROUGH = 3


def ask_for_due(db: Session) -> int:
    """Leave the job of this hour, if it is not there yet; how many. By the clock."""
    moment = clock.now()
    return int(jobs.enqueue(db, JOB, key=f"{JOB}:{moment:%Y-%m-%dT%H}Z") is not None)


def work_out(database: Database, _payload: dict[str, Any]) -> Callable[[Session], None]:
    """Look at everything with no transaction open, since some servers may be slow to answer."""
    thorough = clock.now().hour == _THOROUGH
    wrong = [finding for finding in examine(current(), database, thorough=thorough) if finding.wrong]
    return lambda db: keep(db, wrong, thorough=thorough)


def keep(db: Session, wrong: Sequence[Finding], *, thorough: bool = True) -> None:
    """Remember what is wrong now, and tell the administrators if they must hear of it. What only a thorough look can
    see counts as it was until the next one."""
    known = {trouble.what: trouble for trouble in db.scalars(select(Trouble))}
    moment = clock.now()
    for finding in wrong:
        trouble = known.get(finding.what)
        if trouble is None:
            log.error("%s: %s Mend: %s", finding.what, finding.wrong, finding.mend)
            db.add(Trouble(what=finding.what, wrong=finding.wrong, mend=finding.mend, since=moment))
        else:
            trouble.wrong, trouble.mend = finding.wrong, finding.mend
    mended = set(known) - {finding.what for finding in wrong} - (set() if thorough else SEEN_BY_NIGHT)
    db.execute(delete(Trouble).where(Trouble.what.in_(mended)))
    db.flush()
    seen_twice = [trouble for what, trouble in known.items() if what not in mended]
    if any(trouble.told_at is None or trouble.told_at <= moment - _AGAIN for trouble in seen_twice):
        _tell(db)


def _tell(db: Session) -> None:
    troubles = list(db.scalars(access.troubles()))
    for trouble in troubles:
        trouble.told_at = clock.now()
    for person in db.scalars(access.administrators()):
        emails.needs_you(db, person, troubles)
