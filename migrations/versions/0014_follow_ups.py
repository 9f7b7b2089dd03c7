"""Questions asked back to responses, and with whom these resonate.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "follow_up",
        sa.Column("id", _ID, nullable=False),
        sa.Column("response_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=True),
        sa.Column(
            "audience",
            sa.Enum(
                "private", "facilitators", "cohort", "public",
                name="visibility", native_enum=False, create_constraint=True, length=30,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("answer_source", sa.Text(), nullable=True),
        sa.Column("answer_html", sa.Text(), nullable=True),
        sa.Column("is_left", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("audience <> 'private'", name=op.f("ck_follow_up_is_read")),
        sa.CheckConstraint("(answer_source IS NULL) = (answered_at IS NULL)", name=op.f("ck_follow_up_is_answered")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_follow_up_response_id_response"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_follow_up_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_follow_up_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_response_id"), "follow_up", ["response_id"])
    op.create_index(op.f("ix_follow_up_person_id"), "follow_up", ["person_id"])
    op.create_index(op.f("ix_follow_up_organisation_id"), "follow_up", ["organisation_id"])
    op.create_index(
        "uq_follow_up_open",
        "follow_up",
        ["response_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "resonance",
        sa.Column("response_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_resonance_response_id_response"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_resonance_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("response_id", "person_id", name=op.f("pk_resonance")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_resonance_person_id"), "resonance", ["person_id"])


def downgrade() -> None:
    """Drop them."""
    for name in ("resonance", "follow_up"):
        op.drop_table(name)
