"""kill -9 of web and worker at random moments of mixed writes with mail: what was acknowledged is there, nothing is
half, every mail went out, and what went out twice is recognisably the same."""

import json
import logging
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from peernet.accounts import links, sessions
from peernet.cohorts import invitations
from peernet.cohorts.models import Invitation
from peernet.db import Database
from peernet.jobs.models import Job
from peernet.ledger.models import Event
from peernet.mail.models import Mail, MailState
from peernet.media import store
from peernet.media.models import MediaFile
from peernet.roundtables.models import Answer, Attendance, Roundtable
from peernet.settings import Settings, use
from peernet.tokens.models import Token
from peernet.worker import Worker
from tests.crashes.victims import ANSWERING, DEEDS, settings_of
from tests.databases import POSTGRESQL
from tests.sizes import sized
from tests.worker.conftest import Postbox, postbox
from tests.world import World, make_world

__all__ = ["postbox"]

log = logging.getLogger("tests.crashes")

pytestmark = [pytest.mark.concurrency, pytest.mark.lengthy]

# So often both are killed.
_KILLS = sized(200, 4) if POSTGRESQL else sized(1_000, 10)


class Survived:
    """What is left, and what was said about it."""

    def __init__(self, database: Database, world: World, diary: list[list[str]]) -> None:
        self.database, self.world = database, world
        self.tried = {what: [which for how, this, which in diary if (how, this) == ("try", what)] for what in DEEDS}
        self.acked = {what: [which for how, this, which in diary if (how, this) == ("ack", what)] for what in DEEDS}
        self.diary = diary


def test_killed_again_and_again(own_database: Database, settings: Settings, tmp_path: Path, postbox: Postbox) -> None:
    with own_database.writing() as db:
        world = make_world(db)
        people = {name: getattr(world, name) for name in (*ANSWERING, "organiser")}
        tickets = {name: sessions.begin(db, each, way="test", agent="").ticket for name, each in people.items()}
        ids = {name: each.id for name, each in people.items()}
        table = f"/c/{world.cohort.slug}/roundtables/{world.roundtable.id}"
        table_id = world.roundtable.id
    url = own_database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    told: dict[str, Any] = {
        "database": url, "data": str(tmp_path / "data"), "secret": "tests-only-" + "x" * 40, "port": postbox.port,
        "tickets": tickets, "table": table, "diary": str(tmp_path / "diary"), "seed": 7, "rounds": _KILLS,
    }  # fmt: skip
    own_database.dispose()
    done = subprocess.run(
        [sys.executable, "-m", "tests.crashes.victims"], input=json.dumps(told), text=True, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    _recover(own_database, use(settings_of(told)))
    diary = [json.loads(line) for line in Path(told["diary"]).read_text().splitlines()]
    survived = Survived(own_database, world, diary)
    assert min(map(len, survived.acked.values())) > 0
    _nothing_acknowledged_is_lost(survived, ids, table_id)
    _nothing_is_half(survived, table_id)
    _every_mail_went_out(survived, postbox)


def _recover(database: Database, settings: Settings) -> None:
    """What a worker does that is started after the last of them died; their leases are over by then."""
    with database.writing() as db:
        for row in (Mail, Job):
            db.execute(update(row).values(lease_until=None))
    worker = Worker(settings, database)
    while worker.sweep():
        pass
    worker.huey.storage.close()


def _nothing_acknowledged_is_lost(survived: Survived, ids: dict[str, int], table_id: int) -> None:
    with survived.database.reading() as db:
        invited = set(db.scalars(select(Invitation.email)))
        assert [each for each in survived.acked["invite"] if f"p{each}@example.org" not in invited] == []
        assert set(survived.acked["file"]) - set(db.scalars(select(MediaFile.name))) == set()
        sent = db.scalar(select(func.count()).where(Token.purpose == links.SIGN_IN))
        assert len(survived.acked["link"]) <= (sent or 0) <= len(survived.tried["link"])
        for name in ANSWERING:
            mine = (Attendance.roundtable_id == table_id, Attendance.person_id == ids[name])
            assert db.scalar(select(Attendance.answer).where(*mine)) in _could_stand(survived.diary, name)


def _could_stand(diary: list[list[str]], name: str) -> set[Answer | None]:
    """The last answer that was acknowledged, or one that was begun after it."""
    standing: set[Answer | None] = {None}
    for how, what, which in diary:
        who, _space, answer = which.partition(" ")
        if (what, who) == ("answer", name):
            standing = {Answer(answer)} if how == "ack" else standing | {Answer(answer)}
    return standing


def _nothing_is_half(survived: Survived, table_id: int) -> None:
    with survived.database.reading() as db:
        invited = db.scalars(select(Invitation)).all()
        assert [each.email for each in invited if each.token_id is None] == []
        addresses = [each.email for each in invited]
        written = db.scalars(select(Mail.to_address).where(Mail.kind == "cohorts/invited")).all()
        assert (sorted(written), len(set(addresses))) == (sorted(addresses), len(addresses))
        assert _count(db, Event, Event.action == "invitation.sent") == len(invited)
        assert _count(db, Token, Token.purpose == invitations.PURPOSE) == len(invited)
        asked = _count(db, Event, Event.action == "account.link_asked")
        assert _count(db, Token, Token.purpose == links.SIGN_IN) == asked
        assert _count(db, Mail, Mail.kind == "accounts/sign-in-link") == asked
        accepted = (Attendance.roundtable_id == table_id, Attendance.answer == Answer.ACCEPTED)
        assert db.get_one(Roundtable, table_id).accepted == _count(db, Attendance, *accepted)
        assert store.missing(db) == []
        if survived.database.is_sqlite:
            assert db.execute(text("PRAGMA integrity_check")).all() == [("ok",)]
            assert db.execute(text("PRAGMA foreign_key_check")).all() == []


def _every_mail_went_out(survived: Survived, postbox: Postbox) -> None:
    came = Counter(message["Message-ID"] for message in postbox.received)
    with survived.database.reading() as db:
        assert set(db.scalars(select(Mail.state))) == {MailState.SENT}
        assert set(came) == set(db.scalars(select(Mail.message_id)))
    again = sum(came.values()) - len(came)
    log.info("%s kills, %s acknowledged, %s mails, %s again", _KILLS, len(survived.diary) // 2, len(came), again)
    assert again <= _KILLS


def _count(db: Any, row: Any, *which: Any) -> int:
    return int(db.scalar(select(func.count()).select_from(row).where(*which)))
