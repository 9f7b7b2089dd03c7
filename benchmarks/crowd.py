"""What the benchmarks with people share: a cohort, `peernet serve` as a process, and browsers without scripts.

A browser is one kept connection with one cookie. Everything happens over the loopback, through the real server.
"""

import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from peernet import clock
from peernet.accounts import passwords
from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort, CohortFormat, CohortState, Membership, Role, Seat
from peernet.db import Database, migrations
from peernet.organisations.models import Organisation
from peernet.prompts.models import Asking, Moment, Prompt
from peernet.roundtables.models import Roundtable, RoundtableKind
from peernet.settings import Settings, use

HOST = "127.0.0.1"
SLUG = "crowd"
PASSWORD = "four words make one"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# Organisations at the table; their people share the seats.
_SEATS = 20
PLACES = 12


@dataclass
class Crowd:
    """A cohort: the addresses of its members, the asking that they answer, the roundtable that they come to."""

    addresses: list[str]
    asking_id: int
    roundtable_id: int


@dataclass
class Stage:
    """A running installation and its crowd."""

    server: "Server"
    database_url: str
    crowd: Crowd

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.port


class Server:
    """``peernet serve`` in a folder. Started again, it listens where it did."""

    def __init__(self, folder: str, database_url: str) -> None:
        self.port, self.folder = free_port(), folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PEERNET_")}
        self.environment |= {
            "PEERNET_DATA": folder,
            "PEERNET_DATABASE": database_url,
            "PEERNET_PUBLIC_URL": f"http://{HOST}:{self.port}",
            "PEERNET_SERVER__PORT": str(self.port),
            "PEERNET_LIMITS__ENABLED": "false",
            "PEERNET_LOG__LEVEL": "WARNING",
        }

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "peernet", "serve"]
        self.process = subprocess.Popen(command, env=self.environment, cwd=self.folder, stdout=subprocess.DEVNULL)
        _wait_for(self.port, self.process)

    def stop(self) -> None:
        """Ask it to end, as a service manager does, and wait until it has."""
        self.process.terminate()
        self.process.wait(60)


@dataclass
class Answer:
    """What came back: the status (0 for a connection that broke), where to go, how long it took in seconds."""

    status: int
    location: str
    body: str
    seconds: float


class Browser:
    """One person's browser."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = HTTPConnection(HOST, port, timeout=60)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, "", {})

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{HOST}:{self.port}"}
        return self._ask("POST", path, urlencode(fields), named)

    def token_of(self, path: str) -> str:
        """The CSRF token of a page's form."""
        page = self.get(path)
        found = _TOKEN.search(page.body)
        if found is None:
            raise SystemExit(f"{path} answered {page.status} and holds no form")
        return found[1]

    def sign_in(self, address: str) -> Answer:
        """Sign in with the crowd's password."""
        return self.post("/sign-in", {"email": address, "password": PASSWORD, "csrf_token": self.token_of("/sign-in")})

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        try:
            response, said = self._exchange(method, path, body, headers)
        except (OSError, HTTPException) as error:
            self.connection.close()
            return Answer(0, "", str(error), time.perf_counter() - began)
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        location = response.headers.get("Location", "")
        return Answer(response.status, location, said, time.perf_counter() - began)

    def _exchange(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[HTTPResponse, str]:
        """As browsers do: a kept connection that the server has closed meanwhile is opened anew."""
        for is_last in (self.connection.sock is None, True):
            try:
                self.connection.request(method, path, body or None, headers)
                response = self.connection.getresponse()
                return response, response.read().decode("utf-8", "replace")
            except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection.close()
                if is_last:
                    raise
        raise AssertionError


def at_once(people: Sequence[Browser], do: Callable[[Browser], Answer]) -> list[Answer]:
    """Everybody does it at the same moment."""
    gate = Barrier(len(people))

    def act(browser: Browser) -> Answer:
        gate.wait()
        return do(browser)

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(act, people))


def percentiles(answers: Sequence[Answer]) -> str:
    """Median, p95 and the longest, in ms."""
    taken = sorted(answer.seconds * 1000 for answer in answers)
    return f"p50 {statistics.median(taken):.0f} ms, p95 {p95(answers):.0f} ms, longest {taken[-1]:.0f} ms"


def p95(answers: Sequence[Answer]) -> float:
    """The 95th percentile in ms."""
    taken = [answer.seconds * 1000 for answer in answers]
    return statistics.quantiles(taken, n=20)[18] if len(taken) > 1 else taken[0]


@contextmanager
def stage(people: int, database_url: str = "") -> Iterator[Stage]:
    """An installation with a crowd, served; on SQLite in a folder of its own unless ``database_url`` says otherwise."""
    with tempfile.TemporaryDirectory(prefix="peernet-bench-") as folder:
        settings = use(Settings(data=Path(folder), database=database_url))
        database = Database(settings.database_url)
        migrations.upgrade(database)
        crowd = _gather(database, people)
        database.dispose()
        with served(folder, settings.database_url) as server:
            yield Stage(server, settings.database_url, crowd)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """By name: SQLite, and a new database on the PostgreSQL of PEERNET_TEST_DATABASE_URL if it is set."""
    server = os.environ.get("PEERNET_TEST_DATABASE_URL", "")
    if not server:
        yield {"SQLite": ""}
        return
    name = f"peernet_bench_{os.getpid()}"
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield {"SQLite": "", "PostgreSQL": make_url(server).set(database=name).render_as_string(hide_password=False)}
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


def _gather(database: Database, people: int) -> Crowd:
    hashed = passwords.hash_of(PASSWORD)
    moment = clock.now()
    with database.writing() as db:
        made = [
            Organisation(slug=f"org-{n}", name=f"Organisation {n}", country="GB", created_at=moment)
            for n in range(_SEATS)
        ]
        cohort = Cohort(
            slug=SLUG, name="Crowd", theme="Load", format=CohortFormat.ROUNDTABLES, state=CohortState.RUNNING,
            starts_on=moment.date(), ends_on=moment.date() + timedelta(days=90), zone="UTC", created_at=moment,
        )  # fmt: skip
        seats = [Seat(cohort=cohort, organisation=one, created_at=moment) for one in made]
        prompt = Prompt(slug="load", text="What weighs most?", moment=Moment.OPENING, is_public=True, created_at=moment)
        asking = Asking(
            prompt=prompt, cohort=cohort, text=prompt.text, opens_at=moment - timedelta(days=1), created_at=moment
        )
        starts = (moment + timedelta(days=7)).replace(microsecond=0)
        table = Roundtable(
            cohort=cohort, title="A full table", kind=RoundtableKind.ROUNDTABLE, wall_start=starts.replace(tzinfo=None),
            zone="UTC", minutes=60, starts_at=starts, ends_at=starts + timedelta(hours=1), zone_rules="bench",
            capacity=PLACES, uid="full@localhost", created_at=moment,
        )  # fmt: skip
        db.add_all([*seats, asking, table])
        db.flush()
        members = [person(number, hashed) for number in range(people)]
        db.add_all(members)
        db.flush()
        for number, member in enumerate(members):
            seat = seats[number % _SEATS]
            db.add(
                Membership(
                    cohort_id=cohort.id, person_id=member.id, role=Role.MEMBER, seat_id=seat.id, joined_at=moment
                )
            )
        return Crowd([member.email for member in members], asking.id, table.id)


def person(number: int, hashed: str) -> Person:
    """One of the crowd."""
    address = f"person{number}@example.org"
    return Person(
        email=address, email_key=address, name=f"Person {number}", zone="UTC", language="en",
        password_hash=hashed, created_at=clock.now(),
    )  # fmt: skip


@contextmanager
def served(folder: str, database_url: str) -> Iterator[Server]:
    """A running server, ended with the block."""
    server = Server(folder, database_url)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _turn in range(600):
        with suppress(OSError):
            if Browser(port).get("/readyz").status == 200:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit("The server did not start")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])
