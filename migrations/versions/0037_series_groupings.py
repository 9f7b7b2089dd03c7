"""Groups of all roundtables to come of a cohort, formed at once.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "series_grouping",
        sa.Column("grouping_id", _ID, nullable=False, autoincrement=False),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["grouping_id"],
            ["grouping.id"],
            name=op.f("fk_series_grouping_grouping_id_grouping"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("grouping_id", name=op.f("pk_series_grouping")),
    )


def downgrade() -> None:
    """Drop it, and the groupings that nothing else names; what was taken over of them is the roundtables' own. A draft
    that does not know who had met becomes stale and is formed anew."""
    op.execute("DELETE FROM grouping WHERE id IN (SELECT grouping_id FROM series_grouping)")
    op.drop_table("series_grouping")
