"""Who sits with whom.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "grouping",
        sa.Column("id", _ID, nullable=False),
        sa.Column("cohort_id", _ID, nullable=False),
        sa.Column("created_by_id", _ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "ready", "failed", "announced",
                name="groupingstate", native_enum=False, create_constraint=True, length=30,
            ),
            nullable=False,
        ),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_grouping_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_grouping_created_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grouping")),
    )
    op.create_index(op.f("ix_grouping_cohort_id"), "grouping", ["cohort_id"])
    op.create_index(op.f("ix_grouping_created_by_id"), "grouping", ["created_by_id"])
    op.create_table(
        "group_seat",
        sa.Column("id", _ID, nullable=False),
        sa.Column("grouping_id", _ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("table_number", sa.Integer(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column(
            "duty",
            sa.Enum("notes", "time", name="duty", native_enum=False, create_constraint=True, length=30),
            nullable=True,
        ),
        sa.CheckConstraint("round > 0 AND table_number > 0", name=op.f("ck_group_seat_counted_from_one")),
        sa.ForeignKeyConstraint(
            ["grouping_id"], ["grouping.id"], name=op.f("fk_group_seat_grouping_id_grouping"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_group_seat_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_seat")),
        sa.UniqueConstraint(
            "grouping_id", "round", "person_id", name=op.f("uq_group_seat_grouping_id_round_person_id")
        ),
        sa.UniqueConstraint(
            "grouping_id", "round", "table_number", "duty",
            name=op.f("uq_group_seat_grouping_id_round_table_number_duty"),
        ),
    )
    op.create_index(op.f("ix_group_seat_person_id"), "group_seat", ["person_id"])
    op.create_table(
        "roundtable_grouping",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("grouping_id", _ID, nullable=False),
        sa.Column("is_announced", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["roundtable_id"],
            ["roundtable.id"],
            name=op.f("fk_roundtable_grouping_roundtable_id_roundtable"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["grouping_id"],
            ["grouping.id"],
            name=op.f("fk_roundtable_grouping_grouping_id_grouping"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roundtable_grouping")),
        sa.UniqueConstraint("grouping_id", name=op.f("uq_roundtable_grouping_grouping_id")),
    )
    op.create_index(op.f("ix_roundtable_grouping_roundtable_id"), "roundtable_grouping", ["roundtable_id"])
    op.create_index(
        "uq_roundtable_grouping_announced",
        "roundtable_grouping",
        ["roundtable_id"],
        unique=True,
        sqlite_where=sa.text("is_announced"),
        postgresql_where=sa.text("is_announced"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("uq_roundtable_grouping_announced", table_name="roundtable_grouping")
    op.drop_index(op.f("ix_roundtable_grouping_roundtable_id"), table_name="roundtable_grouping")
    op.drop_table("roundtable_grouping")
    op.drop_index(op.f("ix_group_seat_person_id"), table_name="group_seat")
    op.drop_table("group_seat")
    op.drop_index(op.f("ix_grouping_created_by_id"), table_name="grouping")
    op.drop_index(op.f("ix_grouping_cohort_id"), table_name="grouping")
    op.drop_table("grouping")
