"""Quotations of answers in materials, and the consent that they need.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)
_WORDS = ("yes", "tacit", "change", "no", "withdrawn", "again")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def _attribution() -> sa.Enum:
    return _choice("attribution", "person", "organisation", "unattributed")


def upgrade() -> None:
    """Make the tables, and let a seat have somebody who signs for its organisation."""
    op.add_column("membership", sa.Column("is_signatory", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("material_draft") as draft:
        draft.add_column(sa.Column("passages", sa.JSON(), nullable=False, server_default="[]"))
    _make_quotation()
    _make_wording()
    _make_speaker()
    _make_records()


def downgrade() -> None:
    """Drop them. Versions that show a quotation keep its place, without words."""
    for name in ("repair_wish", "dismissal", "shown", "decision", "speaker", "wording"):
        op.drop_table(f"quotation_{name}")
    op.drop_table("quotation")
    op.drop_column("material_draft", "passages")
    op.drop_column("membership", "is_signatory")


def _make_quotation() -> None:
    op.create_table(
        "quotation",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ref", sa.String(8), nullable=False),
        sa.Column("material_id", _ID, nullable=False),
        sa.Column("asking_id", _ID, nullable=True),
        sa.Column("response_id", _ID, nullable=True),
        sa.Column("author_id", _ID, nullable=True),
        sa.Column("most", _attribution(), nullable=False),
        sa.Column("organisation_id", _ID, nullable=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.Column("dropped_at", _WHEN, nullable=True),
        sa.Column("withdrawn_at", _WHEN, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("quotation", "material_id", "material", "CASCADE"),
        _key("quotation", "asking_id", "asking", "SET NULL"),
        _key("quotation", "response_id", "response", "SET NULL"),
        _key("quotation", "author_id", "person", "SET NULL"),
        _key("quotation", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation")),
        sa.UniqueConstraint("ref", name=op.f("uq_quotation_ref")),
    )
    _index("quotation", "material_id", "asking_id", "response_id", "author_id", "organisation_id")


def _make_wording() -> None:
    op.create_table(
        "quotation_wording",
        sa.Column("id", _ID, nullable=False),
        sa.Column("quotation_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("attribution", _attribution(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("organisation_id", _ID, nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("is_repair", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", _ID, nullable=True),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.Column("asked_at", _WHEN, nullable=True),
        sa.Column("answer_by", _WHEN, nullable=True),
        sa.Column("reminded_at", _WHEN, nullable=True),
        sa.Column("consented_at", _WHEN, nullable=True),
        _key("quotation_wording", "quotation_id", "quotation", "CASCADE"),
        _key("quotation_wording", "organisation_id", "organisation"),
        _key("quotation_wording", "made_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation_wording")),
        sa.UniqueConstraint("quotation_id", "number", name=op.f("uq_quotation_wording_quotation_id_number")),
    )
    _index("quotation_wording", "organisation_id", "made_by_id", "answer_by")


def _make_speaker() -> None:
    op.create_table(
        "quotation_speaker",
        sa.Column("id", _ID, nullable=False),
        sa.Column("wording_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("capacity", _choice("capacity", "author", "signatory"), nullable=False),
        sa.Column("said", _choice("word", *_WORDS), nullable=True),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("agrees_at", _WHEN, nullable=True),
        sa.Column("mailed_at", _WHEN, nullable=True),
        sa.Column("withdrawn_at", _WHEN, nullable=True),
        _key("quotation_speaker", "wording_id", "quotation_wording", "CASCADE"),
        _key("quotation_speaker", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation_speaker")),
        sa.UniqueConstraint("wording_id", "person_id", "capacity", name=op.f("uq_quotation_speaker_wording_id_person_id_capacity")),
    )
    _index("quotation_speaker", "person_id")


def _make_records() -> None:
    op.create_table(
        "quotation_decision",
        sa.Column("id", _ID, nullable=False),
        sa.Column("quotation_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("word", _choice("word", *_WORDS), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        _key("quotation_decision", "quotation_id", "quotation", "CASCADE"),
        _key("quotation_decision", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation_decision")),
    )
    _index("quotation_decision", "quotation_id", "person_id")
    op.create_table(
        "quotation_shown",
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("wording_id", _ID, nullable=False),
        _key("quotation_shown", "version_id", "material_version", "CASCADE"),
        _key("quotation_shown", "wording_id", "quotation_wording", "CASCADE"),
        sa.PrimaryKeyConstraint("version_id", "wording_id", name=op.f("pk_quotation_shown")),
    )
    _index("quotation_shown", "wording_id")
    op.create_table(
        "quotation_dismissal",
        sa.Column("id", _ID, nullable=False),
        sa.Column("material_id", _ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dismissed_by_id", _ID, nullable=True),
        sa.Column("dismissed_at", _WHEN, nullable=False),
        _key("quotation_dismissal", "material_id", "material", "CASCADE"),
        _key("quotation_dismissal", "dismissed_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation_dismissal")),
    )
    _index("quotation_dismissal", "material_id", "dismissed_by_id")
    op.create_table(
        "quotation_repair_wish",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("since", _WHEN, nullable=False),
        _key("quotation_repair_wish", "person_id", "person", "CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_quotation_repair_wish")),
    )


def _key(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=ondelete)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
