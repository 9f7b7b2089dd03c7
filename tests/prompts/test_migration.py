"""What is asked back and what resonates goes; the answers that it belongs to stay."""

from sqlalchemy import Connection, MetaData, Table, select

from peernet.db import Database, migrations
from tests.roundtables.test_migration import _MOMENT, _insert, _rows


def test_follow_ups_go_up_and_down_beside_what_was_said(own_database: Database) -> None:
    with own_database.engine.begin() as connection:
        _insert(connection, "cohort", id=1, format="mixed", state="running")
        for number in (1, 2):
            address = f"p{number}@example.org"
            _insert(connection, "person", id=number, email=address, email_key=address)
        _insert(connection, "prompt", id=1, moment="opening")
        _insert(connection, "asking", id=1, cohort_id=1, prompt_id=1)
        said = {"visibility": "public", "attribution": "person", "html": "<p>Said</p>"}
        _insert(connection, "response", id=1, asking_id=1, person_id=1, **said)
        asked = {"response_id": 1, "person_id": 2, "audience": "cohort"}
        _insert(connection, "follow_up", id=1, **asked)
        _insert(connection, "follow_up", id=2, **asked, answer_source="So", answer_html="So", answered_at=_MOMENT)
        _insert(connection, "resonance", response_id=1, person_id=2)
        assert [_people(connection, name) for name in ("follow_up", "resonance")] == [[2, 2], [2]]
    migrations.downgrade(own_database, "0013")
    with own_database.engine.begin() as connection:
        assert _rows(connection, "response", "id", "html") == [(1, "<p>Said</p>")]
        metadata = MetaData()
        metadata.reflect(connection)
        assert {"follow_up", "resonance"} & set(metadata.tables) == set()
    migrations.upgrade(own_database)
    with own_database.engine.begin() as connection:
        assert _rows(connection, "response", "id", "html") == [(1, "<p>Said</p>")]
        assert [_people(connection, name) for name in ("follow_up", "resonance")] == [[], []]


def _people(connection: Connection, name: str) -> list[int]:
    return list(connection.scalars(select(Table(name, MetaData(), autoload_with=connection).c.person_id)))
