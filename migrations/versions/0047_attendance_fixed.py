"""When it was fixed who was at a roundtable, and when what came of it was mailed.

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_NEW = ("presence_fixed_at", "recap_sent_at")


def upgrade() -> None:
    """Add both, empty: what is over already is fixed by its deadline, and nothing of it is mailed."""
    with op.batch_alter_table("roundtable") as table:
        for name in _NEW:
            table.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop both; not as a batch, which on SQLite would make the table anew and take with it what belongs to it."""
    for name in _NEW:
        op.drop_column("roundtable", name)
