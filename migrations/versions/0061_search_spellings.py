"""What is looked up of texts whose words are written in several ways: in Arabic with and without hamza, vowels, article.

The tokenizer of SQLite knows accents of Latin letters only, so such texts are indexed as they are spelled here. Rows that
are there already keep what was indexed of them until `peernet search rebuild`.

Revision ID: 0061
Revises: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

_COLUMNS = ("spelled_title", "spelled_text")
_DELETE = "INSERT INTO search_text (search_text, rowid, title, text) VALUES ('delete', old.id, {title}, {text});"
_INSERT = "INSERT INTO search_text (rowid, title, text) VALUES (new.id, {title}, {text});"


def upgrade() -> None:
    """Add the columns, empty, and let the index follow them."""
    for name in _COLUMNS:
        op.add_column("search_row", sa.Column(name, sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _follow("coalesce({which}.spelled_title, {which}.title)", "coalesce({which}.spelled_text, {which}.text)", _COLUMNS)


def downgrade() -> None:
    """Drop them; what they said is indexed as it is written."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        _follow("{which}.title", "{which}.text", ())
    for name in _COLUMNS:
        op.drop_column("search_row", name)
    if is_sqlite:
        op.execute("INSERT INTO search_text (search_text) VALUES ('rebuild')")


def _follow(title: str, text: str, more: tuple[str, ...]) -> None:
    old, new = ({"title": title.format(which=which), "text": text.format(which=which)} for which in ("old", "new"))
    changed = ", ".join(("id", "title", "text", *more))
    for happening, does in (
        ("INSERT", _INSERT.format(**new)),
        ("DELETE", _DELETE.format(**old)),
        (f"UPDATE OF {changed}", _DELETE.format(**old) + _INSERT.format(**new)),
    ):
        name = f"search_text_after_{happening.split()[0].lower()}"
        op.execute(f"DROP TRIGGER {name}")
        op.execute(f"CREATE TRIGGER {name} AFTER {happening} ON search_row BEGIN {does} END")
