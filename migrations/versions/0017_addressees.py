"""Prompts put to some, or answered by organisations; the set of prompts that somebody keeps.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# What was put to some must not be put to all by going back, so it is withdrawn: only who answered still comes to it.
_WITHDRAW = "UPDATE asking SET withdrawn_at = opens_at WHERE is_to_some AND withdrawn_at IS NULL"
# Whoever wrote in a shared draft keeps it as a draft of their own; who holds a seat is done when the seat is.
_KEEP_DRAFTS = """
    INSERT INTO draft (asking_id, person_id, source, visibility, attribution, saved_at, version)
    SELECT d.asking_id, a.person_id, d.source, d.visibility, d.attribution, d.saved_at, 1
    FROM shared_draft d JOIN shared_draft_author a ON a.draft_id = d.id
    WHERE NOT EXISTS (SELECT 1 FROM draft o WHERE o.asking_id = d.asking_id AND o.person_id = a.person_id)
"""
_KEEP_DONE = """
    INSERT INTO done (asking_id, person_id)
    SELECT DISTINCT s.asking_id, m.person_id
    FROM seat_done s JOIN membership m ON m.seat_id = s.seat_id AND m.left_at IS NULL
    WHERE NOT EXISTS (SELECT 1 FROM done o WHERE o.asking_id = s.asking_id AND o.person_id = m.person_id)
"""


def upgrade() -> None:
    """Make the tables. What was asked before was asked of all, and of each."""
    for name in ("is_to_some", "is_per_seat"):
        op.add_column("asking", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    _make_addressee()
    _make_answers_of_seats()
    op.create_table(
        "quotation_coauthor",
        sa.Column("id", _ID, nullable=False),
        sa.Column("quotation_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        _key("quotation_coauthor", "quotation_id", "quotation"),
        _key("quotation_coauthor", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation_coauthor")),
    )
    _index("quotation_coauthor", "quotation_id", "person_id")
    op.create_table(
        "kept_prompt",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("prompt_id", _ID, nullable=False),
        _key("kept_prompt", "person_id", "person"),
        _key("kept_prompt", "prompt_id", "prompt"),
        sa.PrimaryKeyConstraint("person_id", "prompt_id", name=op.f("pk_kept_prompt")),
        sqlite_with_rowid=False,
    )
    _index("kept_prompt", "prompt_id")


def downgrade() -> None:
    """Drop them, so that nobody sees more than before and nobody loses what they typed."""
    for statement in (_WITHDRAW, _KEEP_DRAFTS, _KEEP_DONE):
        op.execute(statement)
    op.drop_table("quotation_coauthor")
    for name in ("kept_prompt", "seat_done", "shared_draft_author", "shared_draft", "response_author", "addressee"):
        op.drop_table(name)
    for name in ("is_per_seat", "is_to_some"):
        op.drop_column("asking", name)


def _make_addressee() -> None:
    op.create_table(
        "addressee",
        sa.Column("id", _ID, nullable=False),
        sa.Column("asking_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("seat_id", _ID, nullable=True),
        sa.CheckConstraint("(person_id IS NULL) <> (seat_id IS NULL)", name=op.f("ck_addressee_is_one")),
        _key("addressee", "asking_id", "asking"),
        _key("addressee", "person_id", "person"),
        _key("addressee", "seat_id", "seat"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addressee")),
        sa.UniqueConstraint("asking_id", "person_id", name=op.f("uq_addressee_asking_id_person_id")),
        sa.UniqueConstraint("asking_id", "seat_id", name=op.f("uq_addressee_asking_id_seat_id")),
    )
    _index("addressee", "person_id", "seat_id")


def _make_answers_of_seats() -> None:
    op.create_table(
        "response_author",
        sa.Column("response_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        _key("response_author", "response_id", "response"),
        _key("response_author", "person_id", "person"),
        sa.PrimaryKeyConstraint("response_id", "person_id", name=op.f("pk_response_author")),
        sqlite_with_rowid=False,
    )
    _index("response_author", "person_id")
    op.create_table(
        "shared_draft",
        sa.Column("id", _ID, nullable=False),
        sa.Column("asking_id", _ID, nullable=False),
        sa.Column("seat_id", _ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("visibility", _choice("visibility", "private", "facilitators", "cohort", "public"), nullable=True),
        sa.Column("attribution", _choice("attribution", "person", "organisation", "unattributed"), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("shared_draft", "asking_id", "asking"),
        _key("shared_draft", "seat_id", "seat"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_draft")),
        sa.UniqueConstraint("asking_id", "seat_id", name=op.f("uq_shared_draft_asking_id_seat_id")),
    )
    _index("shared_draft", "seat_id")
    op.create_table(
        "shared_draft_author",
        sa.Column("draft_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        _key("shared_draft_author", "draft_id", "shared_draft"),
        _key("shared_draft_author", "person_id", "person"),
        sa.PrimaryKeyConstraint("draft_id", "person_id", name=op.f("pk_shared_draft_author")),
        sqlite_with_rowid=False,
    )
    _index("shared_draft_author", "person_id")
    op.create_table(
        "seat_done",
        sa.Column("asking_id", _ID, nullable=False),
        sa.Column("seat_id", _ID, nullable=False),
        sa.Column("response_id", _ID, nullable=True),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        _key("seat_done", "asking_id", "asking"),
        _key("seat_done", "seat_id", "seat"),
        _key("seat_done", "response_id", "response", "SET NULL"),
        sa.PrimaryKeyConstraint("asking_id", "seat_id", name=op.f("pk_seat_done")),
        sa.UniqueConstraint("response_id", name=op.f("uq_seat_done_response_id")),
        sqlite_with_rowid=False,
    )
    _index("seat_done", "seat_id")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def _key(table: str, column: str, to: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=ondelete)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
