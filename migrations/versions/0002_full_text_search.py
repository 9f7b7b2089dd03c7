"""The full-text index of search_row.

SQLite: an FTS5 table with the rows as its external content, followed by triggers.
PostgreSQL: a table of vectors beside the rows, with a GIN index; the vectors come from the application, which folds
accents and splits words the same way for both databases. Where rows are there already, they get vectors that know no
folding until `peernet search rebuild`.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    """
    CREATE VIRTUAL TABLE search_text USING fts5(
        title, text, content='search_row', content_rowid='id',
        tokenize="unicode61 remove_diacritics 2"
    )
    """,
    """
    CREATE TRIGGER search_text_after_insert AFTER INSERT ON search_row BEGIN
        INSERT INTO search_text (rowid, title, text) VALUES (new.id, new.title, new.text);
    END
    """,
    """
    CREATE TRIGGER search_text_after_delete AFTER DELETE ON search_row BEGIN
        INSERT INTO search_text (search_text, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
    END
    """,
    """
    CREATE TRIGGER search_text_after_update AFTER UPDATE OF id, title, text ON search_row BEGIN
        INSERT INTO search_text (search_text, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
        INSERT INTO search_text (rowid, title, text) VALUES (new.id, new.title, new.text);
    END
    """,
    "INSERT INTO search_text (search_text) VALUES ('rebuild')",
)

POSTGRESQL = (
    """
    CREATE TABLE search_text (
        id bigint NOT NULL CONSTRAINT pk_search_text PRIMARY KEY
            CONSTRAINT fk_search_text_id_search_row REFERENCES search_row (id) ON DELETE CASCADE,
        vector tsvector NOT NULL
    )
    """,
    "CREATE INDEX search_text_vector ON search_text USING gin (vector)",
    """
    INSERT INTO search_text (id, vector)
    SELECT id, setweight(to_tsvector('simple', title), 'A')
            || setweight(to_tsvector('simple', left(text, 100000)), 'B')
    FROM search_row
    """,
)


def upgrade() -> None:
    """Make the index and fill it."""
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drop the index; the rows stay."""
    if op.get_bind().dialect.name == "sqlite":
        for happening in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER search_text_after_{happening}")
    op.execute("DROP TABLE search_text")
