"""Questions collected in the room and voted on.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STATES = ("open", "taken", "answered")


def upgrade() -> None:
    """Make the tables, empty."""
    op.create_table(
        "room_ballot",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("step_id", _ID, nullable=True),
        sa.Column("secret", sa.String(64), nullable=True),
        _key("room_ballot", "roundtable_id", "roundtable", "CASCADE"),
        _key("room_ballot", "step_id", "agenda_step", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_ballot")),
    )
    op.create_index(op.f("ix_room_ballot_roundtable_id"), "room_ballot", ["roundtable_id"])
    op.create_index(op.f("ix_room_ballot_step_id"), "room_ballot", ["step_id"])
    op.create_table(
        "room_question",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("ballot_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(64), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.CheckConstraint("votes >= 0", name=op.f("ck_room_question_votes")),
        sa.CheckConstraint(f"state IN {_STATES}", name=op.f("ck_room_question_questionstate")),
        _key("room_question", "ballot_id", "room_ballot", "CASCADE"),
        _key("room_question", "person_id", "person", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_question")),
    )
    op.create_index(op.f("ix_room_question_ballot_id"), "room_question", ["ballot_id"])
    op.create_index(op.f("ix_room_question_person_id"), "room_question", ["person_id"])
    # Without row numbers, which would keep the order of the votes.
    op.create_table(
        "room_question_vote",
        sa.Column("question_id", _ID, nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        _key("room_question_vote", "question_id", "room_question", "CASCADE"),
        sa.PrimaryKeyConstraint("question_id", "mark", name=op.f("pk_room_question_vote")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("room_question_vote", "room_question", "room_ballot"):
        op.drop_table(table)


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
