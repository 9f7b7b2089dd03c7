"""Mail that comes in; in the outbox where answers go and what is an answer itself; since when a roundtable has its time.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OUTCOMES = ("report", "taken", "returned", "automatic", "stranger", "other")


def upgrade() -> None:
    op.create_table(
        "incoming_mail",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("letter", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(*_OUTCOMES, name="outcome", native_enum=False, create_constraint=True, length=30),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_incoming_mail_key")),
    )
    op.create_index(op.f("ix_incoming_mail_received_at"), "incoming_mail", ["received_at"])
    with op.batch_alter_table("mail") as mail:
        mail.add_column(sa.Column("reply_token_id", _ID, nullable=True))
        mail.add_column(sa.Column("in_reply_to", sa.String(length=200), nullable=True))
        mail.create_foreign_key(
            op.f("fk_mail_reply_token_id_token"), "token", ["reply_token_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index(op.f("ix_mail_to_address_created_at"), "mail", ["to_address", "created_at"])
    op.add_column("roundtable", sa.Column("moved_sequence", sa.Integer(), nullable=False, server_default="0"))
    # Which of the earlier ones had another time is not known, so an answer to any of them is none to the present one.
    op.execute("UPDATE roundtable SET moved_sequence = sequence")


def downgrade() -> None:
    op.drop_column("roundtable", "moved_sequence")
    op.drop_index(op.f("ix_mail_to_address_created_at"), table_name="mail")
    with op.batch_alter_table("mail") as mail:
        mail.drop_constraint(op.f("fk_mail_reply_token_id_token"), type_="foreignkey")
        mail.drop_column("in_reply_to")
        mail.drop_column("reply_token_id")
    op.drop_index(op.f("ix_incoming_mail_received_at"), table_name="incoming_mail")
    op.drop_table("incoming_mail")
