"""What a step of a roundtable lays down for answers: held until revealed together, without a name, read by so many.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

# Written out: a CHECK of its column is the one form of it that both databases add and drop with the column.
_WIDEST = (
    "ALTER TABLE asking ADD COLUMN widest VARCHAR(30) NOT NULL DEFAULT 'public' "
    "CONSTRAINT ck_asking_visibility CHECK (widest IN ('private', 'facilitators', 'cohort', 'public'))"
)


def upgrade() -> None:
    """Nothing was laid down for what was asked so far."""
    for name in ("is_held", "only_unattributed"):
        op.add_column("asking", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("asking", sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_WIDEST)


def downgrade() -> None:
    """Withdraw what is held: an older release knows no holding and would show it. Nothing that was written is lost."""
    op.execute("UPDATE asking SET withdrawn_at = CURRENT_TIMESTAMP WHERE is_held")
    for name in ("widest", "revealed_at", "only_unattributed", "is_held"):
        op.drop_column("asking", name)
