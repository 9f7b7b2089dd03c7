"""Groups of one step of a roundtable, and a call to come to an end.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "roundtable_grouping"
_WHOLE, _STEP = "uq_roundtable_grouping_announced", "uq_roundtable_grouping_announced_in_step"


def upgrade() -> None:
    """Groups that there are, are a whole roundtable's; nobody calls."""
    op.drop_index(_WHOLE, table_name=_TABLE)
    with op.batch_alter_table(_TABLE) as table:
        table.add_column(sa.Column("step_id", _ID, nullable=True))
        table.create_foreign_key(
            op.f("fk_roundtable_grouping_step_id_agenda_step"), "agenda_step", ["step_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index(op.f("ix_roundtable_grouping_step_id"), _TABLE, ["step_id"])
    _unique(_WHOLE, "roundtable_id", "is_announced AND step_id IS NULL")
    _unique(_STEP, "step_id", "is_announced AND step_id IS NOT NULL")
    op.add_column("room", sa.Column("closing_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Drop both. Groups of steps go, since an older release would take them for the whole roundtable's."""
    op.drop_column("room", "closing_at")
    op.execute(f"DELETE FROM grouping WHERE id IN (SELECT grouping_id FROM {_TABLE} WHERE step_id IS NOT NULL)")
    op.execute(f"DELETE FROM {_TABLE} WHERE step_id IS NOT NULL")
    for name in (_STEP, _WHOLE, op.f("ix_roundtable_grouping_step_id")):
        op.drop_index(name, table_name=_TABLE)
    with op.batch_alter_table(_TABLE) as table:
        table.drop_constraint(op.f("fk_roundtable_grouping_step_id_agenda_step"), type_="foreignkey")
        table.drop_column("step_id")
    _unique(_WHOLE, "roundtable_id", "is_announced")


def _unique(name: str, column: str, where: str) -> None:
    only = sa.text(where)
    op.create_index(name, _TABLE, [column], unique=True, sqlite_where=only, postgresql_where=only)
