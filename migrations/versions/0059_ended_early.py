"""When a roundtable was ended stands with the roundtable.

Revision ID: 0059
Revises: 0058
"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """What its room said."""
    _move("room", "roundtable_id", "roundtable", "id")


def downgrade() -> None:
    """Back to the room; what has none was never ended in one."""
    _move("roundtable", "id", "room", "roundtable_id")


def _move(old: str, old_key: str, new: str, new_key: str) -> None:
    op.add_column(new, sa.Column("ended_at", _MOMENT))
    said = f"SELECT {old}.ended_at FROM {old} WHERE {old}.{old_key} = {new}.{new_key}"
    op.execute(f"UPDATE {new} SET ended_at = ({said})")
    op.drop_column(old, "ended_at")
