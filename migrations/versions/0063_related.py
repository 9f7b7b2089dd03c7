"""What to read next after a material, found when something is published.

Revision ID: 0063
Revises: 0062
"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table. It is filled where the search is rebuilt, as after every upgrade."""
    op.create_table(
        "material_related",
        sa.Column("material_id", _ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("other_id", _ID, nullable=False),
        sa.Column("said", sa.String(80), nullable=False),
        _key("material_id"),
        _key("other_id"),
        sa.PrimaryKeyConstraint("material_id", "place", name=op.f("pk_material_related")),
    )
    op.create_index(op.f("ix_material_related_other_id"), "material_related", ["other_id"])


def downgrade() -> None:
    """Drop it. What is related was then found at each read."""
    op.drop_table("material_related")


def _key(column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_material_related_{column}_material")
    return sa.ForeignKeyConstraint([column], ["material.id"], name=name, ondelete="CASCADE")
