"""Corrections that were made where a material was published before it came here.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them, empty: what was corrected here stands in the versions."""
    op.add_column("material", sa.Column("corrections", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop them; versions and their notes stay."""
    op.drop_column("material", "corrections")
