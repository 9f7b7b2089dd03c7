"""`peernet doctor`: each thing that can be wrong is found, and the command that mends it is named."""

import os
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
import trustme
from pydantic import SecretStr

from peernet import clock
from peernet.accounts import people
from peernet.admin import findings
from peernet.admin.findings import examine
from peernet.agreements import agreeing
from peernet.agreements.models import Kind
from peernet.backups import keeping, schedule
from peernet.cli.doctor import menu
from peernet.cli.installation import Installation
from peernet.db import Database
from peernet.jobs import beats, jobs
from peernet.mail import compose, delivery
from peernet.mail.compose import Recipient
from peernet.mail.models import IncomingMail, MailState
from peernet.media.models import MediaFile
from peernet.settings import Settings, use
from peernet.settings.tree import MenuEntry
from peernet.web.viewer import NOBODY


def wrong(settings: Settings, database: Database) -> dict[str, str]:
    return {finding.what: finding.mend for finding in examine(settings, database) if finding.wrong}


def changed(settings: Settings, part: str = "", **values) -> Settings:
    update = {part: getattr(settings, part).model_copy(update=values)} if part else values
    return settings.model_copy(update=update)


@pytest.fixture
def fine(settings: Settings, own_database: Database) -> Settings:
    """An installation with nothing wrong."""
    with own_database.writing() as db:
        people.create(db, email="boss@example.org", name="Boss", zone="UTC", language="en", is_admin=True)
    return settings


def test_nothing_is_wrong(fine: Settings, own_database: Database) -> None:
    assert wrong(fine, own_database) == {}


@pytest.mark.once
@pytest.mark.parametrize(
    ("part", "values", "what"),
    [
        ("", {"data": Path("/nowhere/at/all")}, "data folder /nowhere/at/all"),
        ("", {"secret_key": SecretStr("short")}, "secret key"),
        ("", {"public_url": "http://peers.example.org"}, "public address http://peers.example.org"),
        ("mail", {"host": "127.0.0.1", "port": 1}, "mail server 127.0.0.1:1"),
        ("redis", {"url": "redis://127.0.0.1:1/0"}, "Redis"),
        (
            "inbound",
            {"address": "r+{token}@example.org", "host": "127.0.0.1", "port": 1, "user": "r"},
            "mailbox r at 127.0.0.1:1",
        ),
    ],
)
def test_what_is_set_up_wrongly(fine: Settings, own_database: Database, part: str, values, what: str) -> None:
    found = wrong(changed(fine, part, **values), own_database)
    assert what in found
    assert found[what]


@pytest.mark.once
def test_a_public_site_without_mail_or_trusted_proxy(
    fine: Settings, own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "certificate", lambda _settings: findings.Finding("certificate"))
    public = changed(fine, public_url="https://peers.example.org", demonstration=True)
    found = wrong(public, own_database)
    assert set(found) == {
        "public address https://peers.example.org",
        "reverse proxy",
        "mail server",
        "backups",
        "privacy notice",
    }


@pytest.mark.once
def test_a_key_that_others_can_read(fine: Settings, own_database: Database, tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("x")
    (tmp_path / "secret_key").chmod(0o644)
    assert wrong(changed(fine, data=tmp_path), own_database) == {"secret key": f"chmod 600 {tmp_path}/secret_key"}


@pytest.mark.once
def test_a_folder_of_somebody_else(fine: Settings, own_database: Database, monkeypatch, tmp_path: Path) -> None:
    real = Path.stat

    def of_another(self: Path, **options):
        found = real(self, **options)
        return SimpleNamespace(st_uid=1234, st_mode=found.st_mode) if self == tmp_path else found

    monkeypatch.setattr(Path, "stat", of_another)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    mend = wrong(changed(fine, data=tmp_path), own_database)[f"data folder {tmp_path}"]
    assert mend == "run commands as its owner: runuser -u #1234 -- peernet doctor"


@pytest.mark.once
def test_a_folder_that_all_can_look_into(fine: Settings, own_database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    assert wrong(changed(fine, data=folder), own_database) == {f"data folder {folder}": f"chmod o= {folder}"}


def test_a_database_that_is_empty_or_away(fine: Settings, tmp_path: Path) -> None:
    for url, mend in {
        f"sqlite:///{tmp_path / 'empty.db'}": "peernet init",
        "postgresql://127.0.0.1:1/x": "check database, or start the server",
    }.items():
        database = Database(url)
        assert wrong(fine, database) == {"database": mend}
        database.dispose()


def test_what_waits_and_what_failed(fine: Settings, own_database: Database) -> None:
    hour_ago = clock.now() - timedelta(hours=1)
    with own_database.writing() as db:
        for state in (MailState.WAITING, MailState.DEAD):
            mail = compose.send(db, to=Recipient(address="a@example.org"), template="mail/trial", context={})
            assert mail is not None
            mail.state, mail.next_at = state, hour_ago
        db.add(IncomingMail(key="0" * 64, received_at=hour_ago, letter={}))
        job = jobs.enqueue(db, "x")
        assert job is not None
        job.dead_at = hour_ago
        facts = {"kind": "image/png", "filename": "x.png", "bytes": 1, "width": 1, "height": 1, "sha256": "0" * 64}
        db.add(MediaFile(name="f" * 32, audience="public", alt="", created_at=hour_ago, **facts))
    assert set(wrong(fine, own_database)) == {
        "mail that waits", "mail that came in", "mail that was given up", "jobs that were given up", "files of people"
    }  # fmt: skip


def test_mail_that_a_restore_held_back(fine: Settings, own_database: Database) -> None:
    with own_database.writing() as db:
        compose.send(db, to=Recipient(address="a@example.org"), template="mail/trial", context={})
        assert delivery.hold_back(db) == 1
    mend = "see Administration, Mail, and try again; 1 were held back by a restore: peernet mail release"
    assert wrong(fine, own_database) == {"mail that was given up": mend}


@pytest.mark.once
def test_backups_that_are_not_made_that_failed_or_that_are_old(
    fine: Settings, own_database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    plan = changed(fine, "backup", folder=str(folder))
    what, now = f"backups in {folder}", f"peernet backup {folder}"
    assert wrong(plan, own_database) == {what: f"install -d -o peernet -m 700 {folder}"}
    folder.mkdir()
    assert wrong(plan, own_database) == {what: now}
    (folder / keeping.name_at(clock.now() - timedelta(days=2, seconds=1))).touch()
    assert wrong(plan, own_database) == {what: f"start peernet worker; at once: {now}"}
    newest = folder / keeping.name_at(clock.now() - timedelta(days=2))
    newest.touch()
    assert wrong(plan, own_database) == {}
    assert f"{what}, the newest {newest.name}" in {one.what for one in examine(plan, own_database)}
    with own_database.writing() as db:
        job = jobs.enqueue(db, schedule.JOB)
        assert job is not None
        jobs.fail(db, job, "Failed: There is no room.")
    (found,) = [one for one in examine(plan, own_database) if one.wrong]
    assert (found.what, found.wrong, found.mend) == (what, "The last one failed: There is no room.", now)


def test_a_public_site_without_a_privacy_notice(
    fine: Settings, own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "certificate", lambda _settings: findings.Finding("certificate"))
    public = changed(fine, public_url="https://peers.example.org")
    assert wrong(public, own_database)["privacy notice"] == (
        "write it at https://peers.example.org/admin/agreements/privacy"
    )
    with own_database.writing() as db:
        given = {"source": "What is held.", "html": "<p>What is held.</p>", "replaces": 0, "asks": False}
        agreeing.put_into_force(db, Kind.PRIVACY, None, actor=NOBODY, **given)
    assert "privacy notice" not in wrong(public, own_database)


def test_nobody_in_charge(settings: Settings, own_database: Database) -> None:
    assert wrong(settings, own_database) == {"administrator": "peernet person add ADDRESS --admin"}


def test_the_command_says_it_in_words_and_ends_with_one(ready) -> None:
    result = ready("doctor")
    assert result.exit_code == 1
    assert "wrong  administrator\n       Nobody runs the installation.\n       Mend: peernet person" in result.output
    ready("person", "add", "boss@example.org", "--admin")
    result = ready("doctor", "--mail", "boss@example.org")
    assert result.exit_code == 0
    assert "it was handed to" in result.output


def test_a_mail_that_does_not_leave_is_told(ready) -> None:
    ready("person", "add", "boss@example.org", "--admin")
    result = ready("doctor", "--mail", "boss@example.org", PEERNET_MAIL__HOST="127.0.0.1", PEERNET_MAIL__PORT="1")
    assert result.exit_code == 1
    assert "wrong  it did not leave: [Errno 111] Connection refused" in result.output


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Settings]]:
    """A server that shows a certificate for a name, until a moment; settings whose public address leads there."""
    trusted = trustme.CA()
    trusted.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with ThreadPoolExecutor() as threads, ExitStack() as held:

        def show(settings: Settings, name: str = "localhost", days: float = 90, known: bool = True) -> Settings:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            issuer = trusted if known else trustme.CA()
            issuer.issue_cert(name, not_after=datetime.now(UTC) + timedelta(days=days)).configure_cert(context)
            listening = held.enter_context(socket.create_server(("127.0.0.1", 0)))
            threads.submit(greet, listening, context)
            port = listening.getsockname()[1]
            return changed(settings, public_url=f"https://localhost:{port}")

        yield show


def greet(listening: socket.socket, context: ssl.SSLContext) -> None:
    connection, _address = listening.accept()
    with suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
        secured.recv(1)


@pytest.mark.once
@pytest.mark.concurrency
def test_the_certificate_that_visitors_are_shown(fine: Settings, shown: Callable[..., Settings]) -> None:
    def said(**given: object) -> tuple[str, str]:
        found = findings.certificate(shown(fine, **given))
        return found.what, found.wrong

    ends = datetime.now(UTC) + timedelta(days=90)
    assert said() == (f"certificate of localhost, until {ends:%Y-%m-%d}", "")
    what, wrong = said(days=9)
    assert (what, wrong[:11]) == ("certificate of localhost", "It ends on ")
    assert said(days=-1)[1] == "Browsers refuse it: certificate has expired."
    assert said(name="other.example.org")[1].startswith("Browsers refuse it: Hostname mismatch")
    assert said(known=False)[1].startswith("Browsers refuse it: ")
    nobody = findings.certificate(changed(fine, public_url="https://localhost:1"))
    assert (nobody.what, nobody.wrong) == (
        "certificate of localhost (not looked at: [Errno 111] Connection refused)",
        "",
    )


@pytest.mark.once
@pytest.mark.parametrize(("release", "wrong"), [("2025c", False), ("2024b", True)])
def test_an_old_table_of_zones(
    fine: Settings, own_database: Database, monkeypatch: pytest.MonkeyPatch, release: str, wrong: bool
) -> None:
    monkeypatch.setattr(clock, "RULES", release)
    assert ("time zones" in {each.what for each in examine(fine, own_database) if each.wrong}) is wrong


def test_a_worker_that_is_not_at_work(fine: Settings, own_database: Database) -> None:
    with own_database.writing() as db:
        beats.note(db)
    assert wrong(fine, own_database) == {}
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        found = {each.what: each.wrong for each in examine(fine, own_database) if each.wrong}
        assert found == {
            "worker": "It was last at work at 2026-11-23 12:00 UTC: no mail leaves, and nothing is done in time."
        }
        assert [each.what for each in examine(fine, own_database, is_running=False) if each.wrong] == []


def test_an_entry_of_the_menu_that_leads_nowhere(fine: Settings, own_database: Database) -> None:
    entries = (MenuEntry(address="/library"), MenuEntry(label="Gone", address="/library/gone"))
    given = use(changed(fine, "network", menu=(*entries, MenuEntry(address="https://example.org/"))))
    installation = Installation(given)
    installation.__dict__["database"] = own_database
    (found,) = menu(installation)
    assert (found.what, found.wrong) == ("menu", "Nothing is found at /library/gone.")
