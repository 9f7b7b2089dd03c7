"""Guests of a roundtable without an account.

Up: a guest takes address, name, zone and language from the account that was made for them; what they answered becomes
the guest's. Their links name the person and go on working, by the address. The accounts stay: nothing tells one that
was made for a guest from one whose holder will still come in. Who joined the cohort since keeps answering as one of it.

Down: a guest is given an account again, if their address has none. Invitations that were taken back are forgotten, and
links that name a guest are over.

Revision ID: 0005
Revises: 0004
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_ANSWERS = "answer IN ('accepted', 'tentative', 'deputy', 'writing', 'declined', 'waiting')"

_ROWS = """
    SELECT guest.roundtable_id, person.email, person.email_key, person.name, person.zone, person.language,
           roundtable.created_at AS invited_at
    FROM guest JOIN person ON person.id = guest.person_id JOIN roundtable ON roundtable.id = guest.roundtable_id
    ORDER BY guest.id
"""
# An answer given as a guest, seen from the row of attendance around: its guest, unless its person attends the cohort.
_GUEST_OF_ANSWER = """
    SELECT guest.id FROM guest JOIN person ON person.email_key = guest.email_key
    WHERE guest.roundtable_id = attendance.roundtable_id AND person.id = attendance.person_id AND NOT EXISTS (
        SELECT 1 FROM membership JOIN roundtable ON roundtable.cohort_id = membership.cohort_id
        WHERE roundtable.id = attendance.roundtable_id AND membership.person_id = attendance.person_id
        AND membership.left_at IS NULL AND membership.role IN ('member', 'facilitator', 'organiser')
    )
"""
_PERSON_OF_ANSWER = """
    SELECT person.id FROM guest JOIN person ON person.email_key = guest.email_key WHERE guest.id = attendance.guest_id
"""
# Two answers of one person, once as one of the cohort and once as a guest, cannot both stay.
_TWICE = f"""
    DELETE FROM attendance WHERE guest_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM attendance AS other WHERE other.roundtable_id = attendance.roundtable_id
        AND other.person_id = ({_PERSON_OF_ANSWER})
    )
"""



_PERSONS = """
    SELECT guest.roundtable_id, person.id AS person_id
    FROM guest JOIN person ON person.email_key = guest.email_key ORDER BY guest.id
"""
# One for each address, as its first invitation knows it.
_ACCOUNTS = """
    INSERT INTO person (email, email_key, name, about, about_html, zone, language, is_admin, is_demonstration,
                        mail_roundtables, mail_prompts, mail_news, created_at, version)
    SELECT email, email_key, name, '', '', zone, language, :no, :no, :yes, :yes, :yes, invited_at, 1
    FROM guest WHERE NOT EXISTS (SELECT 1 FROM person WHERE person.email_key = guest.email_key)
    AND NOT EXISTS (SELECT 1 FROM guest AS first WHERE first.email_key = guest.email_key AND first.id < guest.id)
"""


def upgrade() -> None:
    """Let guests be rows of their own."""
    bind = op.get_bind()
    rows = bind.execute(sa.text(_ROWS).columns(invited_at=sa.DateTime(timezone=True))).mappings().all()
    op.drop_index("ix_guest_person_id", table_name="guest")
    op.drop_table("guest")
    guest = _make_guest()
    if rows:
        op.bulk_insert(guest, [{**row, "role": "expert", "organisation": ""} for row in rows])
    with op.batch_alter_table("attendance", copy_from=_attendance(), recreate=_recreate()) as batch:
        batch.add_column(sa.Column("guest_id", _ID, nullable=True))
        batch.alter_column("person_id", existing_type=_ID, nullable=True)
        batch.create_foreign_key("fk_attendance_guest_id_guest", "guest", ["guest_id"], ["id"], ondelete="CASCADE")
        batch.create_unique_constraint("uq_attendance_roundtable_id_guest_id", ["roundtable_id", "guest_id"])
        batch.create_check_constraint("one_of_both", "(person_id IS NULL) != (guest_id IS NULL)")
        batch.create_index("ix_attendance_guest_id", ["guest_id"])
    bind.execute(
        sa.text(
            f"UPDATE attendance SET guest_id = ({_GUEST_OF_ANSWER}), person_id = NULL "
            f"WHERE EXISTS ({_GUEST_OF_ANSWER})"
        )
    )


def downgrade() -> None:
    """Give every guest an account."""
    bind = op.get_bind()
    bind.execute(sa.text("DELETE FROM guest WHERE withdrawn_at IS NOT NULL"))
    bind.execute(sa.text(_ACCOUNTS), {"no": False, "yes": True})
    bind.execute(sa.text(_TWICE))
    bind.execute(
        sa.text(
            f"UPDATE attendance SET person_id = ({_PERSON_OF_ANSWER}), guest_id = NULL WHERE guest_id IS NOT NULL"
        )
    )
    with op.batch_alter_table("attendance", copy_from=_attendance(with_guests=True), recreate=_recreate()) as batch:
        batch.drop_constraint("one_of_both", type_="check")
        batch.drop_index("ix_attendance_guest_id")
        batch.drop_constraint("uq_attendance_roundtable_id_guest_id", type_="unique")
        batch.drop_constraint("fk_attendance_guest_id_guest", type_="foreignkey")
        batch.alter_column("person_id", existing_type=_ID, nullable=False)
        batch.drop_column("guest_id")
    rows = bind.execute(sa.text(_PERSONS)).mappings().all()
    op.drop_index("ix_guest_email_key", table_name="guest")
    op.drop_table("guest")
    guest = _make_guest_of_old()
    if rows:
        op.bulk_insert(guest, [dict(row) for row in rows])


def _recreate() -> Literal["always", "never"]:
    """SQLite cannot alter such a table, so it is written anew there."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def _attendance(*, with_guests: bool = False) -> sa.Table:
    """The table of answers as it stands before the change: SQLite does not tell a table's CHECKs."""
    guests = [
        sa.Column("guest_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name="fk_attendance_guest_id_guest", ondelete="CASCADE"),
        sa.UniqueConstraint("roundtable_id", "guest_id", name="uq_attendance_roundtable_id_guest_id"),
        sa.CheckConstraint("(person_id IS NULL) != (guest_id IS NULL)", name=op.f("ck_attendance_one_of_both")),
        sa.Index("ix_attendance_guest_id", "guest_id"),
    ]
    return sa.Table(
        "attendance",
        sa.MetaData(),
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=with_guests),
        sa.Column("answer", sa.String(30), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("seat_id", _ID),
        sa.PrimaryKeyConstraint("id", name="pk_attendance"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_attendance_person_id_person", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["roundtable_id"], ["roundtable.id"], name="fk_attendance_roundtable_id_roundtable", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("roundtable_id", "person_id", name="uq_attendance_roundtable_id_person_id"),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name="fk_attendance_seat_id_seat", ondelete="SET NULL"),
        sa.UniqueConstraint("roundtable_id", "seat_id", name="uq_attendance_roundtable_id_seat_id"),
        sa.CheckConstraint(_ANSWERS, name=op.f("ck_attendance_answer")),
        sa.CheckConstraint("held_until IS NULL OR answer = 'waiting'", name=op.f("ck_attendance_held_for_who_waits")),
        sa.Index("ix_attendance_person_id", "person_id"),
        sa.Index("ix_attendance_seat_id", "seat_id"),
        *(guests if with_guests else []),
    )


def _make_guest() -> sa.Table:
    made = op.create_table(
        "guest",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column(
            "role",
            sa.Enum("expert", "guest", name="guestrole", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=300), nullable=False),
        sa.Column("email_key", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("organisation", sa.String(length=300), nullable=False),
        sa.Column("zone", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=80), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["roundtable_id"], ["roundtable.id"], name=op.f("fk_guest_roundtable_id_roundtable"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("roundtable_id", "email_key", name=op.f("uq_guest_roundtable_id_email_key")),
    )
    op.create_index("ix_guest_email_key", "guest", ["email_key"], unique=False)
    return made


def _make_guest_of_old() -> sa.Table:
    made = op.create_table(
        "guest",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_guest_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["roundtable_id"], ["roundtable.id"], name=op.f("fk_guest_roundtable_id_roundtable"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("roundtable_id", "person_id", name=op.f("uq_guest_roundtable_id_person_id")),
    )
    op.create_index("ix_guest_person_id", "guest", ["person_id"], unique=False)
    return made
