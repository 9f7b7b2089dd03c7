"""Reminders by choice, and one mail a day for what can wait.

Up: whoever took mail about roundtables is reminded a week and a day before; an hour before, and the daily mail, are for
those who choose them. Down: who wants neither of the two reminders takes no mail about roundtables.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NEW = ("mail_reading", "mail_day", "mail_hour", "mail_digest")


def upgrade() -> None:
    """Add the wishes, what is held for the daily mail, and when each person had theirs."""
    for name in _NEW:
        op.add_column("person", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE person SET mail_reading = mail_roundtables, mail_day = mail_roundtables")
    op.create_table(
        "held",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_held_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held")),
        sa.UniqueConstraint("key", name=op.f("uq_held_key")),
    )
    op.create_index("ix_held_person_id", "held", ["person_id", "told_at"])
    op.create_table(
        "digest",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_digest_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("digest")
    op.drop_table("held")
    no = sa.text("UPDATE person SET mail_roundtables = :no WHERE NOT mail_reading AND NOT mail_day")
    op.execute(no.bindparams(no=False))
    for name in _NEW:
        op.drop_column("person", name)
