"""Which rows of a declared table are a person's: the ways of the register as conditions.

A way is the name of a column that holds the person's id; or ``column=address`` (their address), ``column=name``,
``column=person`` (their audience key, "person:7"); or it goes on in another table: ``column>table.way`` where the
column holds the id of a row there, ``column<table.key.way`` where ``key`` of rows there points here. ``flag&way`` is
a way of those rows alone in which the column ``flag`` is true.
"""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, and_, false, func, or_, select

from peernet.accounts.models import Person
from peernet.db import Base
from peernet.privacy.register.entries import Entry

_WHERE = re.compile(r"(?P<flag>\w+)&(?P<way>.+)")
_TO = re.compile(r"(?P<column>\w+)>(?P<table>\w+)\.(?P<way>.+)")
_FROM = re.compile(r"(?P<column>\w+)<(?P<table>\w+)\.(?P<key>\w+)\.(?P<way>.+)")


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as plain values, which hold also when their row is gone."""

    id: int
    address: str
    name: str

    @classmethod
    def of(cls, person: Person) -> "Subject":
        """The values of an account."""
        return cls(person.id, person.email_key, person.name)

    @property
    def key(self) -> str:
        """Their audience key, which is also the subject of what is said of them."""
        return f"person:{self.id}"


def table_of(name: str) -> Table:
    """A table by its name."""
    return Base.metadata.tables[name]


def theirs(entry: Entry, subject: Subject) -> ColumnElement[bool]:
    """Whether a row of the entry's table is this person's. Never, where the entry knows no way."""
    table = table_of(entry.table)
    return or_(false(), *(_leads(table, way, subject) for way in entry.whose))


def _leads(table: Table, way: str, subject: Subject) -> ColumnElement[bool]:
    if found := _WHERE.fullmatch(way):
        return and_(table.c[found["flag"]], _leads(table, found["way"], subject))
    if found := _TO.fullmatch(way):
        other = table_of(found["table"])
        there = select(other.c.id).where(_leads(other, found["way"], subject))
        return table.c[found["column"]].in_(there)
    if found := _FROM.fullmatch(way):
        other = table_of(found["table"])
        there = select(other.c[found["key"]]).where(_leads(other, found["way"], subject))
        return table.c[found["column"]].in_(there)
    name, _equals, what = way.partition("=")
    return _is(table.c[name], what, subject)


def _is(column: ColumnElement[str], what: str, subject: Subject) -> ColumnElement[bool]:
    if what == "address":
        return func.lower(column) == subject.address
    if what == "name":
        return column == subject.name
    return column == (subject.key if what == "person" else subject.id)
