"""Quotations of recordings.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, empty: every quotation so far is of an answer."""
    op.create_table(
        "quotation_stretch",
        sa.Column("quotation_id", _ID, autoincrement=False, nullable=False),
        sa.Column("recording_id", _ID, nullable=True),
        sa.Column("clip_id", _ID, nullable=True),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=True),
        sa.Column("was_unnamed", sa.Boolean(), nullable=False),
        sa.Column("captions", sa.Text(), nullable=False),
        _key("quotation_id", "quotation", "CASCADE"),
        _key("recording_id", "recording", "SET NULL"),
        _key("clip_id", "recording_clip", "SET NULL"),
        sa.PrimaryKeyConstraint("quotation_id", name=op.f("pk_quotation_stretch")),
    )
    for column in ("recording_id", "clip_id"):
        op.create_index(op.f(f"ix_quotation_stretch_{column}"), "quotation_stretch", [column])


def downgrade() -> None:
    """Drop it. The quotations stay, with the words that their speakers agreed to, and do not name who agreed to none."""
    op.drop_table("quotation_stretch")


def _key(column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_quotation_stretch_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
