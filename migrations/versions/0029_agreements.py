"""Ground rules, the Chatham House Rule and the privacy notice, in versions, and who agreed to which.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = ("ground-rules", "chatham-house", "privacy")


def upgrade() -> None:
    """Make the tables, empty: nothing is in force until somebody puts it there."""
    op.create_table(
        "terms",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("cohort_id", _ID),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_since", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_by_id", _ID),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(f"kind IN {_KINDS}", name=op.f("ck_terms_kind")),
        sa.CheckConstraint("cohort_id IS NULL OR kind = 'ground-rules'", name=op.f("ck_terms_cohort_has_rules")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_terms_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_terms_made_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
    )
    op.create_index(op.f("ix_terms_cohort_id"), "terms", ["cohort_id"])
    op.create_index(op.f("ix_terms_made_by_id"), "terms", ["made_by_id"])
    for name, columns, of_whom in (("network", ["kind"], "IS NULL"), ("cohort", ["cohort_id"], "IS NOT NULL")):
        holds = sa.text(f"replaced_at IS NULL AND cohort_id {of_whom}")
        op.create_index(
            f"uq_terms_{name}", "terms", columns, unique=True, sqlite_where=holds, postgresql_where=holds
        )
    op.create_table(
        "acceptance",
        sa.Column("id", _ID, nullable=False),
        sa.Column("terms_id", _ID, nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["terms_id"], ["terms.id"], name=op.f("fk_acceptance_terms_id_terms"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_acceptance_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint("terms_id", "person_id", name=op.f("uq_acceptance_terms_id_person_id")),
    )
    op.create_index(op.f("ix_acceptance_person_id"), "acceptance", ["person_id"])


def downgrade() -> None:
    """Drop them: texts and who agreed are gone, so copy them before."""
    op.drop_table("acceptance")
    op.drop_table("terms")
