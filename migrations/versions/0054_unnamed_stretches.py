"""Where nobody was to be named in a recording, also when its clip is gone.

Revision ID: 0054
Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, empty; what is quoted of clips without names stays without, whatever becomes of these."""
    op.create_table(
        "recording_unnamed",
        sa.Column("id", _ID, nullable=False),
        sa.Column("recording_id", _ID, nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
            name=op.f("fk_recording_unnamed_recording_id_recording"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_unnamed")),
    )
    op.create_index(op.f("ix_recording_unnamed_recording_id"), "recording_unnamed", ["recording_id"])
    stretch = sa.table("quotation_stretch", sa.column("clip_id"), sa.column("was_unnamed", sa.Boolean))
    clip = sa.table("recording_clip", sa.column("id"), sa.column("is_unnamed", sa.Boolean))
    unnamed = sa.select(clip.c.id).where(clip.c.is_unnamed.is_(True))
    op.execute(sa.update(stretch).where(stretch.c.clip_id.in_(unnamed)).values(was_unnamed=True))


def downgrade() -> None:
    """Drop it. What stays without names stays so."""
    op.drop_table("recording_unnamed")
