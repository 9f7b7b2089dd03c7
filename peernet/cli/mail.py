"""``peernet mail``: what a mail server hands over, what waits in the mailbox, and what a restore held back."""

import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from peernet.cli.codes import FAILED
from peernet.cli.installation import Installation, pass_installation
from peernet.mail import delivery, inbox, letters, mailbox
from peernet.mail.letters import Letter
from peernet.settings import SettingsError

# sysexits.h: a mail server that sees it keeps the message and tries again later.
_TRY_AGAIN = 75
_AT_ONCE = 65_536


@click.group()
def mail() -> None:
    """Mail that comes in, and mail that was held back."""


@mail.command()
@click.pass_context
def receive(context: click.Context) -> None:
    """Take in one message on standard input, for a pipe from the mail server.

    Answers of calendars and of people are handed on by the worker, reports of mail that was not delivered are noted,
    and anything else is ignored. Exit code 75 asks the mail server to keep the message and to try again later.
    """
    try:
        installation = Installation.at(context.obj)
        letter = _read(installation.settings.inbound.max_bytes)
        with installation.ready_database.writing() as db:
            is_new = inbox.take(db, letter)
    except (SQLAlchemyError, SettingsError, OSError, click.ClickException) as error:
        said = error.message if isinstance(error, click.ClickException) else str(error)
        click.echo(f"Try again later: {said}", err=True)
        raise SystemExit(_TRY_AGAIN) from None
    click.echo("Taken." if is_new else "Known already.")


@mail.command()
@pass_installation
def collect(installation: Installation) -> None:
    """Take in what lies in the mailbox now, as the worker does by itself."""
    if not installation.settings.inbound.host:
        raise click.ClickException("No mailbox is configured. Set inbound.host, or let a mail server pipe.")
    try:
        waiting = mailbox.look(installation.settings)
    except mailbox.FAILURES as error:
        click.echo(f"The mailbox does not answer: {mailbox.in_words(error)}", err=True)
        raise SystemExit(FAILED) from None
    taken = mailbox.collect(installation.ready_database)
    click.echo(f"{waiting} found, {taken} of them new.")


@mail.command()
@pass_installation
def release(installation: Installation) -> None:
    """Let the mails go that were held back when a backup was restored.

    They were waiting when the backup was made. Those that left since come a second time, with the same Message-ID.
    """
    with installation.ready_database.writing() as db:
        count = delivery.release(db)
    click.echo(f"Let go: {count}. They leave within a minute." if count else "No mail was held back.")


def _read(most: int) -> Letter:
    """Read the beginning of the message. The rest is taken off the pipe as well, or the mail server would think that it
    was not wanted."""
    data = sys.stdin.buffer.read(most)
    is_cut = False
    while sys.stdin.buffer.read(_AT_ONCE):
        is_cut = True
    return letters.read(data, is_cut=is_cut)
