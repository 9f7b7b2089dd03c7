"""What happens now: topics that are watched, each with a counter, and the events of each.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, empty: nothing is watched yet."""
    op.create_table(
        "live_topic",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("counter", _ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_live_topic")),
    )
    op.create_table(
        "live_event",
        sa.Column("topic", sa.String(80), nullable=False),
        sa.Column("counter", _ID, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic"], ["live_topic.name"], name=op.f("fk_live_event_topic_live_topic"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("topic", "counter", name=op.f("pk_live_event")),
    )
    op.create_index(op.f("ix_live_event_at"), "live_event", ["at"])


def downgrade() -> None:
    """Drop them: what happened is no longer of interest a moment later."""
    op.drop_table("live_event")
    op.drop_table("live_topic")
