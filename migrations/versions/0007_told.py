"""Which time of a roundtable each invitee was told last.

Up: whoever holds a live link to a roundtable was told its present time. Down: nothing but that is lost.

Revision ID: 0007
Revises: 0006
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SUBJECT = re.compile(r"rsvp:(?P<roundtable>\d+):(?:guest:(?P<guest>\d+)|(?P<person>\d+))")


def upgrade() -> None:
    """Make the table, and fill it from the links."""
    told = op.create_table(
        "told",
        sa.Column("id", _ID, nullable=False),
        sa.Column("roundtable_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("guest_id", _ID, nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(80), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("is_invited", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) != (guest_id IS NULL)", name=op.f("ck_told_one_of_both")),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_told_guest_id_guest"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_told_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["roundtable_id"], ["roundtable.id"], name=op.f("fk_told_roundtable_id_roundtable"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told")),
        sa.UniqueConstraint("roundtable_id", "person_id", name=op.f("uq_told_roundtable_id_person_id")),
        sa.UniqueConstraint("roundtable_id", "guest_id", name=op.f("uq_told_roundtable_id_guest_id")),
    )
    op.create_index("ix_told_person_id", "told", ["person_id"])
    op.create_index("ix_told_guest_id", "told", ["guest_id"])
    rows = _rows()
    if rows:
        op.bulk_insert(told, rows)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("told")


def _rows() -> list[dict[str, object]]:
    bind = op.get_bind()
    moment = sa.DateTime(timezone=True)
    found = sa.text("SELECT id, starts_at, zone, minutes FROM roundtable").columns(starts_at=moment)
    times = {row.id: row for row in bind.execute(found)}
    known = {kind: set(bind.scalars(sa.text(f"SELECT id FROM {kind}"))) for kind in ("person", "guest")}
    links = bind.scalars(sa.text("SELECT subject FROM token WHERE purpose = 'rsvp' AND revoked_at IS NULL ORDER BY id"))
    rows = {}
    for named in filter(None, map(_SUBJECT.fullmatch, links)):
        time = times.get(int(named["roundtable"]))
        kind = "guest" if named["guest"] else "person"
        who = int(named[kind])
        if time is not None and who in known[kind]:
            row = {"roundtable_id": time.id, "person_id": None, "guest_id": None, f"{kind}_id": who}
            row |= {"starts_at": time.starts_at, "zone": time.zone, "minutes": time.minutes, "is_invited": True}
            rows[time.id, kind, who] = row
    return list(rows.values())
