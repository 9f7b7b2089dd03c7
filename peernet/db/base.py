"""Declarative base, naming convention and the annotated column types that all models share."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, Enum, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from peernet.db.numbers import new_number
from peernet.db.types import UTC

# Stable names let a migration drop on PostgreSQL what it created on SQLite.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_ID = BigInteger().with_variant(Integer, "sqlite")

pk = Annotated[int, mapped_column(_ID, primary_key=True)]
# Of what a link without an account names.
once = Annotated[int, mapped_column(_ID, primary_key=True, default=new_number)]
Slug = Annotated[str, mapped_column(String(120))]
short = Annotated[str, mapped_column(String(80))]
titled = Annotated[str, mapped_column(String(300))]


class Base(DeclarativeBase):
    """Base of every model. A plain ``str`` column is unbounded text; the inputs bound it."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {
        str: Text,
        int: _ID,
        datetime: UTC,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class Versioned:
    """A row that people edit: every change raises ``version``; a lost race raises StaleDataError (409 in the shell)."""

    version: Mapped[int] = mapped_column(Integer, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy calls it with the class
        return {"version_id_col": cls.version}


def choice(of: type[StrEnum]) -> Enum:
    """Column type for one of a closed list of words, checked by the database as well."""
    return Enum(
        of,
        native_enum=False,
        create_constraint=True,
        length=30,
        name=of.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
