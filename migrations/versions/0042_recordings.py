"""Recordings of roundtables, and what everybody who was there says to them.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, empty: nobody was asked so far."""
    op.create_table(
        "recording",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("audience", sa.String(30), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column("terms", sa.Integer(), nullable=False),
        sa.Column("asked_at", _AT, nullable=False),
        sa.Column("asked_by_id", _ID, nullable=True),
        sa.Column("running_since", _AT, nullable=True),
        sa.Column("ran_seconds", sa.Integer(), nullable=False),
        sa.Column("media_id", _ID, nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("brought_at", _AT, nullable=True),
        sa.Column("withheld_at", _AT, nullable=True),
        sa.Column("announced_at", _AT, nullable=True),
        sa.Column("removed_at", _AT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("audience IN ('facilitators', 'cohort', 'public')", name=op.f("ck_recording_seen")),
        sa.CheckConstraint("ran_seconds >= 0", name=op.f("ck_recording_ran_seconds")),
        _key("recording", "roundtable_id", "roundtable", "CASCADE"),
        _key("recording", "asked_by_id", "person", "SET NULL"),
        _key("recording", "media_id", "media_file", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("roundtable_id", name=op.f("uq_recording_roundtable_id")),
    )
    for column in ("kept_until", "asked_by_id", "media_id"):
        op.create_index(op.f(f"ix_recording_{column}"), "recording", [column])
    op.create_table(
        "recording_consent",
        sa.Column("id", _ID, nullable=False),
        sa.Column("recording_id", _ID, nullable=False),
        sa.Column("terms", sa.Integer(), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("guest_id", _ID, nullable=True),
        sa.Column("says", sa.String(30), nullable=False),
        sa.Column("said_at", _AT, nullable=False),
        sa.Column("noted_by_id", _ID, nullable=True),
        sa.CheckConstraint("says IN ('yes', 'no')", name=op.f("ck_recording_consent_says")),
        sa.CheckConstraint(
            "(person_id IS NULL) != (guest_id IS NULL)", name=op.f("ck_recording_consent_one_of_both")
        ),
        _key("recording_consent", "recording_id", "recording", "CASCADE"),
        _key("recording_consent", "person_id", "person", "CASCADE"),
        _key("recording_consent", "guest_id", "guest", "CASCADE"),
        _key("recording_consent", "noted_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_consent")),
    )
    op.create_index(op.f("ix_recording_consent_recording_id_terms"), "recording_consent", ["recording_id", "terms"])
    for column in ("person_id", "guest_id", "noted_by_id"):
        op.create_index(op.f(f"ix_recording_consent_{column}"), "recording_consent", [column])


def downgrade() -> None:
    """Drop them. Files of recordings stay until those who brought them go, or an operator removes them."""
    op.drop_table("recording_consent")
    op.drop_table("recording")


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
