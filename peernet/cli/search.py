"""``peernet search``: the full-text rows."""

import click

from peernet.cli.installation import Installation, pass_installation


@click.group()
def search() -> None:
    """The search."""


@search.command()
@pass_installation
def rebuild(installation: Installation) -> None:
    """Write all search rows anew from what there is."""
