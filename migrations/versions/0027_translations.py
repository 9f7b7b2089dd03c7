"""Which material is a translation of which, and of which version.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, empty."""
    table = "material_translation"
    op.create_table(
        table,
        sa.Column("material_id", _ID, nullable=False),
        sa.Column("original_id", _ID, nullable=False),
        sa.Column("made_from", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["material_id"], ["material.id"], name=op.f(f"fk_{table}_material_id_material"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["original_id"], ["material.id"], name=op.f(f"fk_{table}_original_id_material"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("material_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f("ix_material_translation_original_id"), table, ["original_id"])


def downgrade() -> None:
    """Drop it; every text stays, as a material of its own."""
    op.drop_table("material_translation")
