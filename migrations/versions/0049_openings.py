"""Roundtables that everybody can sign up for, and who signed up.

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_OF_GUESTS = ("needs", "is_listed", "signed_up_at")


def upgrade() -> None:
    """Make the tables, empty; every guest until now was invited."""
    op.create_table(
        "opening",
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("closes_at", _AT, nullable=True),
        sa.Column("facilitator", sa.String(300), nullable=False),
        sa.Column("language", sa.String(80), nullable=False),
        sa.Column("asks_needs", sa.Boolean(), nullable=False),
        sa.Column("shows_asked", sa.Boolean(), nullable=False),
        sa.Column("shows_list", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("places IS NULL OR places > 0", name=op.f("ck_opening_places")),
        _key("opening", "roundtable_id", "roundtable", "id"),
        sa.PrimaryKeyConstraint("roundtable_id", name=op.f("pk_opening")),
        sa.UniqueConstraint("slug", name=op.f("uq_opening_slug")),
    )
    op.create_table(
        "sign_up",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("email", sa.String(300), nullable=False),
        sa.Column("email_key", sa.String(300), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("organisation", sa.String(300), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(80), nullable=False),
        sa.Column("mailed_at", _AT, nullable=False),
        sa.Column("confirmed_at", _AT, nullable=True),
        _key("sign_up", "roundtable_id", "opening", "roundtable_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
        sa.UniqueConstraint("roundtable_id", "email_key", name=op.f("uq_sign_up_roundtable_id_email_key")),
    )
    op.create_index(op.f("ix_sign_up_email_key"), "sign_up", ["email_key"])
    op.create_index(op.f("ix_sign_up_mailed_at"), "sign_up", ["mailed_at"])
    op.add_column("guest", sa.Column("signed_up_at", _AT, nullable=True))
    op.add_column("guest", sa.Column("is_listed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("guest", sa.Column("needs", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them. Who signed up has a place as before, like a guest who was invited."""
    for name in _OF_GUESTS:
        op.drop_column("guest", name)
    op.drop_table("sign_up")
    op.drop_table("opening")


def _key(table: str, column: str, other: str, theirs: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{theirs}"], name=name, ondelete="CASCADE")
