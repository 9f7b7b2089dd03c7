"""Addresses that things had before, which lead on.

Revision ID: 0058
Revises: 0057
"""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nothing has moved yet."""
    op.create_table(
        "former_address",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("thing_id", _ID, nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_address")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_former_address_kind_slug")),
    )
    op.create_index(op.f("ix_former_address_kind_thing_id"), "former_address", ["kind", "thing_id"])


def downgrade() -> None:
    """Things keep the addresses that they have; what stood at old ones is not found there any more."""
    op.drop_table("former_address")
