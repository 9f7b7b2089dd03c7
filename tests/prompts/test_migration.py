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
        _insert(connection, "asking", id=1, cohort_id=1, prompt_id=1, widest="public")
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


def test_what_is_put_to_some_is_not_put_to_all_by_going_back(own_database: Database) -> None:
    with own_database.engine.begin() as connection:
        _furnish(connection)
    migrations.downgrade(own_database, "0016")
    with own_database.engine.begin() as connection:
        asked = _rows(connection, "asking", "id", "withdrawn_at")
        assert [(number, at is not None) for number, at in asked] == [(1, True), (2, False), (3, False)]
        assert sorted(_rows(connection, "draft", "person_id", "source")) == [(1, "Ours"), (2, "Mine, by mail")]
        assert _said_done(connection) == [(3, 1), (3, 2), (3, 3)]
        assert _rows(connection, "response", "id", "person_id", "html") == [(1, 1, "<p>Said</p>")]
    migrations.upgrade(own_database)
    with own_database.engine.begin() as connection:
        asked = _rows(connection, "asking", "is_to_some", "is_per_seat")
        assert [(bool(some), bool(seat)) for some, seat in asked] == [(False, False)] * 3
        assert [_rows(connection, name, "asking_id") for name in ("addressee", "shared_draft")] == [[], []]


def _furnish(connection: Connection) -> None:
    """Something put to some, a draft and an answer of a seat, and a prompt that somebody keeps."""
    _insert(connection, "cohort", id=1, format="mixed", state="running")
    _insert(connection, "organisation", id=1)
    _insert(connection, "seat", id=1, cohort_id=1, organisation_id=1)
    for number in (1, 2, 3):
        address = f"p{number}@example.org"
        _insert(connection, "person", id=number, email=address, email_key=address)
        _insert(connection, "membership", id=number, cohort_id=1, person_id=number, role="member", seat_id=1)
    for number, is_some in ((1, True), (2, False), (3, False)):
        _insert(connection, "prompt", id=number, slug=str(number), moment="opening")
        facts = {"is_to_some": is_some, "is_per_seat": not is_some, "opens_at": _MOMENT}
        _insert(connection, "asking", id=number, cohort_id=1, prompt_id=number, widest="public", **facts)
    _insert(connection, "addressee", id=1, asking_id=1, person_id=1)
    _insert(connection, "shared_draft", id=1, asking_id=2, seat_id=1, source="Ours")
    for person_id in (1, 2):
        _insert(connection, "shared_draft_author", draft_id=1, person_id=person_id)
    _insert(connection, "draft", id=7, asking_id=2, person_id=2, source="Mine, by mail")
    said = {"visibility": "cohort", "attribution": "organisation", "html": "<p>Said</p>"}
    _insert(connection, "response", id=1, asking_id=3, person_id=1, organisation_id=1, **said)
    _insert(connection, "response_author", response_id=1, person_id=2)
    _insert(connection, "seat_done", asking_id=3, seat_id=1, response_id=1)
    _insert(connection, "kept_prompt", person_id=1, prompt_id=1)


def _said_done(connection: Connection) -> list[tuple[int, int]]:
    table = Table("done", MetaData(), autoload_with=connection)
    return sorted((row.asking_id, row.person_id) for row in connection.execute(select(table)))


def _people(connection: Connection, name: str) -> list[int]:
    return list(connection.scalars(select(Table(name, MetaData(), autoload_with=connection).c.person_id)))
