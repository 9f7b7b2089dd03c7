"""What a material has because of its kind: captions, a description with data, a summary, chapters.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TABLES = ("material_draft", "material_version", "review_text")


def upgrade() -> None:
    """Add them, empty: nothing that was published before had any."""
    for table in _TABLES:
        op.add_column(table, sa.Column("particulars", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Drop them; texts stay as they are."""
    for table in _TABLES:
        op.drop_column(table, "particulars")
