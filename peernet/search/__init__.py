"""Full-text rows with visibility: FTS5 on SQLite, tsvector on PostgreSQL."""
