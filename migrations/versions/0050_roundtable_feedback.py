"""What people say of a roundtable when it is over.

Revision ID: 0050
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = "roundtable_feedback"


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        _NAME,
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("guest_id", _ID, nullable=True),
        sa.Column("worth", sa.Integer(), nullable=True),
        sa.Column("will", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_id IS NULL OR guest_id IS NULL", name=op.f(f"ck_{_NAME}_one_at_most")),
        sa.CheckConstraint("worth BETWEEN 1 AND 5", name=op.f(f"ck_{_NAME}_worth")),
        *(_key(f"{other}_id", other) for other in ("roundtable", "person", "guest")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_NAME}")),
        sa.UniqueConstraint("roundtable_id", "person_id", name=op.f(f"uq_{_NAME}_roundtable_id_person_id")),
        sa.UniqueConstraint("roundtable_id", "guest_id", name=op.f(f"uq_{_NAME}_roundtable_id_guest_id")),
    )
    for column in ("person_id", "guest_id"):
        op.create_index(op.f(f"ix_{_NAME}_{column}"), _NAME, [column])


def downgrade() -> None:
    """Drop it."""
    op.drop_table(_NAME)


def _key(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{_NAME}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")
