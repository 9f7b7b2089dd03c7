"""Answers, places and guests survive the way up and down."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Date, DateTime, MetaData, String, Table, select

from peernet.db import Database, migrations

_MOMENT = datetime(2026, 11, 1)


def _insert(connection: Connection, name: str, /, **given: Any) -> None:
    """A row in a table as the database knows it; what must not be empty and was not given is made up."""
    table = Table(name, MetaData(), autoload_with=connection)
    row = {column.name: _filling(column.type) for column in table.columns if not column.nullable}
    connection.execute(table.insert().values(row | given))


def _filling(kind: Any) -> Any:
    kinds = ((Boolean, False), (DateTime, _MOMENT), (Date, date(2026, 11, 1)), (String, ""))
    return next((value for known, value in kinds if isinstance(kind, known)), 1)


def _answers(connection: Connection) -> dict[int, str]:
    table = Table("attendance", MetaData(), autoload_with=connection)
    return {row.id: row.answer for row in connection.execute(select(table.c.id, table.c.answer).order_by(table.c.id))}


def _places(connection: Connection) -> int:
    table = Table("roundtable", MetaData(), autoload_with=connection)
    return int(connection.execute(select(table.c.accepted)).scalar_one())


def _furnish(connection: Connection) -> None:
    _insert(connection, "cohort", id=1, format="mixed", state="running")
    _insert(connection, "roundtable", id=1, cohort_id=1, kind="workshop", accepted=1)
    for number, answer in enumerate(("accepted", "declined", "writing"), 1):
        address = f"p{number}@example.org"
        _insert(connection, "person", id=number, email=address, email_key=address)
        _insert(connection, "attendance", id=number, roundtable_id=1, person_id=number, answer=answer)


def test_places_go_up_and_down_with_their_data(own_database: Database) -> None:
    migrations.downgrade(own_database, "0002")
    with own_database.engine.begin() as connection:
        _furnish(connection)
    migrations.upgrade(own_database, "0003")
    old = {1: "accepted", 2: "declined", 3: "writing"}
    with own_database.engine.begin() as connection:
        assert _answers(connection) == old
        for number, answer in enumerate(("tentative", "deputy", "waiting", "waiting"), 4):
            address = f"p{number}@example.org"
            held = {"held_until": _MOMENT} if number == 7 else {}
            _insert(connection, "person", id=number, email=address, email_key=address)
            _insert(connection, "attendance", id=number, roundtable_id=1, person_id=number, answer=answer, **held)
        table = Table("roundtable", MetaData(), autoload_with=connection)
        connection.execute(table.update().values(accepted=2))
    migrations.downgrade(own_database, "0002")
    with own_database.engine.begin() as connection:
        assert (_answers(connection), _places(connection)) == (old, 1)


def _rows(connection: Connection, name: str, *columns: str) -> list[tuple[Any, ...]]:
    table = Table(name, MetaData(), autoload_with=connection)
    return [tuple(row) for row in connection.execute(select(*(table.c[one] for one in columns)).order_by(table.c.id))]


def _account(connection: Connection, number: int, name: str) -> None:
    known = {"email": f"{name}@Example.org", "email_key": f"{name}@example.org", "name": name.title()}
    _insert(connection, "person", id=number, zone="Asia/Kolkata", language="fr", **known)


def _table(connection: Connection) -> None:
    _insert(connection, "cohort", id=1, format="mixed", state="running")
    _insert(connection, "roundtable", id=1, cohort_id=1, kind="workshop", accepted=1)


def test_guests_lose_their_accounts_and_keep_what_they_answered(own_database: Database) -> None:
    migrations.downgrade(own_database, "0004")
    with own_database.engine.begin() as connection:
        _table(connection)
        for number, name, answer in ((1, "member", "declined"), (2, "expert", "accepted"), (3, "joined", "writing")):
            _account(connection, number, name)
            _insert(connection, "attendance", id=number, roundtable_id=1, person_id=number, answer=answer)
        for number in (1, 3):
            _insert(connection, "membership", id=number, cohort_id=1, person_id=number, role="facilitator")
        for number in (2, 3):
            _insert(connection, "guest", id=number, roundtable_id=1, person_id=number)
    migrations.upgrade(own_database, "0005")
    columns = ("roundtable_id", "role", "email", "email_key", "name", "organisation", "zone", "language")
    with own_database.engine.begin() as connection:
        assert _rows(connection, "guest", *columns, "withdrawn_at") == [
            (1, "expert", "expert@Example.org", "expert@example.org", "Expert", "", "Asia/Kolkata", "fr", None),
            (1, "expert", "joined@Example.org", "joined@example.org", "Joined", "", "Asia/Kolkata", "fr", None),
        ]
        ((expert,), _joined) = _rows(connection, "guest", "id")
        # Who joined the cohort meanwhile goes on answering as one of it.
        assert _rows(connection, "attendance", "person_id", "guest_id", "answer") == [
            (1, None, "declined"),
            (None, expert, "accepted"),
            (3, None, "writing"),
        ]
        assert _rows(connection, "person", "id") == [(1,), (2,), (3,)]


def test_guests_are_given_accounts_again(own_database: Database) -> None:
    migrations.downgrade(own_database, "0005")
    with own_database.engine.begin() as connection:
        _table(connection)
        _account(connection, 100, "known")
        for number, name in enumerate(("known", "new", "gone"), 1):
            address = f"{name}@example.org"
            known = {"email": address, "email_key": address, "name": name.title(), "zone": "Asia/Tokyo"}
            withdrawn = _MOMENT if name == "gone" else None
            _insert(connection, "guest", id=number, roundtable_id=1, role="guest", withdrawn_at=withdrawn, **known)
        for number, person, guest, answer in (
            (1, 100, None, "tentative"),
            (2, None, 1, "accepted"),
            (3, None, 2, "declined"),
        ):
            _insert(
                connection, "attendance", id=number, roundtable_id=1, person_id=person, guest_id=guest, answer=answer
            )
    migrations.downgrade(own_database, "0004")
    with own_database.engine.begin() as connection:
        made = next(row for row in _rows(connection, "person", "id", "email", "name", "zone") if row[0] != 100)
        assert made[1:] == ("new@example.org", "New", "Asia/Tokyo")
        assert _rows(connection, "guest", "roundtable_id", "person_id") == [(1, 100), (1, made[0])]
        assert _rows(connection, "attendance", "person_id", "answer") == [(100, "tentative"), (made[0], "declined")]
    migrations.upgrade(own_database, "0005")
    with own_database.engine.begin() as connection:
        assert _rows(connection, "guest", "email") == [("known@Example.org",), ("new@example.org",)]


def test_who_holds_a_link_was_told_the_present_time(own_database: Database) -> None:
    migrations.downgrade(own_database, "0006")
    with own_database.engine.begin() as connection:
        _table(connection)
        _account(connection, 1, "member")
        _insert(connection, "guest", id=2, roundtable_id=1, role="guest", email_key="guest@example.org")
        subjects = ("rsvp:1:1", "rsvp:1:1", "rsvp:1:guest:2", "rsvp:1:99", "rsvp:9:1", "rsvp:odd")
        for number, subject in enumerate(subjects, 1):
            _insert(connection, "token", id=number, purpose="rsvp", subject=subject)
        _insert(connection, "token", id=7, purpose="rsvp", subject="rsvp:1:guest:3", revoked_at=_MOMENT)
    migrations.upgrade(own_database, "0007")
    with own_database.engine.begin() as connection:
        assert _rows(connection, "told", "roundtable_id", "person_id", "guest_id", "minutes", "is_invited") == [
            (1, 1, None, 1, True),
            (1, None, 2, 1, True),
        ]
    migrations.downgrade(own_database, "0006")


def test_the_outbox_keeps_its_mails_beside_what_comes_in(own_database: Database) -> None:
    """Up: no answer to an earlier time of a roundtable is one to its present time. Down: mails stay, without where
    their answers go."""
    migrations.downgrade(own_database, "0007")
    mailed = {"kind": "x", "attachments": [], "state": "sent"}
    with own_database.engine.begin() as connection:
        _furnish(connection)
        table = Table("roundtable", MetaData(), autoload_with=connection)
        connection.execute(table.update().values(sequence=3))
        _insert(connection, "mail", id=1, message_id="<1@example.org>", subject="One", **mailed)
    migrations.upgrade(own_database, "0008")
    with own_database.engine.begin() as connection:
        assert _rows(connection, "roundtable", "id", "sequence", "moved_sequence") == [(1, 3, 3)]
        assert _rows(connection, "mail", "id", "subject", "reply_token_id", "in_reply_to") == [(1, "One", None, None)]
        _insert(connection, "token", id=1, purpose="reply", subject="roundtable:1:1", nonce="n")
        more = {"reply_token_id": 1, "in_reply_to": "<0@example.org>"}
        _insert(connection, "mail", id=2, message_id="<2@example.org>", subject="Two", **mailed, **more)
        _insert(connection, "incoming_mail", id=1, key="k", outcome="taken")
    migrations.downgrade(own_database, "0007")
    with own_database.engine.begin() as connection:
        assert _rows(connection, "mail", "id", "subject") == [(1, "One"), (2, "Two")]
        assert _rows(connection, "token", "id") == [(1,)]
        assert _answers(connection) == {1: "accepted", 2: "declined", 3: "writing"}


def test_what_was_planned_before_shows_its_way_in_at_once(own_database: Database) -> None:
    """Up: as its mails said. Down: who was there is forgotten, and nothing else."""
    migrations.downgrade(own_database, "0008")
    with own_database.engine.begin() as connection:
        _furnish(connection)
    migrations.upgrade(own_database, "0009")
    with own_database.engine.begin() as connection:
        assert _rows(connection, "roundtable", "id", "link_minutes") == [(1, None)]
        _insert(connection, "presence", id=1, roundtable_id=1, person_id=1, was_there=True, source="self")
    migrations.downgrade(own_database, "0008")
    with own_database.engine.begin() as connection:
        assert _answers(connection) == {1: "accepted", 2: "declined", 3: "writing"}
        assert _rows(connection, "person", "id") == [(1,), (2,), (3,)]


def test_drafts_of_series_go_and_what_was_announced_stays(own_database: Database) -> None:
    migrations.downgrade(own_database, "0010")
    plain = {"state": "announced", "wishes": {}, "inputs": {}, "found": {}, "slots": []}
    with own_database.engine.begin() as connection:
        _furnish(connection)
        _insert(connection, "series_plan", id=1, cohort_id=1, created_by_id=2, **plain)
    migrations.downgrade(own_database, "0009")
    migrations.upgrade(own_database, "0010")
    with own_database.engine.begin() as connection:
        assert _rows(connection, "series_plan", "id") == []
        assert _rows(connection, "roundtable", "id") == [(1,)]
        assert _answers(connection) == {1: "accepted", 2: "declined", 3: "writing"}


def test_polls_go_up_and_down_beside_what_is_there(own_database: Database) -> None:
    """Down takes the polls away and leaves the roundtables that came of them; up again begins empty."""
    with own_database.engine.begin() as connection:
        _furnish(connection)
        _insert(connection, "poll", id=1, cohort_id=1, roundtable_id=1, kind="workshop", created_by_id=1)
        _insert(connection, "poll_option", id=1, poll_id=1)
        _insert(connection, "poll_answer", id=1, poll_id=1, person_id=1)
        _insert(connection, "poll_vote", id=1, answer_id=1, option_id=1, vote="maybe")
    migrations.downgrade(own_database, "0011")
    with own_database.engine.begin() as connection:
        assert _answers(connection) == {1: "accepted", 2: "declined", 3: "writing"}
        metadata = MetaData()
        metadata.reflect(connection)
        assert sorted(name for name in metadata.tables if name.startswith("poll")) == []
    migrations.upgrade(own_database)
    with own_database.engine.begin() as connection:
        poll = Table("poll", MetaData(), autoload_with=connection)
        assert connection.execute(select(poll)).all() == []
        assert _answers(connection) == {1: "accepted", 2: "declined", 3: "writing"}


def test_groups_of_a_roundtable_stay_where_those_of_a_step_go(own_database: Database) -> None:
    kinds = {"kind": "breakout", "grouping": "pairs", "attribution": "open", "visibility": "cohort"}
    with own_database.engine.begin() as connection:
        _insert(connection, "cohort", id=1, format="mixed", state="running")
        _insert(connection, "roundtable", id=1, cohort_id=1, kind="workshop")
        _insert(connection, "person", id=1, email="p@example.org", email_key="p@example.org", spoken="en fr")
        _insert(connection, "agenda_step", id=1, roundtable_id=1, **kinds)
        for number, step in ((1, None), (2, 1)):
            _insert(connection, "grouping", id=number, cohort_id=1, state="announced")
            held = {"roundtable_id": 1, "is_announced": True, "step_id": step}
            _insert(connection, "roundtable_grouping", id=number, grouping_id=number, **held)
    migrations.downgrade(own_database, "0036")
    with own_database.engine.begin() as connection:
        assert _column(connection, "roundtable_grouping", "grouping_id") == [1]
        assert (_column(connection, "grouping", "id"), _column(connection, "agenda_step", "id")) == ([1], [1])
    migrations.upgrade(own_database, "0041")
    with own_database.engine.begin() as connection:
        assert _column(connection, "roundtable_grouping", "step_id") == [None]
        assert _column(connection, "person", "spoken") == [""]


def _column(connection: Connection, name: str, column: str) -> list[Any]:
    table = Table(name, MetaData(), autoload_with=connection)
    return list(connection.scalars(select(table.c[column])))
