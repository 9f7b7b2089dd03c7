"""Pages of people who ask for one.

Revision ID: 0052
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has one yet."""
    op.add_column("person", sa.Column("has_page", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("page_organisation", sa.String(300), nullable=False, server_default=""))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("person", "page_organisation")
    op.drop_column("person", "has_page")
