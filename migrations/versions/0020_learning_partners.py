"""Learning partners between roundtables; offers and asks; two more duties at a table.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BEFORE = ("notes", "time")
_SINCE = (*_BEFORE, "case", "host")


def upgrade() -> None:
    """Make the tables, and let the new duties be."""
    _duties(_SINCE, _BEFORE)
    op.create_table(
        "exchange",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("offers", sa.Text(), nullable=False),
        sa.Column("asks", sa.Text(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("exchange", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_exchange")),
    )
    op.create_table(
        "exchange_topic",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("topic_id", _ID, nullable=False),
        sa.Column("is_ask", sa.Boolean(), nullable=False),
        _key("exchange_topic", "person_id", "exchange", column_there="person_id"),
        _key("exchange_topic", "topic_id", "topic"),
        sa.PrimaryKeyConstraint("person_id", "topic_id", "is_ask", name=op.f("pk_exchange_topic")),
    )
    op.create_index(op.f("ix_exchange_topic_topic_id"), "exchange_topic", ["topic_id"])
    _make_partners()


def downgrade() -> None:
    """Drop them, with the groups of partners. Who had a new duty keeps their seat."""
    op.execute("DELETE FROM group_seat WHERE grouping_id IN (SELECT grouping_id FROM partners_period)")
    groupings = [row[0] for row in op.get_bind().execute(sa.text("SELECT grouping_id FROM partners_period"))]
    for name in ("partners_met_person", "partners_met", "partners_opt_out", "partners_period", "partners_rhythm"):
        op.drop_table(name)
    for grouping_id in groupings:
        op.get_bind().execute(sa.text("DELETE FROM grouping WHERE id = :id"), {"id": grouping_id})
    op.drop_table("exchange_topic")
    op.drop_table("exchange")
    op.execute("UPDATE group_seat SET duty = NULL WHERE duty IN ('case', 'host')")
    _duties(_BEFORE, _SINCE)


def _make_partners() -> None:
    kind = sa.Enum("pair", "trio", "buddy", name="partnerskind", native_enum=False, create_constraint=True, length=30)
    op.create_table(
        "partners_rhythm",
        sa.Column("cohort_id", _ID, nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("with_leaders", sa.Boolean(), nullable=False),
        sa.Column("orgs_apart", sa.Boolean(), nullable=False),
        sa.Column("prefer", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", _ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("weeks > 0", name=op.f("ck_partners_rhythm_some_weeks")),
        _key("partners_rhythm", "cohort_id", "cohort"),
        _key("partners_rhythm", "created_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_partners_rhythm")),
    )
    op.create_index(op.f("ix_partners_rhythm_created_by_id"), "partners_rhythm", ["created_by_id"])
    op.create_table(
        "partners_period",
        sa.Column("id", _ID, nullable=False),
        sa.Column("cohort_id", _ID, nullable=False),
        sa.Column("grouping_id", _ID, nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("with_leaders", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_partners_period_ends_after_start")),
        _key("partners_period", "cohort_id", "cohort"),
        _key("partners_period", "grouping_id", "grouping"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners_period")),
        sa.UniqueConstraint("grouping_id", name=op.f("uq_partners_period_grouping_id")),
        sa.UniqueConstraint("cohort_id", "starts_on", name=op.f("uq_partners_period_cohort_id_starts_on")),
    )
    op.create_table(
        "partners_opt_out",
        sa.Column("cohort_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        _key("partners_opt_out", "cohort_id", "cohort"),
        _key("partners_opt_out", "person_id", "person"),
        sa.PrimaryKeyConstraint("cohort_id", "person_id", name=op.f("pk_partners_opt_out")),
    )
    op.create_index(op.f("ix_partners_opt_out_person_id"), "partners_opt_out", ["person_id"])
    op.create_table(
        "partners_met",
        sa.Column("id", _ID, nullable=False),
        sa.Column("period_id", _ID, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        _key("partners_met", "period_id", "partners_period"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners_met")),
        sa.UniqueConstraint("period_id", "key", name=op.f("uq_partners_met_period_id_key")),
    )
    op.create_table(
        "partners_met_person",
        sa.Column("met_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("gave_case", sa.Boolean(), nullable=False),
        _key("partners_met_person", "met_id", "partners_met"),
        _key("partners_met_person", "person_id", "person"),
        sa.PrimaryKeyConstraint("met_id", "person_id", name=op.f("pk_partners_met_person")),
    )
    op.create_index(op.f("ix_partners_met_person_person_id"), "partners_met_person", ["person_id"])


def _duties(words: tuple[str, ...], before: tuple[str, ...]) -> None:
    """SQLite makes the table anew, since it cannot change a CHECK."""
    with op.batch_alter_table("group_seat", copy_from=_group_seat(before)) as table:
        table.drop_constraint(op.f("ck_group_seat_duty"), type_="check")
        table.create_check_constraint(op.f("ck_group_seat_duty"), _one_of(words))


def _one_of(words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"duty IN ({listed})"


def _group_seat(words: tuple[str, ...]) -> sa.Table:
    unique = ("grouping_id", "round")
    return sa.Table(
        "group_seat",
        sa.MetaData(),
        sa.Column("id", _ID, nullable=False),
        sa.Column("grouping_id", _ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("table_number", sa.Integer(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("duty", sa.String(30), nullable=True),
        sa.CheckConstraint(_one_of(words), name=op.f("ck_group_seat_duty")),
        sa.CheckConstraint("round > 0 AND table_number > 0", name=op.f("ck_group_seat_counted_from_one")),
        _key("group_seat", "grouping_id", "grouping"),
        _key("group_seat", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_seat")),
        sa.UniqueConstraint(*unique, "person_id", name=op.f("uq_group_seat_grouping_id_round_person_id")),
        sa.UniqueConstraint(
            *unique, "table_number", "duty", name=op.f("uq_group_seat_grouping_id_round_table_number_duty")
        ),
        sa.Index(op.f("ix_group_seat_person_id"), "person_id"),
    )


def _key(
    table: str, column: str, to: str, ondelete: str = "CASCADE", column_there: str = "id"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.{column_there}"], name=name, ondelete=ondelete)
