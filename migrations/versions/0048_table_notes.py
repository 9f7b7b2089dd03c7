"""Notes of the tables of a step.

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WIDEST = sa.Enum(
    *("private", "facilitators", "cohort", "public"),
    name="visibility", native_enum=False, create_constraint=True, length=30,
)  # fmt: skip
_PLACE = ("step_id", "grouping_id", "round", "table_number")


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "table_note",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("step_id", _ID, nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("grouping_id", _ID, nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("table_number", sa.Integer(), nullable=False),
        sa.Column("widest", _WIDEST, nullable=False),
        sa.Column("is_unnamed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("dismissed", sa.JSON(), nullable=False),
        sa.Column("carried", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("roundtable_id", "roundtable", "CASCADE"),
        _key("step_id", "agenda_step", "SET NULL"),
        _key("grouping_id", "grouping", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_note")),
        sa.UniqueConstraint(*_PLACE, name=op.f(f"uq_table_note_{'_'.join(_PLACE)}")),
    )
    op.create_index(op.f("ix_table_note_roundtable_id"), "table_note", ["roundtable_id"])
    op.create_index(op.f("ix_table_note_grouping_id"), "table_note", ["grouping_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("table_note")


def _key(column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_table_note_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
