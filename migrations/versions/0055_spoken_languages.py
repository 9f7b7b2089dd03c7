"""In which language one speaks in a recording, and in what is quoted of it.

Revision ID: 0055
Revises: 0054
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_TABLES = ("recording_transcript", "quotation_stretch")


def upgrade() -> None:
    """Add the columns. Of what is there nobody said it: it counts as the network's, as before."""
    for table in _TABLES:
        op.add_column(table, sa.Column("language", sa.String(80), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them."""
    for table in _TABLES:
        op.drop_column(table, "language")
