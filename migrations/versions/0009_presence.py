"""Who was there, and from when on the way in to a meeting is shown.

What was planned before goes on showing its way in as soon as somebody accepts, as its mails have told it.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("roundtable", sa.Column("link_minutes", sa.Integer(), nullable=True))
    op.create_table(
        "presence",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("guest_id", _ID, nullable=True),
        sa.Column("was_there", sa.Boolean(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("self", "facilitator", name="source", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", _ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) != (guest_id IS NULL)", name=op.f("ck_presence_one_of_both")),
        sa.ForeignKeyConstraint(
            ["roundtable_id"], ["roundtable.id"], name=op.f("fk_presence_roundtable_id_roundtable"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_presence_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_presence_guest_id_guest"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_presence_recorded_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint("roundtable_id", "person_id", name=op.f("uq_presence_roundtable_id_person_id")),
        sa.UniqueConstraint("roundtable_id", "guest_id", name=op.f("uq_presence_roundtable_id_guest_id")),
    )
    for column in ("person_id", "guest_id", "recorded_by_id"):
        op.create_index(op.f(f"ix_presence_{column}"), "presence", [column])


def downgrade() -> None:
    """Drop them. What was recorded is gone."""
    op.drop_table("presence")
    op.drop_column("roundtable", "link_minutes")
