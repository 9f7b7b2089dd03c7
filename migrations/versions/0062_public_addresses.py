"""Whether everybody could come to an address that was left.

Revision ID: 0062
Revises: 0061
"""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. What was left already led everybody on, and goes on doing so."""
    op.add_column("former_address", sa.Column("was_public", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("former_address", "was_public")
