"""What could be wrong with an installation, in words, and the command that mends it: for `peernet doctor`, after an
upgrade, and for the look of each hour."""

import os
import pwd
import shutil
import socket
import sqlite3
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.agreements import access as agreements
from peernet.agreements.models import Kind as TermsKind
from peernet.backups import keeping, schedule
from peernet.brand import logo as brand_logo
from peernet.brand import palette, texts
from peernet.db import Database, migrations
from peernet.jobs import beats
from peernet.jobs.models import Job
from peernet.mail import delivery, mailbox, transport
from peernet.mail.models import IncomingMail, Mail, MailState
from peernet.materials.taking import pdf
from peernet.media import bucket, store
from peernet.settings import Settings, current

try:
    import redis
except ImportError:  # An extra: only hosts with several processes need it.
    redis = None  # type: ignore[assignment]

_LATE = timedelta(minutes=10)
_ROOM = 500_000_000
# Seconds that a connection may take; how early the end of a certificate is said; years after which zones are old.
_PATIENCE, _ENDS_SOON, _OLD_ZONES = 5.0, timedelta(days=14), 2


# What only a thorough look sees.
_INTEGRITY, _FILES = "database integrity", "files of people"
SEEN_BY_NIGHT = frozenset({_INTEGRITY, _FILES})


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, what is wrong with it ("" if nothing), and what to do."""

    what: str
    wrong: str = ""
    mend: str = ""


def examine(
    settings: Settings, database: Database, *, thorough: bool = True, is_running: bool = True
) -> Iterator[Finding]:
    """Everything that is looked at, in order; what needs the database is left out when it does not answer.

    ``thorough`` also has SQLite read its whole file, and looks for the bytes of every file. Where peernet was stopped
    on purpose, no worker is missed.
    """
    yield from (_data_folder(settings), _room(settings), _secret(settings), _address(settings), _proxy(settings))
    yield colours(settings)
    if brand_logo.sources(settings):
        yield logo(settings)
    if texts.sources(settings):
        yield own_pages(settings)
    if settings.is_https:
        yield certificate(settings)
    yield from (_zones(), _smtp(settings), _mailbox(settings), pdfs(*pdf.missing()))
    if settings.redis.url:
        yield _redis(settings)
    schema = _schema(database)
    yield schema
    if schema.wrong:
        return
    if thorough:
        yield _integrity(database)
        with database.reading() as db:
            yield _files(db)
    with database.reading() as db:
        if is_running:
            yield _worker(db)
        for check in (_administrator, _waiting_mail, _incoming_mail, _lost_mail, _dead_jobs):
            yield check(db)
        yield _backups(settings, db)
        yield _notice(settings, db)


def _data_folder(settings: Settings) -> Finding:
    what = f"data folder {settings.data}"
    if not settings.data.is_dir():
        return Finding(what, "It does not exist.", "peernet init")
    found = settings.data.stat()
    if os.geteuid() == 0 and found.st_uid != 0:
        wrong = "It belongs to another user, and what root writes there that user cannot change."
        return Finding(what, wrong, f"run commands as its owner: runuser -u {_name_of(found.st_uid)} -- peernet doctor")
    if not os.access(settings.data, os.W_OK):
        return Finding(what, "It cannot be written to by this user.", f"chown -R peernet {settings.data}")
    if found.st_mode & 0o007:
        return Finding(what, "All users of this machine can look into it.", f"chmod o= {settings.data}")
    return Finding(what)


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"#{user}"


def _room(settings: Settings) -> Finding:
    where = settings.data if settings.data.is_dir() else settings.data.parent
    free = shutil.disk_usage(where).free if where.is_dir() else _ROOM
    if free < _ROOM:
        return Finding("room on the disk", f"Only {free // 1_000_000} MB are left.", f"du -sh {settings.data}/*")
    return Finding("room on the disk")


def _secret(settings: Settings) -> Finding:
    if len(settings.secret_key.get_secret_value()) < 32:
        mend = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))' and set secret_key to what it prints"
        return Finding("secret key", "It is shorter than 32 characters, so links could be forged.", mend)
    path = settings.data / "secret_key"
    if path.exists() and path.stat().st_mode & 0o077:
        return Finding("secret key", "Other users of this machine can read it.", f"chmod 600 {path}")
    return Finding("secret key")


def _address(settings: Settings) -> Finding:
    what = f"public address {settings.public_url}"
    if not settings.is_local and not settings.is_https:
        return Finding(what, "It is not https: sign-ins travel in the open.", "set public_url to https://… behind TLS")
    if settings.demonstration and not settings.is_local:
        return Finding(what, "demonstration is on, for all the world.", "set demonstration = false")
    return Finding(what)


def _proxy(settings: Settings) -> Finding:
    if settings.is_https and not settings.server.trusted_proxies:
        wrong = "None is trusted, so all visitors seem to come from the proxy's address and share one limit of tries."
        return Finding("reverse proxy", wrong, "set server.trusted_proxies = 1, and see docs/operators/proxy.md")
    return Finding("reverse proxy")


def colours(settings: Settings) -> Finding:
    """How colours of the settings are shown. One that cannot be read is no fault: its nearest shade stands in."""
    return Finding("; ".join(["colours of the network", *palette.of(settings.network).changes]))


def logo(settings: Settings) -> Finding:
    """Whether the pictures of the network can be shown; until then its name stands alone."""
    wrong = " ".join(brand_logo.problems(settings))
    return Finding("logo and icon", wrong, "save it as PNG and name that file in the settings" if wrong else "")


def own_pages(settings: Settings) -> Finding:
    """Whether each file in the folder of the network's own pages is one."""
    wrong = " ".join(texts.problems(settings))
    return Finding("pages of the network", wrong, f"look at {texts.folder(settings)}" if wrong else "")


def certificate(settings: Settings) -> Finding:
    """Whether browsers take the certificate that visitors are shown, and for how long. A proxy that this machine cannot
    reach is no fault: it may stand on another network."""
    address = urlsplit(settings.public_url)
    host, port = address.hostname or "", address.port or 443
    what, mend = f"certificate of {host}", "renew it where TLS ends: see docs/operators/proxy.md"
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), timeout=_PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            shown = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return Finding(what, f"Browsers refuse it: {error.verify_message}.", mend)
    except OSError as error:
        return Finding(f"{what} (not looked at: {error})")
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    if ends - clock.now() < _ENDS_SOON:
        return Finding(what, f"It ends on {ends:%Y-%m-%d %H:%M} UTC.", mend)
    return Finding(f"{what}, until {ends:%Y-%m-%d}")


def _zones() -> Finding:
    if len(available_timezones()) < 400:
        return Finding("time zones", "This machine knows hardly any.", "pip install --upgrade tzdata")
    if clock.today().year - int(clock.RULES[:4]) >= _OLD_ZONES:
        wrong = f"The table is of {clock.RULES}. Countries have changed their clocks since, so hours may be wrong."
        return Finding("time zones", wrong, "pip install --upgrade tzdata")
    return Finding(f"time zones, by the rules of {clock.RULES}")


def _smtp(settings: Settings) -> Finding:
    mail = settings.mail
    if not mail.host:
        if settings.is_local:
            return Finding(f"mail goes to the folder {transport.folder(settings)}")
        return Finding("mail server", "None is configured, so no mail leaves.", "set mail.host and mail.sender")
    what = f"mail server {mail.host}:{mail.port}"
    try:
        with socket.create_connection((mail.host, mail.port), timeout=mail.timeout):
            return Finding(what)
    except OSError as error:
        return Finding(what, f"It does not answer: {error}.", "check mail.host, mail.port and the firewall")


def _mailbox(settings: Settings) -> Finding:
    inbound = settings.inbound
    if not inbound.address:
        return Finding("answers by mail are not read")
    if not inbound.host:
        return Finding(f"answers to {inbound.address} come through a pipe")
    what = f"mailbox {inbound.user} at {inbound.host}:{inbound.port}"
    try:
        mailbox.look(settings)
    except mailbox.FAILURES as error:
        mend = "check inbound.host, .port, .security, .user, .password_file and .folder; then: peernet mail collect"
        return Finding(what, f"It cannot be read: {mailbox.in_words(error)}", mend)
    return Finding(what)


def _redis(settings: Settings) -> Finding:
    if redis is None:
        return Finding("Redis", "Its driver is not installed.", "pip install 'peernet[redis]'")
    try:
        redis.Redis.from_url(settings.redis.url, socket_timeout=3).ping()
    except redis.RedisError as error:
        return Finding("Redis", f"It does not answer: {error}.", "check redis.url, or start Redis")
    return Finding("Redis")


def pdfs(missing: pdf.Missing, said: str) -> Finding:
    """Whether readers get PDFs; where the extra is not installed, that was somebody's choice."""
    if missing is pdf.Missing.EXTRA:
        return Finding("no PDFs are offered (pip install 'peernet[pdf]' brings them)")
    if missing is pdf.Missing.LIBRARIES:
        mend = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, and start peernet again"
        return Finding("PDFs", f"None are offered, because WeasyPrint does not work: {said}", mend)
    if missing is pdf.Missing.FONTS:
        mend = "apt-get install fonts-dejavu, and start peernet again"
        return Finding("PDFs", "None are offered, because this machine has no font.", mend)
    return Finding("PDFs are offered")


def _schema(database: Database) -> Finding:
    try:
        present = migrations.present(database)
    except (SQLAlchemyError, sqlite3.Error) as error:
        return Finding("database", f"It does not answer: {error}", "check database, or start the server")
    if present != migrations.head():
        mend = "peernet upgrade" if present else "peernet init"
        return Finding("database", f"It is at revision {present}, not {migrations.head()}.", mend)
    return Finding(f"database ({database.engine.dialect.name}, revision {present})")


def _integrity(database: Database) -> Finding:
    if not database.is_sqlite:
        return Finding("database integrity (left to PostgreSQL)")
    with database.reading() as db:
        said = db.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if said != "ok":
        return Finding(
            _INTEGRITY,
            f"SQLite says: {said}",
            "restore the newest backup: see docs/operators/backup.md",
        )
    return Finding(_INTEGRITY)


def _administrator(db: Session) -> Finding:
    chosen = select(func.count()).select_from(Person).where(Person.is_admin, Person.disabled_at.is_(None))
    if not db.scalar(chosen):
        return Finding("administrator", "Nobody runs the installation.", "peernet person add ADDRESS --admin")
    return Finding("administrator")


def _worker(db: Session) -> Finding:
    last = beats.last(db)
    if last is None:
        return Finding("worker (none has run yet)")
    if clock.now() - last > _LATE:
        wrong = f"It was last at work at {last:%Y-%m-%d %H:%M} UTC: no mail leaves, and nothing is done in time."
        return Finding("worker", wrong, "start peernet worker, or peernet serve, which runs one")
    return Finding("worker")


def _waiting_mail(db: Session) -> Finding:
    late = Mail.state == MailState.WAITING, Mail.next_at < clock.now() - _LATE
    count = db.scalar(select(func.count()).select_from(Mail).where(*late))
    if count:
        return Finding("mail that waits", f"{count} should have left minutes ago.", "start peernet worker")
    return Finding("mail that waits")


def _incoming_mail(db: Session) -> Finding:
    late = IncomingMail.handled_at.is_(None), IncomingMail.received_at < clock.now() - _LATE
    count = db.scalar(select(func.count()).select_from(IncomingMail).where(*late))
    if count:
        return Finding("mail that came in", f"{count} should have been handled minutes ago.", "start peernet worker")
    return Finding("mail that came in")


def _lost_mail(db: Session) -> Finding:
    count = db.scalar(select(func.count()).select_from(Mail).where(Mail.state == MailState.DEAD))
    if count:
        held = len(delivery.held_back(db))
        release = f"; {held} were held back by a restore: peernet mail release" if held else ""
        mend = f"see Administration, Mail, and try again{release}"
        return Finding("mail that was given up", f"{count} did not leave.", mend)
    return Finding("mail that was given up")


def _dead_jobs(db: Session) -> Finding:
    count = db.scalar(select(func.count()).select_from(Job).where(Job.dead_at.is_not(None)))
    if count:
        return Finding("jobs that were given up", f"{count} failed.", "see Administration, Jobs, and try again")
    return Finding("jobs that were given up")


def _files(db: Session) -> Finding:
    bucket_ = current().s3.bucket
    try:
        if bucket_:
            bucket.probe()
        lost = store.missing(db)
    except (bucket.Unreachable, bucket.NotInstalled) as error:
        return Finding("files of people", f"{error}.", "check s3.endpoint, .bucket, .region, .key_id and .secret_file")
    if lost:
        wrong = f"{len(lost)} that the database names are not there."
        where = f"the bucket {bucket_}" if bucket_ else current().data / "media"
        return Finding(_FILES, wrong, f"tar -xf the newest backup that has them, and put them into {where}")
    return Finding(_FILES)


def _backups(settings: Settings, db: Session) -> Finding:
    plan = settings.backup
    if not plan.folder:
        return _no_backups(settings)
    what, now = f"backups in {plan.folder}", f"peernet backup {plan.folder}"
    try:
        *_older, (moment, newest) = [(None, None), *keeping.found(Path(plan.folder))]
    except OSError as error:
        mend = f"install -d -o peernet -m 700 {plan.folder}"
        return Finding(what, f"The folder cannot be read: {error.strerror}.", mend)
    failure = schedule.last_failure(db, after=moment)
    if failure:
        return Finding(what, f"The last one failed: {failure}", now)
    if moment is None or newest is None:
        return Finding(what, "There is none yet.", now)
    if keeping.is_late(plan, moment, clock.now()):
        wrong = f"The newest is of {moment:%Y-%m-%d %H:%M} UTC, and one is to be made every {plan.every}."
        return Finding(what, wrong, f"start peernet worker; at once: {now}")
    return Finding(f"{what}, the newest {newest.name}")


def _notice(settings: Settings, db: Session) -> Finding:
    if db.scalar(agreements.holding(TermsKind.PRIVACY)) is not None:
        return Finding("privacy notice")
    if settings.is_local:
        return Finding("no privacy notice is in force yet")
    wrong = "None is in force: nobody is told what is held on them, and why."
    return Finding("privacy notice", wrong, f"write it at {settings.public_url}/admin/agreements/privacy")


def _no_backups(settings: Settings) -> Finding:
    if settings.is_local:
        return Finding("backups are made by hand alone")
    wrong = "None are configured. If this disk breaks, all that members wrote is lost."
    return Finding("backups", wrong, "set backup.folder, and see docs/operators/backup.md; at once: peernet backup DIR")
