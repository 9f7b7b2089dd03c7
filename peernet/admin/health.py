"""Health at a glance: what waits, what failed, and what it all runs on."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from peernet import __version__, clock
from peernet.accounts.models import Person
from peernet.agreements import access as agreements
from peernet.agreements.models import Kind, Terms
from peernet.backups import keeping
from peernet.jobs.models import Job
from peernet.ledger.models import Event
from peernet.mail.models import Mail, MailState
from peernet.media import quotas
from peernet.settings import current
from peernet.settings.tree import Backup

_LATE = timedelta(minutes=10)
# What is counted, in the order of the query.
_COUNTED = (
    "people", "mail_waiting", "mail_late", "mail_dead", "mail_bounced", "jobs_late", "jobs_dead", "failed_sign_ins",
)  # fmt: skip


@dataclass(frozen=True)
class Health:
    """Counts, and the ground they stand on. ``disk_free`` and ``disk_total`` are bytes of the data folder's
    disk, ``file_bytes`` and ``file_quota`` what people's files take and may take; ``last_backup`` is the moment of the
    newest one of those by the clock."""

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
    has_privacy_notice: bool
    backups: Backup
    last_backup: datetime | None

    @property
    def disk_is_low(self) -> bool:
        """Whether less than a tenth, or less than 1 GB, is free."""
        return self.disk_free < max(self.disk_total // 10, 1_000_000_000)

    @property
    def backup_is_late(self) -> bool:
        """Whether backups are scheduled, and the newest one is missing or too old."""
        return bool(self.backups.folder) and keeping.is_late(self.backups, self.last_backup, clock.now())


def look(db: Session) -> Health:
    """Everything in one query and one look at the disk. ``late`` is what waits although its time is long past."""
    moment = clock.now()
    *counts, notice, file_bytes = db.execute(
        select(
            _count(Person, Person.disabled_at.is_(None)),
            _count(Mail, Mail.state == MailState.WAITING),
            _count(Mail, Mail.state == MailState.WAITING, Mail.next_at < moment - _LATE),
            _count(Mail, Mail.state == MailState.DEAD),
            _count(Mail, Mail.state == MailState.BOUNCED),
            _count(Job, Job.done_at.is_(None), Job.dead_at.is_(None), Job.run_at < moment - _LATE),
            _count(Job, Job.done_at.is_(None), Job.dead_at.is_not(None)),
            _count(Event, Event.action == "account.sign_in_failed", Event.at > moment - timedelta(days=1)),
            agreements.holding(Kind.PRIVACY).with_only_columns(Terms.id).scalar_subquery(),
            quotas.all_bytes().scalar_subquery(),
        )
    ).one()
    disk, plan = shutil.disk_usage(current().data), current().backup
    return Health(
        **dict(zip(_COUNTED, counts, strict=True)),
        database=_database(db),
        version=__version__,
        disk_free=disk.free,
        disk_total=disk.total,
        file_bytes=int(file_bytes),
        file_quota=current().media.network_quota_bytes,
        smtp=current().mail.host,
        has_privacy_notice=notice is not None,
        backups=plan,
        last_backup=keeping.newest(plan) if plan.folder else None,
    )


def _count(model: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(model).where(*conditions).scalar_subquery()


def _database(db: Session) -> str:
    dialect = db.get_bind().dialect
    name = "SQLite" if dialect.name == "sqlite" else "PostgreSQL"
    number = ".".join(str(part) for part in dialect.server_version_info or ())
    return f"{name} {number}".strip()
