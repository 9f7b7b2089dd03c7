"""``peernet search``: the full-text rows."""

import sys
from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from peernet.accounts import public_pages
from peernet.brand import finding as own_pages
from peernet.cli.installation import Installation, pass_installation
from peernet.cohorts import showing as cohorts
from peernet.db import Database
from peernet.materials import publishing
from peernet.prompts import finding
from peernet.roundtables import showing as roundtables
from peernet.search import clear, count
from peernet.server import open_pages

# Every room that has something to find, and the verb that puts its rows anew.
ROOMS: tuple[tuple[str, Callable[[Session], None]], ...] = (
    ("cohorts and organisations", cohorts.rebuild),
    ("prompts and answers", finding.rebuild),
    ("roundtables", roundtables.rebuild),
    ("people who asked for a page", public_pages.rebuild),
    ("materials and whom they name", publishing.rebuild),
    ("pages of the network", own_pages.rebuild),
)


@click.group()
def search() -> None:
    """The search."""


@search.command("rebuild")
@pass_installation
def rebuild_search(installation: Installation) -> None:
    """Write all search rows anew from what there is. Meanwhile people find what they found before."""
    database = installation.ready_database
    open_pages(installation.settings, database)
    click.echo(f"{rebuild(database)} search rows written.")


def rebuild(database: Database) -> int:
    """Do it in one transaction, with a progress bar; the number of rows."""
    names = {verb: name for name, verb in ROOMS}
    with (
        database.writing() as db,
        click.progressbar(
            [verb for _name, verb in ROOMS],
            label="Search",
            file=sys.stderr,
            item_show_func=lambda verb: names[verb] if verb else "",
        ) as bar,
    ):
        clear(db)
        for verb in bar:
            verb(db)
            db.flush()
        return count(db)
