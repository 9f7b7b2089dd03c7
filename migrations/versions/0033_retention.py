"""How long cohorts keep what, and what was announced and removed.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = ("answers", "drafts", "hours", "invitations")


def upgrade() -> None:
    """Make the tables, empty: every cohort keeps things as the settings have it, and nothing was announced."""
    op.create_table(
        "keeping",
        sa.Column("cohort_id", _ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.CheckConstraint("months >= 0", name=op.f("ck_keeping_not_before")),
        sa.CheckConstraint(f"kind IN {_KINDS}", name=op.f("ck_keeping_kind")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_keeping_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cohort_id", "kind", name=op.f("pk_keeping")),
    )
    op.create_table(
        "removal",
        sa.Column("id", _ID, nullable=False),
        sa.Column("cohort_id", _ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN {_KINDS}", name=op.f("ck_removal_kind")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_removal_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal")),
    )
    op.create_index(op.f("ix_removal_due_at"), "removal", ["due_at"])
    still_open = sa.text("done_at IS NULL")
    op.create_index(
        "uq_removal_open",
        "removal",
        ["cohort_id", "kind"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def downgrade() -> None:
    """Drop them. Nothing is removed by the clock any more."""
    op.drop_table("removal")
    op.drop_table("keeping")
