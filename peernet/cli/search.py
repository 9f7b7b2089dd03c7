"""``peernet search``: the full-text rows."""

import click

from peernet.cli.installation import Installation, in_words, pass_installation


@click.group()
def search() -> None:
    """The search."""


@search.command()
@pass_installation
@in_words
def rebuild(installation: Installation) -> None:
    """Write all search rows anew from what there is."""
