"""Subscribed to and invited, as people are: what khal with vdirsyncer, and libical, make of our calendars.

On a machine that lacks one of them its tests are skipped, and say what is missing; in CI they fail.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from peernet.accounts.sessions import viewer_of
from peernet.app import make_app
from peernet.db import Database
from peernet.roundtables import access, attendance, planning
from peernet.roundtables.feeds import addresses
from peernet.roundtables.models import Answer, Roundtable
from peernet.settings import Settings
from tests.world import World, make_world

SCRIPT = Path(__file__).with_name("libical.py")
PYTHON = "/usr/bin/python3"


def need(found: bool, what: str) -> None:
    """Skip without a program that others wrote; in CI there must be one."""
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{what} is not installed")


@pytest.fixture(scope="session")
def libical() -> Callable[[str], dict[str, Any]]:
    """What libical reads in a calendar file."""

    def read(text: str) -> dict[str, Any]:
        done = subprocess.run([PYTHON, SCRIPT], input=text, capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)

    tried = "import gi; gi.require_version('ICalGLib', '3.0'); from gi.repository import ICalGLib"
    has_it = Path(PYTHON).exists() and subprocess.run([PYTHON, "-c", tried], capture_output=True).returncode == 0
    need(has_it, "libical for Python (Debian: python3-gi, gir1.2-ical-3.0)")
    return read


def program(name: str) -> str:
    """The path of a program of this environment."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    need(found is not None, name)
    return str(found)


# As an invitee, with libical


def _one(db: Session, world: World) -> Roundtable:
    return db.scalars(access.all_roundtables().where(Roundtable.cohort_id == world.cohort.id)).all()[-1]


def test_libical_understands_invitation_move_and_cancellation(
    db: Session, world: World, plan: Any, outbox: Any, libical: Any
) -> None:
    one, actor = plan(zone="Australia/Lord_Howe", wall_start=datetime(2027, 4, 4, 9, 0)), viewer_of(world.organiser)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    planning.move(
        db, one, actor=actor, version=one.version, wall_start=datetime(2027, 4, 2, 9, 0), zone=one.zone, minutes=90
    )
    outbox()
    planning.cancel(db, one, actor=actor)
    mails = [mail for mail in outbox() if mail.person_id == world.member.id]
    read = [libical(mail.attachments[0]["text"]) for mail in mails]
    address = "mailto:member@example.org"
    assert [(one["is_valid"], one["errors"], one["method"]) for one in read] == [
        (True, 0, "REQUEST"), (True, 0, "REQUEST"), (True, 0, "REQUEST"), (True, 0, "CANCEL")
    ]  # fmt: skip
    events = [each["events"][0] for each in read]
    assert {event["uid"] for event in events} == {one.uid}
    assert [(event["sequence"], event["start"], event["status"]) for event in events] == [
        (0, "20270403T223000Z", "CONFIRMED"),
        (0, "20270403T223000Z", "CONFIRMED"),
        (1, "20270401T220000Z", "CONFIRMED"),
        (2, "20270401T220000Z", "CANCELLED"),
    ]
    assert [event["invited"] for event in events] == [[address, "NEEDS-ACTION"], *[[address, "ACCEPTED"]] * 3]


def test_libical_reads_a_subscription(client: FlaskClient, db: Session, world: World, plan: Any, libical: Any) -> None:
    there = plan(title="There", zone="Asia/Kathmandu", wall_start=datetime(2027, 3, 29, 9, 0))
    attendance.rsvp(db, there, world.member, Answer.ACCEPTED)
    address = addresses.address_of(addresses.renew(db, world.member.id))
    db.commit()
    read = libical(client.get(address).get_data(as_text=True))
    assert (read["is_valid"], read["errors"], read["method"]) == (True, 0, "")
    assert [(event["summary"], event["start"], event["end"], event["transparency"]) for event in read["events"]] == [
        ("First table", "20261201T150000Z", "20261201T163000Z", "OPAQUE"),
        ("There", "20270329T031500Z", "20270329T044500Z", "OPAQUE"),
        (f"Answers until now: {world.asking.text}", "20261130T120000Z", "20261130T120000Z", "TRANSPARENT"),
    ]


# As a subscriber, over HTTP, with vdirsyncer and khal

SYNC = """
[general]
status_path = "{folder}/status"
[pair peernet]
a = "site"
b = "here"
collections = null
conflict_resolution = "a wins"
partial_sync = "revert"
[storage site]
type = "http"
url = "{url}"
[storage here]
type = "filesystem"
path = "{folder}/events"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[peernet]]
path = {folder}/events
type = calendar
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = Asia/Kolkata
default_timezone = Asia/Kolkata
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""


@pytest.fixture
def site(own_database: Database, settings: Settings) -> Iterator[tuple[World, str]]:
    """A small world on a real port, and the address of the member's calendar there."""
    server = make_server("127.0.0.1", 0, make_app(settings, own_database), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with own_database.writing() as db:
        world = make_world(db)
        token = addresses.renew(db, world.member.id)
        path = addresses.address_of(token).removeprefix(settings.public_url)
        db.flush()
        db.expunge_all()
    yield world, f"http://localhost:{server.server_port}{path}"
    server.shutdown()


@pytest.fixture
def subscribed(site: tuple[World, str], tmp_path: Path) -> Callable[[], list[str]]:
    """Fetch the calendar with vdirsyncer, and give what khal then shows somebody in Kolkata."""
    vdirsyncer, khal = program("vdirsyncer"), program("khal")
    (tmp_path / "events").mkdir()
    (tmp_path / "sync.conf").write_text(SYNC.format(folder=tmp_path, url=site[1]))
    (tmp_path / "khal.conf").write_text(KHAL.format(folder=tmp_path))

    def run(*command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, input="y\n" * 20)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def show() -> list[str]:
        sync = (vdirsyncer, "-c", str(tmp_path / "sync.conf"))
        run(*sync, "discover")
        run(*sync, "sync", "--force-delete")
        columns = ("--day-format", "", "--format", "{start-long}|{end-long}|{title}|{status}")
        shown = run(khal, "-c", str(tmp_path / "khal.conf"), "list", *columns, "2026-11-24", "60d")
        return [line.strip() for line in shown.splitlines() if line.strip()]

    return show


@pytest.mark.concurrency
@pytest.mark.once
def test_khal_shows_what_vdirsyncer_fetches(
    site: tuple[World, str], subscribed: Callable[[], list[str]], own_database: Database
) -> None:
    deadline = (
        "2026-11-30 17:30|2026-11-30 17:30|Answers until now: Who decides, and how does anybody notice?|CONFIRMED"
    )
    assert subscribed() == [deadline, "2026-12-01 20:30|2026-12-01 22:00|First table|TENTATIVE"]
    world = site[0]
    with own_database.writing() as db:
        one, actor = _one(db, world), viewer_of(world.organiser)
        wall = datetime(2026, 12, 2, 9, 15)
        planning.move(db, one, actor=actor, version=one.version, wall_start=wall, zone="Europe/London", minutes=60)
        attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    assert subscribed() == [deadline, "2026-12-02 14:45|2026-12-02 15:45|First table|CONFIRMED"]
    with own_database.writing() as db:
        planning.cancel(db, _one(db, world), actor=viewer_of(world.organiser))
    assert subscribed()[1:] == ["2026-12-02 14:45|2026-12-02 15:45|Cancelled: First table|CANCELLED"]
