"""Full-text rows with visibility: FTS5 on SQLite, tsvector on PostgreSQL, behind one function.

A row is a copy of a thing's words for those who hold an audience key. Nothing is found, counted or shown to whoever
does not hold it.
"""

from peernet.search.finding import Hit, Results, find
from peernet.search.rows import Row, clear, count, held_by, put, put_all, remove
from peernet.search.suggesting import instead

__all__ = ["Hit", "Results", "Row", "clear", "count", "find", "held_by", "instead", "put", "put_all", "remove"]
