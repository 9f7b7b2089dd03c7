"""What people took on at roundtables.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STATES = ("open", "done", "dropped")


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "commitment",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.CheckConstraint(f"state IN {_STATES}", name=op.f("ck_commitment_commitmentstate")),
        _key("roundtable_id", "roundtable"),
        _key("person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    op.create_index(op.f("ix_commitment_roundtable_id"), "commitment", ["roundtable_id"])
    op.create_index(op.f("ix_commitment_person_id_state"), "commitment", ["person_id", "state"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("commitment")


def _key(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_commitment_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")
