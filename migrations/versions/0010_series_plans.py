"""Drafts of whole series.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "series_plan",
        sa.Column("id", _ID, nullable=False),
        sa.Column("cohort_id", _ID, nullable=False),
        sa.Column("created_by_id", _ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "ready", "failed", "announced",
                name="planstate", native_enum=False, create_constraint=True, length=30,
            ),
            nullable=False,
        ),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("objective", sa.String(80), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_series_plan_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_series_plan_created_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_plan")),
    )
    op.create_index(op.f("ix_series_plan_cohort_id"), "series_plan", ["cohort_id"])
    op.create_index(op.f("ix_series_plan_created_by_id"), "series_plan", ["created_by_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f("ix_series_plan_created_by_id"), table_name="series_plan")
    op.drop_index(op.f("ix_series_plan_cohort_id"), table_name="series_plan")
    op.drop_table("series_plan")
