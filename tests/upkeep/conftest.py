"""A site with a row in every table, as the backups know it."""

from tests.backups.conftest import at, once, site

__all__ = ["at", "once", "site"]
