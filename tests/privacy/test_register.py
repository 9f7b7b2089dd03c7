"""The register declares the schema: every column, once, and by itself nothing that is not there."""

from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import tables
from peernet.privacy.register.entries import Entry, Fate
from peernet.privacy.register.everything import ENTRIES, OF_NOBODY
from peernet.privacy.rows import Subject, table_of, theirs
from tests.world import World

_TABLES = tables.metadata.tables


def test_every_column_is_declared_once() -> None:
    declared = Counter((entry.table, column) for entry in ENTRIES for column in entry.all_columns)
    there = {(name, column.name) for name, table in _TABLES.items() if name not in OF_NOBODY for column in table.c}
    assert declared == Counter(there)


def test_every_table_is_declared_or_is_of_nobody() -> None:
    assert {entry.table for entry in ENTRIES} | OF_NOBODY == set(_TABLES)
    assert {entry.table for entry in ENTRIES} & OF_NOBODY == set()


def test_nothing_of_nobody_names_a_person() -> None:
    telling = {"email", "email_key", "to_address", "person_id"}
    pointing = [
        name
        for name in OF_NOBODY
        for column in _TABLES[name].c
        if column.name in telling or any(key.column.table.name == "person" for key in column.foreign_keys)
    ]
    assert pointing == []


def test_every_link_to_a_person_is_a_way_and_does_what_is_declared() -> None:
    wrong = []
    for name, table in _TABLES.items():
        for column in table.c:
            for key in column.foreign_keys:
                if key.column.table.name == "person":
                    entry = next(one for one in ENTRIES if one.table == name and column.name in one.all_columns)
                    goes = key.ondelete == "CASCADE"
                    fate = Fate.GOES if goes else Fate.EMPTIED
                    if column.name not in entry.whose or column.name not in entry.columns(fate):
                        wrong.append((name, column.name, key.ondelete))
    assert wrong == []


def test_what_stays_says_why() -> None:
    assert [one.table for one in ENTRIES if one.stays and not str(one.why)] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.table}-{entry.all_columns[0]}")
def test_every_way_can_be_gone(db: Session, world: World, entry: Entry) -> None:
    db.execute(select(table_of(entry.table)).where(theirs(entry, Subject.of(world.member)))).all()
