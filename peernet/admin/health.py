"""Health at a glance: what waits, what failed, and what it all runs on."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from peernet import __version__, clock
from peernet.accounts.models import Person
from peernet.jobs.models import Job
from peernet.ledger.models import Event
from peernet.mail.models import Mail, MailState
from peernet.media import quotas
from peernet.settings import current

_LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Health:
    """Counts, and the ground they stand on. ``disk_free`` and ``disk_total`` are bytes of the data folder's
    disk, ``file_bytes`` and ``file_quota`` what people's files take and may take."""

    people: int
    mail_waiting: int
    mail_late: int
    mail_dead: int
    mail_bounced: int
    jobs_late: int
    jobs_dead: int
    failed_sign_ins: int
    database: str
    version: str
    disk_free: int
    disk_total: int
    file_bytes: int
    file_quota: int
    smtp: str

    @property
    def disk_is_low(self) -> bool:
        """Whether less than a tenth, or less than 1 GB, is free."""
        return self.disk_free < max(self.disk_total // 10, 1_000_000_000)


def look(db: Session) -> Health:
    """Everything in one query and one look at the disk. ``late`` is what waits although its time is long past."""
    moment = clock.now()
    counts = db.execute(
        select(
            _count(Person, Person.disabled_at.is_(None)),
            _count(Mail, Mail.state == MailState.WAITING),
            _count(Mail, Mail.state == MailState.WAITING, Mail.next_at < moment - _LATE),
            _count(Mail, Mail.state == MailState.DEAD),
            _count(Mail, Mail.state == MailState.BOUNCED),
            _count(Job, Job.done_at.is_(None), Job.dead_at.is_(None), Job.run_at < moment - _LATE),
            _count(Job, Job.done_at.is_(None), Job.dead_at.is_not(None)),
            _count(Event, Event.action == "account.sign_in_failed", Event.at > moment - timedelta(days=1)),
            quotas.all_bytes().scalar_subquery(),
        )
    ).one()
    disk = shutil.disk_usage(current().data)
    return Health(
        *counts[:-1],
        database=_database(db),
        version=__version__,
        disk_free=disk.free,
        disk_total=disk.total,
        file_bytes=int(counts[-1]),
        file_quota=current().media.network_quota_bytes,
        smtp=current().mail.host,
    )


def _count(model: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(model).where(*conditions).scalar_subquery()


def _database(db: Session) -> str:
    dialect = db.get_bind().dialect
    name = "SQLite" if dialect.name == "sqlite" else "PostgreSQL"
    number = ".".join(str(part) for part in dialect.server_version_info or ())
    return f"{name} {number}".strip()
