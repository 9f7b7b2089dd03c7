"""A peernet as an operator runs it: prepared once, copied, served by the real commands, spoken to from outside."""

import email
import fcntl
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import URLError
from urllib.request import urlopen

from peernet.db import migrations

PEERNET = (sys.executable, "-m", "peernet")
NETWORK = "Open data peer learning network"
CONFIG = f"""
demonstration = true
development = true
[network]
name = "{NETWORK}"
tagline = "Organisations that look after data learn from each other"
hosts = ["Open Data Institute", "Microsoft"]
pages = {json.dumps(str(migrations.folder("content") / "pages"))}
[limits]
enabled = false
"""
# Seconds that a slow machine may take to start the server, and to let a mail arrive.
_STARTING, _ARRIVING = 60, 30

Found = TypeVar("Found")


def wait_for(look: Callable[[], Found | None], what: str, seconds: float = _ARRIVING) -> Found:
    """What ``look`` finds, as soon as it finds anything. Fails when ``seconds`` are over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"Waited {seconds} s in vain for {what}")


@dataclass(frozen=True)
class Site:
    """A running installation."""

    address: str
    folder: Path

    def mails(self, *, to: str, subject: str = "") -> list[EmailMessage]:
        """The mails that arrived for an address and have ``subject`` in theirs, oldest first."""
        files = sorted((self.folder / "peernet-data" / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        read = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [mail for mail in read if to in mail["To"] and subject in mail["Subject"]]

    def mail(self, *, to: str, subject: str = "", number: int = 1) -> EmailMessage:
        """The ``number``-th such mail, waited for."""

        def look() -> EmailMessage | None:
            return (self.mails(to=to, subject=subject)[number - 1 : number] or [None])[0]

        return wait_for(look, f"mail {number} to {to} about {subject!r}")

    def value(self, query: str) -> Any:
        """The first value that a query of the database finds."""
        path = self.folder / "peernet-data" / "peernet.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchone()[0]

    def let_its_hour_come(self, roundtable_id: int, *, minutes: int = 10) -> None:
        """Have a roundtable begin so many minutes before it was to, for which no story can wait."""
        earlier = f"strftime('%Y-%m-%d %H:%M:%f000', {{0}}, '-{minutes} minutes')"
        times = ", ".join(f"{name} = {earlier.format(name)}" for name in ("starts_at", "ends_at"))
        with closing(sqlite3.connect(self.folder / "peernet-data" / "peernet.db", timeout=_STARTING)) as database:
            database.execute(f"UPDATE roundtable SET {times} WHERE id = ?", (roundtable_id,))
            database.commit()


def text_of(mail: EmailMessage) -> str:
    """What a reader of plain text reads."""
    return mail.get_body(("plain",)).get_content()


def link_in(mail: EmailMessage, start: str) -> str:
    """The first link of a mail whose path begins with ``start``."""
    return re.search(rf"http://[\w.:]+{re.escape(start)}\S+", text_of(mail)).group()


def made_once(folder: Path, fill: Callable[[Path], None]) -> Path:
    """The folder, filled. Processes that run side by side share the first one's work."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            fill(folder)
            (folder / "ready").touch()
    return folder


def prepare(folder: Path) -> None:
    """Put the demonstration network into an empty folder."""
    (folder / "config.toml").write_text(CONFIG)
    subprocess.run([*PEERNET, "demo", "--prepare"], cwd=folder, env=_environ(), check=True, capture_output=True)


def exported(prepared: Path, folder: Path) -> None:
    """Put a copy of a prepared folder and its public site as files, ``network`` and ``site``, into an empty folder."""
    _copy(prepared, folder / "network")
    command = [*PEERNET, "site", "export", str(folder / "site")]
    subprocess.run(command, cwd=folder / "network", env=_environ(), check=True, capture_output=True)


@contextmanager
def serving(prepared: Path, folder: Path, **settings: str) -> Iterator[Site]:
    """Serve a copy of a prepared folder on a free port, the worker inside, until the block ends."""
    _copy(prepared, folder)
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environ = _environ() | settings | {"PEERNET_PUBLIC_URL": address, "PEERNET_SERVER__PORT": str(port)}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*PEERNET, "serve"], cwd=folder, env=environ, stdout=log, stderr=log)
    try:
        wait_for(lambda: _answers(f"{address}/readyz") or process.poll() is not None, "the server", _STARTING)
        assert process.poll() is None, (folder / "log").read_text()
        yield Site(address, folder)
    finally:
        process.terminate()
        process.wait(_STARTING)


def _copy(prepared: Path, folder: Path) -> None:
    """Copy an installation, which may be running: its database whole, and no half of what its worker is told."""
    shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns("*.db", "*.db-*"))
    name = Path("peernet-data", "peernet.db")
    with closing(sqlite3.connect(prepared / name)) as source, closing(sqlite3.connect(folder / name)) as target:
        source.backup(target)


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PEERNET_")}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):
            return True
    except (URLError, OSError):
        return False
