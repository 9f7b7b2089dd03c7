"""The files into which stretches of recordings are cut.

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FILES = ("media_id", "source_id")


def upgrade() -> None:
    """Add them, empty: what is quoted of a recording so far has words only."""
    with op.batch_alter_table("quotation_stretch") as table:
        for column in _FILES:
            table.add_column(sa.Column(column, _ID, nullable=True))
            name = op.f(f"fk_quotation_stretch_{column}_media_file")
            table.create_foreign_key(name, "media_file", [column], ["id"], ondelete="SET NULL")
        table.add_column(sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
    for column in _FILES:
        op.create_index(op.f(f"ix_quotation_stretch_{column}"), "quotation_stretch", [column])


def downgrade() -> None:
    """Drop them. The files stay until an operator removes them, and nobody can fetch them."""
    for column in _FILES:
        op.drop_index(op.f(f"ix_quotation_stretch_{column}"), "quotation_stretch")
    with op.batch_alter_table("quotation_stretch") as table:
        for column in _FILES:
            table.drop_constraint(op.f(f"fk_quotation_stretch_{column}_media_file"), type_="foreignkey")
        for column in (*_FILES, "tried_at"):
            table.drop_column(column)
