"""When what catalogues are told of a material last changed.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_KNOWN = """
UPDATE material SET told_at = coalesce(withdrawn_at, (
    SELECT published_at FROM material_version AS version
    WHERE version.material_id = material.id AND version.number = material.number))
WHERE state IN ('published', 'withdrawn')
"""


def upgrade() -> None:
    """Add it, with the day of the version that is public, or of the withdrawal."""
    op.add_column("material", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_material_told_at_id"), "material", ["told_at", "id"])
    op.execute(_KNOWN)


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f("ix_material_told_at_id"), "material")
    op.drop_column("material", "told_at")
