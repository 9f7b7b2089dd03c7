"""``peernet mail``: what a mail server hands over."""

import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from peernet.cli.installation import Installation, pass_installation
from peernet.mail import bounces

# sysexits.h: a mail server that sees it keeps the message and tries again later.
_TRY_AGAIN = 75


@click.group()
def mail() -> None:
    """Mail that comes in."""


@mail.command()
@pass_installation
def receive(installation: Installation) -> None:
    """Read a message on standard input; if it reports that a mail was not delivered, note that.

    For a pipe from the mail server. Anything that is not such a report is ignored, and nothing is ever answered.
    Exit code 75 asks the mail server to try again later.
    """
    report = bounces.read(sys.stdin.buffer.read(bounces.MOST_BYTES))
    if report is None:
        click.echo("Not a delivery report: ignored.")
        return
    try:
        with installation.ready_database.writing() as db:
            is_news = bounces.receive(db, report)
    except (SQLAlchemyError, click.ClickException) as error:
        click.echo(f"Try again later: {error}", err=True)
        raise SystemExit(_TRY_AGAIN) from None
    click.echo(f"Noted: {report.words}" if is_news else "Nothing to note.")
