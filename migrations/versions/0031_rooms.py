"""Roundtables that are run: where each stands, raised hands, who was heard, notes to oneself.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, empty: no roundtable was run here so far."""
    op.create_table(
        "room",
        sa.Column("roundtable_id", _ID, autoincrement=False, nullable=False),
        sa.Column("step_id", _ID, nullable=True),
        sa.Column("step_began_at", _AT, nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("began_at", _AT, nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        sa.Column("changed_by_id", _ID, nullable=True),
        sa.Column("changed_at", _AT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("extra_minutes >= 0", name=op.f("ck_room_extra_minutes")),
        _key("room", "roundtable_id", "roundtable", "CASCADE"),
        _key("room", "step_id", "agenda_step", "SET NULL"),
        _key("room", "changed_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("roundtable_id", name=op.f("pk_room")),
    )
    op.create_index(op.f("ix_room_step_id"), "room", ["step_id"])
    op.create_index(op.f("ix_room_changed_by_id"), "room", ["changed_by_id"])
    _of_person("raised_hand", sa.Column("raised_at", _AT, nullable=False))
    _of_person("heard", sqlite_with_rowid=False)
    _of_person(
        "note_to_self",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("saved_at", _AT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("note_to_self", "heard", "raised_hand", "room"):
        op.drop_table(table)


def _of_person(table: str, *columns: sa.Column, **options: bool) -> None:
    op.create_table(
        table,
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        *columns,
        _key(table, "roundtable_id", "roundtable", "CASCADE"),
        _key(table, "person_id", "person", "CASCADE"),
        sa.PrimaryKeyConstraint("roundtable_id", "person_id", name=op.f(f"pk_{table}")),
        **options,
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
