"""Who asked to be forgotten.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "erasure",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        *_constraints("erasure"),
    )
    op.create_index(op.f("ix_erasure_due_at"), "erasure", ["due_at"])


def downgrade() -> None:
    """Drop it. An account whose holder asked to be forgotten is closed, since nothing would carry it out any more."""
    op.execute(
        "UPDATE person SET disabled_at = CURRENT_TIMESTAMP"
        " WHERE disabled_at IS NULL AND id IN (SELECT person_id FROM erasure)"
    )
    op.drop_table("erasure")


def _constraints(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("person_id", name=op.f(f"uq_{table}_person_id")),
    )
