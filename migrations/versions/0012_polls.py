"""Polls on proposed times.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "poll",
        sa.Column("id", _ID, nullable=False),
        sa.Column("cohort_id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=True),
        sa.Column("created_by_id", _ID, nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "roundtable", "workshop", "expert", "canvas", "public",
                name="roundtablekind", native_enum=False, create_constraint=True, length=30,
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(80), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("is_whole_days", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_poll_minutes")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_poll_cohort_id_cohort"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["roundtable_id"], ["roundtable.id"], name=op.f("fk_poll_roundtable_id_roundtable"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_poll_created_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
    )
    op.create_index("ix_poll_cohort_id_closes_at", "poll", ["cohort_id", "closes_at"])
    op.create_index(op.f("ix_poll_roundtable_id"), "poll", ["roundtable_id"])
    op.create_index(op.f("ix_poll_created_by_id"), "poll", ["created_by_id"])
    op.create_table(
        "poll_option",
        sa.Column("id", _ID, nullable=False),
        sa.Column("poll_id", _ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start", sa.Time(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(start IS NULL) = (starts_at IS NULL)", name=op.f("ck_poll_option_moment")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_option_poll_id_poll"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_option")),
        sa.UniqueConstraint("poll_id", "day", "start", name=op.f("uq_poll_option_poll_id_day_start")),
    )
    op.create_table(
        "poll_answer",
        sa.Column("id", _ID, nullable=False),
        sa.Column("poll_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_answer_poll_id_poll"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_poll_answer_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_answer")),
        sa.UniqueConstraint("poll_id", "person_id", name=op.f("uq_poll_answer_poll_id_person_id")),
    )
    op.create_index(op.f("ix_poll_answer_person_id"), "poll_answer", ["person_id"])
    op.create_table(
        "poll_vote",
        sa.Column("id", _ID, nullable=False),
        sa.Column("answer_id", _ID, nullable=False),
        sa.Column("option_id", _ID, nullable=False),
        sa.Column(
            "vote",
            sa.Enum("yes", "maybe", "no", name="vote", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["poll_answer.id"], name=op.f("fk_poll_vote_answer_id_poll_answer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["option_id"], ["poll_option.id"], name=op.f("fk_poll_vote_option_id_poll_option"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_vote")),
        sa.UniqueConstraint("answer_id", "option_id", name=op.f("uq_poll_vote_answer_id_option_id")),
    )
    op.create_index(op.f("ix_poll_vote_option_id"), "poll_vote", ["option_id"])


def downgrade() -> None:
    """Drop them."""
    for name in ("poll_vote", "poll_answer", "poll_option", "poll"):
        op.drop_table(name)
