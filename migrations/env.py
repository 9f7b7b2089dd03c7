"""Alembic's environment. The connection is handed in by ``peernet db upgrade``; there is no offline mode."""

from alembic import context

from peernet.tables import metadata

# Tables of the full-text index, which models do not describe.
HAND_MADE = "search_text"


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave what was made by hand out of comparisons."""
    return not (kind in ("table", "index", "column") and name is not None and name.startswith(HAND_MADE))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_name=include_name,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    # The transaction is the caller's, and holds all steps: SQLite's DDL is part of one as much as PostgreSQL's.
    transactional_ddl=True,
    on_version_apply=context.config.attributes["on_step"],
)
with context.begin_transaction():
    context.run_migrations()
