"""Vectors that know whom and what they are for, and an index of titles, on PostgreSQL.

What is found is counted without its rows, which lie far apart; so the small table of vectors has what it is narrowed
by. Of very many things those are ranked that have the words in their title: a GIN index knows no weights, and without one
of its own every vector would be read to see where its words stand. What waits in a pending list is read by each search,
and few things are written here; so there is none.

Revision ID: 0060
Revises: 0059
"""

from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take over what the rows say; SQLite knows all of it from its own index."""
    if op.get_bind().dialect.name == "sqlite":
        return
    # Filled before it is indexed: each changed vector would go into the index anew.
    op.execute("DROP INDEX search_text_vector")
    op.execute("ALTER TABLE search_text ADD COLUMN audience varchar(80), ADD COLUMN kind varchar(80)")
    op.execute(
        "UPDATE search_text AS t SET audience = r.audience, kind = r.kind FROM search_row AS r WHERE r.id = t.id"
    )
    op.execute("ALTER TABLE search_text ALTER COLUMN audience SET NOT NULL, ALTER COLUMN kind SET NOT NULL")
    op.execute("CREATE INDEX search_text_vector ON search_text USING gin (vector) WITH (fastupdate = off)")
    op.execute(
        "CREATE INDEX search_text_title ON search_text USING gin (ts_filter(vector, '{a}')) WITH (fastupdate = off)"
    )


def downgrade() -> None:
    """As it was."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP INDEX search_text_title")
    op.execute("ALTER INDEX search_text_vector RESET (fastupdate)")
    op.execute("ALTER TABLE search_text DROP COLUMN kind, DROP COLUMN audience")
