"""Answers "maybe", "my deputy comes" and "waiting"; places held; one place for each organisation; a quorum.

Downgrade: answers that the older version does not know are forgotten, and what they held is free.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OLD = ("accepted", "declined", "writing")
_NEW = ("accepted", "tentative", "deputy", "writing", "declined", "waiting")


def upgrade() -> None:
    """Widen the answers, add the columns. SQLite makes the table of answers anew, since it cannot change a CHECK."""
    op.add_column("roundtable", sa.Column("one_each", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("roundtable", sa.Column("quorum", sa.Integer()))
    with op.batch_alter_table("attendance", copy_from=_attendance(_OLD)) as table:
        _answers(table, _NEW)
        table.add_column(sa.Column("held_until", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("seat_id", _ID))
        table.create_foreign_key(op.f("fk_attendance_seat_id_seat"), "seat", ["seat_id"], ["id"], ondelete="SET NULL")
        table.create_unique_constraint(op.f("uq_attendance_roundtable_id_seat_id"), ["roundtable_id", "seat_id"])
        held = "held_until IS NULL OR answer = 'waiting'"
        table.create_check_constraint(op.f("ck_attendance_held_for_who_waits"), held)
        table.create_index(op.f("ix_attendance_seat_id"), ["seat_id"])


def downgrade() -> None:
    """Forget what the older version has no word for."""
    held = "SELECT count(*) FROM attendance WHERE roundtable_id = roundtable.id AND held_until IS NOT NULL"
    op.execute(f"UPDATE roundtable SET accepted = accepted - ({held})")
    op.execute("DELETE FROM attendance WHERE answer IN ('tentative', 'deputy', 'waiting')")
    with op.batch_alter_table("attendance", copy_from=_attendance(_NEW, is_new=True)) as table:
        table.drop_index(op.f("ix_attendance_seat_id"))
        table.drop_constraint(op.f("ck_attendance_held_for_who_waits"), type_="check")
        table.drop_constraint(op.f("uq_attendance_roundtable_id_seat_id"), type_="unique")
        table.drop_constraint(op.f("fk_attendance_seat_id_seat"), type_="foreignkey")
        table.drop_column("seat_id")
        table.drop_column("held_until")
        _answers(table, _OLD)
    op.drop_column("roundtable", "quorum")
    op.drop_column("roundtable", "one_each")


def _answers(table: BatchOperations, words: tuple[str, ...]) -> None:
    table.drop_constraint(op.f("ck_attendance_answer"), type_="check")
    table.create_check_constraint(op.f("ck_attendance_answer"), _one_of(words))


def _one_of(words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"answer IN ({listed})"


def _attendance(words: tuple[str, ...], *, is_new: bool = False) -> sa.Table:
    """The table as it stands, because SQLite does not tell of its constraints."""
    table = sa.Table(
        "attendance",
        sa.MetaData(),
        sa.Column("id", _ID, primary_key=True, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("answer", sa.String(30), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], "fk_attendance_person_id_person", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["roundtable_id"], ["roundtable.id"], "fk_attendance_roundtable_id_roundtable", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("roundtable_id", "person_id", name="uq_attendance_roundtable_id_person_id"),
        sa.CheckConstraint(_one_of(words), name="ck_attendance_answer"),
        sa.Index("ix_attendance_person_id", "person_id"),
    )
    if is_new:
        table.append_column(sa.Column("held_until", sa.DateTime(timezone=True)))
        table.append_column(sa.Column("seat_id", _ID))
        table.append_constraint(
            sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], "fk_attendance_seat_id_seat", ondelete="SET NULL")
        )
        table.append_constraint(
            sa.UniqueConstraint("roundtable_id", "seat_id", name="uq_attendance_roundtable_id_seat_id")
        )
        table.append_constraint(
            sa.CheckConstraint("held_until IS NULL OR answer = 'waiting'", name="ck_attendance_held_for_who_waits")
        )
        sa.Index("ix_attendance_seat_id", table.c.seat_id)
    return table
