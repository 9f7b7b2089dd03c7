"""Materials that are recommended on the home page, and which are alike by their words.

Revision ID: 0053
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nothing is recommended yet; what is alike is found when something is published, or the search is rebuilt."""
    op.add_column("material", sa.Column("recommended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_material_recommended_at"), "material", ["recommended_at"])
    op.create_table(
        "material_word",
        sa.Column("material_id", _ID, nullable=False),
        sa.Column("word", sa.String(80), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        _key("material_word", "material_id"),
        sa.PrimaryKeyConstraint("material_id", "word", name=op.f("pk_material_word")),
    )
    op.create_index(op.f("ix_material_word_word"), "material_word", ["word"])
    op.create_table(
        "material_alike",
        sa.Column("material_id", _ID, nullable=False),
        sa.Column("other_id", _ID, nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        _key("material_alike", "material_id"),
        _key("material_alike", "other_id"),
        sa.PrimaryKeyConstraint("material_id", "other_id", name=op.f("pk_material_alike")),
    )
    op.create_index(op.f("ix_material_alike_other_id"), "material_alike", ["other_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("material_alike")
    op.drop_table("material_word")
    op.drop_index(op.f("ix_material_recommended_at"), "material")
    op.drop_column("material", "recommended_at")


def _key(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_material")
    return sa.ForeignKeyConstraint([column], ["material.id"], name=name, ondelete="CASCADE")
