"""Reviews of materials before they are published, and publications that are planned.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    """Make the tables."""
    _make_round()
    _make_text()
    _make_reviewer()
    _make_decision()
    _make_comment()
    _make_schedule()


def downgrade() -> None:
    """Drop them: what was said in reviews is gone, what was published stays."""
    for name in (
        "material_schedule", "review_answer", "review_comment", "review_decision", "review_reviewer", "review_text",
        "review_round",
    ):  # fmt: skip
        op.drop_table(name)


def _make_round() -> None:
    op.create_table(
        "review_round",
        sa.Column("id", _ID, nullable=False),
        sa.Column("material_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=True),
        sa.Column("wished_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("opened_at", _WHEN, nullable=False),
        sa.Column("opened_by_id", _ID, nullable=True),
        sa.Column("ending", _choice("ending", "published", "closed", "discarded"), nullable=True),
        sa.Column("closed_at", _WHEN, nullable=True),
        sa.Column("closed_by_id", _ID, nullable=True),
        sa.Column("closed_why", sa.Text(), nullable=False),
        _key("review_round", "material_id", "material", "CASCADE"),
        _key("review_round", "opened_by_id", "person", "SET NULL"),
        _key("review_round", "closed_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_round")),
        sa.UniqueConstraint("material_id", "number", name=op.f("uq_review_round_material_id_number")),
        sa.UniqueConstraint("material_id", "is_open", name=op.f("uq_review_round_material_id_is_open")),
    )
    _index("review_round", "opened_by_id", "closed_by_id")


def _make_text() -> None:
    op.create_table(
        "review_text",
        sa.Column("id", _ID, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("language", sa.String(80), nullable=False),
        sa.Column("licence", sa.String(80), nullable=False),
        sa.Column("video_url", sa.Text(), nullable=False),
        sa.Column("credits", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sent_at", _WHEN, nullable=False),
        sa.Column("sent_by_id", _ID, nullable=True),
        _key("review_text", "round_id", "review_round", "CASCADE"),
        _key("review_text", "sent_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_text")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_review_text_round_id_number")),
    )
    _index("review_text", "sent_by_id")


def _make_reviewer() -> None:
    op.create_table(
        "review_reviewer",
        sa.Column("id", _ID, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("email", sa.String(300), nullable=True),
        sa.Column("email_key", sa.String(300), nullable=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("asked_at", _WHEN, nullable=False),
        sa.Column("reminded_at", _WHEN, nullable=True),
        sa.Column("removed_at", _WHEN, nullable=True),
        _key("review_reviewer", "round_id", "review_round", "CASCADE"),
        _key("review_reviewer", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_reviewer")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_review_reviewer_round_id_person_id")),
        sa.UniqueConstraint("round_id", "email_key", name=op.f("uq_review_reviewer_round_id_email_key")),
    )
    _index("review_reviewer", "person_id", "email_key")


def _make_decision() -> None:
    op.create_table(
        "review_decision",
        sa.Column("id", _ID, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("reviewer_id", _ID, nullable=False),
        sa.Column("text_id", _ID, nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("verdict", _choice("verdict", "approved", "changes"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        _key("review_decision", "round_id", "review_round", "CASCADE"),
        _key("review_decision", "reviewer_id", "review_reviewer", "CASCADE"),
        _key("review_decision", "text_id", "review_text", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_decision")),
    )
    _index("review_decision", "round_id", "reviewer_id", "text_id")


def _make_comment() -> None:
    op.create_table(
        "review_comment",
        sa.Column("id", _ID, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("reviewer_id", _ID, nullable=False),
        sa.Column("text_id", _ID, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("excerpt", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("resolved_at", _WHEN, nullable=True),
        sa.Column("resolved_by_id", _ID, nullable=True),
        _key("review_comment", "round_id", "review_round", "CASCADE"),
        _key("review_comment", "reviewer_id", "review_reviewer", "CASCADE"),
        _key("review_comment", "text_id", "review_text", "CASCADE"),
        _key("review_comment", "resolved_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment")),
    )
    _index("review_comment", "round_id", "reviewer_id", "text_id", "resolved_by_id")
    op.create_table(
        "review_answer",
        sa.Column("id", _ID, nullable=False),
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("is_reviewer", sa.Boolean(), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        _key("review_answer", "comment_id", "review_comment", "CASCADE"),
        _key("review_answer", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_answer")),
    )
    _index("review_answer", "comment_id", "person_id")


def _make_schedule() -> None:
    outcome = _choice("outcome", "published", "changed", "failed", "cancelled")
    op.create_table(
        "material_schedule",
        sa.Column("id", _ID, nullable=False),
        sa.Column("material_id", _ID, nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=True),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("zone", sa.String(80), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.Column("made_by_id", _ID, nullable=True),
        sa.Column("outcome", outcome, nullable=True),
        sa.Column("ended_at", _WHEN, nullable=True),
        _key("material_schedule", "material_id", "material", "CASCADE"),
        _key("material_schedule", "made_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_schedule")),
        sa.UniqueConstraint("material_id", "is_live", name=op.f("uq_material_schedule_material_id_is_live")),
    )
    _index("material_schedule", "made_by_id")
    op.create_index(op.f("ix_material_schedule_is_live_at"), "material_schedule", ["is_live", "at"])


def _key(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=ondelete)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
