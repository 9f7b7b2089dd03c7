"""Clips of recordings, and transcripts.

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, empty."""
    op.create_table(
        "recording_clip",
        sa.Column("id", _ID, nullable=False),
        sa.Column("recording_id", _ID, nullable=False),
        sa.Column("asking_id", _ID, nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=True),
        sa.Column("is_unnamed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "starts >= 0 AND (ends IS NULL OR ends > starts)", name=op.f("ck_recording_clip_in_order")
        ),
        _key("recording_clip", "recording_id", "recording", "CASCADE"),
        _key("recording_clip", "asking_id", "asking", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_clip")),
    )
    op.create_index(op.f("ix_recording_clip_recording_id_starts"), "recording_clip", ["recording_id", "starts"])
    op.create_index(op.f("ix_recording_clip_asking_id"), "recording_clip", ["asking_id"])
    op.create_table(
        "recording_transcript",
        sa.Column("recording_id", _ID, autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("recording_transcript", "recording_id", "recording", "CASCADE"),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_recording_transcript")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("recording_transcript")
    op.drop_table("recording_clip")


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
