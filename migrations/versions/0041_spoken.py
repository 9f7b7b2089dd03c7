"""The languages that people can talk in.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody said theirs yet."""
    op.add_column("person", sa.Column("spoken", sa.String(80), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop what they said."""
    op.drop_column("person", "spoken")
