"""Agendas of roundtables as steps, and the methods that they are built from.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = (
    "talk", "silence", "reveal", "breakout", "round", "vote", "reading", "break", "expert", "check-in", "check-out",
)  # fmt: skip
_GROUPINGS = ("all", "alone", "pairs", "trios", "fours", "tables", "circles")


def upgrade() -> None:
    """Make the tables, empty: an agenda that is text stays text."""
    op.create_table(
        "agenda_step",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("stepkind", *_KINDS), nullable=False),
        sa.Column("grouping", _choice("stepgrouping", *_GROUPINGS), nullable=False),
        sa.Column("attribution", _choice("steprule", "open", "chatham-house"), nullable=False),
        sa.Column("visibility", _choice("visibility", "private", "facilitators", "cohort", "public"), nullable=False),
        sa.Column("asking_id", _ID, nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("question", "facilitator", "member", "case_giver", "host")
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_agenda_step_minutes")),
        _key("agenda_step", "roundtable_id", "roundtable", "CASCADE"),
        _key("agenda_step", "asking_id", "asking", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_step")),
    )
    op.create_index(op.f("ix_agenda_step_asking_id"), "agenda_step", ["asking_id"])
    op.create_index(op.f("ix_agenda_step_roundtable_id_position"), "agenda_step", ["roundtable_id", "position"])
    op.create_table(
        "method",
        sa.Column("id", _ID, nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("cohort_id", _ID, nullable=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("language", sa.String(80), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("people_least", sa.Integer(), nullable=True),
        sa.Column("people_most", sa.Integer(), nullable=True),
        sa.Column("fails", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("method", "cohort_id", "cohort", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_method")),
        sa.UniqueConstraint("slug", name=op.f("uq_method_slug")),
    )
    op.create_index(op.f("ix_method_cohort_id"), "method", ["cohort_id"])


def downgrade() -> None:
    """Drop them, and what files of methods were last known to say, so that the next import brings them again."""
    op.drop_table("method")
    op.drop_table("agenda_step")
    op.execute("DELETE FROM content_file WHERE kind = 'method'")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
