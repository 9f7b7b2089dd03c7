"""Notes of roundtables, and for how long they may be corrected.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PARTS = ("said", "agreed")


def upgrade() -> None:
    """Make the table, empty, and let notes be corrected for a week."""
    op.add_column("roundtable", sa.Column("correction_days", sa.Integer(), nullable=False, server_default="7"))
    op.create_table(
        "room_note",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("step_id", _ID, nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("part", sa.String(30), nullable=False),
        sa.Column("is_unnamed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("dismissed", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"part IN {_PARTS}", name=op.f("ck_room_note_part")),
        _key("room_note", "roundtable_id", "roundtable", "CASCADE"),
        _key("room_note", "step_id", "agenda_step", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_note")),
    )
    op.create_index(op.f("ix_room_note_roundtable_id"), "room_note", ["roundtable_id"])
    op.create_index(op.f("ix_room_note_step_id"), "room_note", ["step_id"])
    _one_each("uq_room_note_step", ["step_id", "part"], "step_id IS NOT NULL")
    _one_each("uq_room_note_whole", ["roundtable_id", "part"], "title = ''")


def downgrade() -> None:
    """Drop both."""
    op.drop_table("room_note")
    op.drop_column("roundtable", "correction_days")


def _one_each(name: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "room_note", columns, unique=True, sqlite_where=only, postgresql_where=only)


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
