"""Organisations that a published material is by or about are found, whether or not they sit in a cohort.

Their rows in the search come with ``peernet search rebuild``, or when one of their materials is next published.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NAMED = """
    UPDATE organisation SET is_named = true WHERE EXISTS (
        SELECT 1 FROM material_organisation JOIN material ON material.id = material_organisation.material_id
        WHERE material_organisation.organisation_id = organisation.id AND material.state = 'published'
    )
"""


def upgrade() -> None:
    """Add the column, and fill it from what is published."""
    op.add_column("organisation", sa.Column("is_named", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(_NAMED)


def downgrade() -> None:
    """Remove the column; it follows from what is published."""
    op.drop_column("organisation", "is_named")
