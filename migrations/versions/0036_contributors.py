"""How people with an account wish to be named with a material, and the lines of a version that name them.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WISHES = ("name", "organisation", "unnamed", "refused")


def upgrade() -> None:
    """Make the table and the column, empty: before, nobody with an account was chosen."""
    table = "material_contributor"
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        sa.Column("material_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("wish", sa.Enum(*_WISHES, name="wish", native_enum=False, create_constraint=True, length=30)),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True)),
        sa.Column("reminded_at", sa.DateTime(timezone=True)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["material_id"], ["material.id"], name=op.f(f"fk_{table}_material_id_material"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("material_id", "person_id", name=op.f(f"uq_{table}_material_id_person_id")),
    )
    op.create_index(op.f("ix_material_contributor_person_id"), table, ["person_id"])
    op.add_column("material_version", sa.Column("lines", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop them; names stay as readers see them. A line of a draft that names a person goes, since its name is not
    there."""
    op.execute("DELETE FROM material_credit WHERE person_id IS NOT NULL AND name = '' AND organisation_id IS NULL")
    _without_people("material_draft", "material_id")
    _without_people("material_draft_earlier", "id")
    op.drop_column("material_version", "lines")
    op.drop_table("material_contributor")


def _without_people(name: str, key: str) -> None:
    table = sa.table(name, sa.column(key, _ID), sa.column("credits", sa.JSON))
    for number, credits in op.get_bind().execute(sa.select(table.c[key], table.c.credits)).all():
        if isinstance(credits, list) and any("person_id" in each for each in credits):
            kept = [each for each in credits if "person_id" not in each or each["organisation_id"] is not None]
            plain = [{word: value for word, value in each.items() if word != "person_id"} for each in kept]
            op.execute(table.update().where(table.c[key] == number).values(credits=plain))
