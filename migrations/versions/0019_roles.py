"""More words for what somebody did for a material: interviewee, illustrator, facilitator.

Downgrade: who is named in a word that the older version does not know is a contributor there, with the word as their
role where they had none.

Revision ID: 0019
Revises: 0018
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision: str | None = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OLD = ("author", "contributor", "editor", "reviewer", "translator")
_MORE = {"interviewee": "Interviewee", "illustrator": "Illustrator", "facilitator": "Facilitator"}


def upgrade() -> None:
    """Widen the words. SQLite makes the table anew, since it cannot change a CHECK."""
    _words(_OLD, (*_OLD, *_MORE))


def downgrade() -> None:
    """Say it in the words that there were."""
    credit = sa.table("material_credit", sa.column("credit", sa.String), sa.column("role", sa.String))
    for word, role in _MORE.items():
        chosen = credit.update().where(credit.c.credit == word)
        op.execute(chosen.where(credit.c.role == "").values(role=role))
        op.execute(chosen.values(credit="contributor"))
    _reword("material_draft", "material_id")
    _reword("material_version", "id")
    _words((*_OLD, *_MORE), _OLD)


def _reword(name: str, key: str) -> None:
    table = sa.table(name, sa.column(key, _ID), sa.column("credits", sa.JSON))
    rows = op.get_bind().execute(sa.select(table.c[key], table.c.credits)).all()
    for number, credits in rows:
        # A list of lines; anything else holds none of these words.
        if isinstance(credits, list) and any(each["credit"] in _MORE for each in credits):
            said = [_older(each) for each in credits]
            op.execute(table.update().where(table.c[key] == number).values(credits=said))


def _older(entry: dict[str, Any]) -> dict[str, Any]:
    role = _MORE.get(entry["credit"])
    return entry if role is None else entry | {"credit": "contributor", "role": entry["role"] or role}


def _words(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    with op.batch_alter_table("material_credit", copy_from=_credit(old)) as table:
        table.drop_constraint(op.f("ck_material_credit_credit"), type_="check")
        table.create_check_constraint(op.f("ck_material_credit_credit"), _one_of(new))


def _one_of(words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"credit IN ({listed})"


def _credit(words: tuple[str, ...]) -> sa.Table:
    """The table as it stands, because SQLite does not tell of its constraints."""
    return sa.Table(
        "material_credit",
        sa.MetaData(),
        sa.Column("id", _ID, primary_key=True, nullable=False),
        sa.Column("material_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("credit", sa.String(30), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("role", sa.String(300), nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("organisation_id", _ID),
        sa.ForeignKeyConstraint(
            ["material_id"], ["material.id"], "fk_material_credit_material_id_material", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], "fk_material_credit_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], "fk_material_credit_person_id_person", ondelete="SET NULL"
        ),
        sa.CheckConstraint(_one_of(words), name="ck_material_credit_credit"),
        sa.Index("ix_material_credit_material_id", "material_id"),
        sa.Index("ix_material_credit_organisation_id", "organisation_id"),
        sa.Index("ix_material_credit_person_id", "person_id"),
    )
