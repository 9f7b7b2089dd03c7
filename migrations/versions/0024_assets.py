"""Whose the pictures and files of a material are, and under which licence.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, empty: until something is said, a picture is its material's."""
    op.create_table(
        "material_asset",
        sa.Column("id", _ID, nullable=False),
        sa.Column("material_id", _ID, nullable=False),
        sa.Column("media_id", _ID, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("creator", sa.String(300), nullable=False),
        sa.Column("source_url", sa.String(500), nullable=False),
        sa.Column("licence", sa.String(500), nullable=False),
        sa.Column("changes", sa.String(300), nullable=False),
        sa.Column("permission", sa.String(300), nullable=False),
        sa.Column("permission_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["material_id"],
            ["material.id"],
            name=op.f("fk_material_asset_material_id_material"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media_file.id"], name=op.f("fk_material_asset_media_id_media_file"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_asset")),
        sa.UniqueConstraint("material_id", "media_id", name=op.f("uq_material_asset_material_id_media_id")),
    )
    op.create_index(op.f("ix_material_asset_media_id"), "material_asset", ["media_id"])


def downgrade() -> None:
    """Drop it; the pictures stay."""
    op.drop_table("material_asset")
