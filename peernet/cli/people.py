"""``peernet person``: accounts from the command line."""

import sys
from pathlib import Path

import click
from sqlalchemy import select

from peernet import clock
from peernet.accounts import access, passwords, people
from peernet.accounts.models import Person
from peernet.cli.installation import Installation, pass_installation
from peernet.ledger import ledger
from peernet.privacy import addresses, erasing, export
from peernet.privacy import requests as erasures
from peernet.privacy.choices import Left


@click.group()
def person() -> None:
    """Accounts of people."""


@person.command()
@click.argument("address")
@click.option("--name", default="", help="The person's name; the address if left out.")
@click.option("--admin", is_flag=True, help="Let them run the installation.")
@click.option("--zone", default="", help="Their time zone, such as Europe/London.")
@click.option("--password", is_flag=True, help="Ask for a password; without one they sign in by mail.")
@pass_installation
def add(installation: Installation, address: str, name: str, admin: bool, zone: str, password: bool) -> None:
    """Make an account for ADDRESS. With --admin, an account that is there already is put in charge."""
    if zone and not clock.is_zone(zone):
        raise click.BadParameter(f"{zone} is not a time zone; an example is Europe/London.", param_hint="--zone")
    database = installation.ready_database
    hashed = _ask_for_password(name or address, address) if password else None
    network = installation.settings.network
    with database.writing() as db:
        known = db.scalar(access.by_email(address)) if admin else None
        if known is not None:
            people.make_admin(db, known)
            click.echo(f"{address} had an account, and now runs the installation.")
            return
        people.create(
            db,
            email=address,
            name=name or address.partition("@")[0],
            zone=zone or network.zone,
            language=network.language,
            password_hash=hashed,
            is_admin=admin,
        )
    click.echo(f"{address} has an account{' and runs the installation' if admin else ''}.")


@person.command("list")
@pass_installation
def list_people(installation: Installation) -> None:
    """List all accounts: address, name, and what is special about them."""
    with installation.ready_database.reading() as db:
        for one in db.scalars(select(Person).order_by(Person.email_key)):
            notes = [
                word
                for word, holds in (
                    ("administrator", one.is_admin),
                    ("demonstration", one.is_demonstration),
                    ("disabled", one.disabled_at is not None),
                )
                if holds
            ]
            click.echo("\t".join((one.email, one.name, ", ".join(notes))).rstrip())


@person.command()
@click.argument("address")
@pass_installation
def disable(installation: Installation, address: str) -> None:
    """Close the account of ADDRESS and end its sessions; nothing it wrote is lost."""
    with installation.ready_database.writing() as db:
        people.disable(db, _find(db.scalar(access.by_email(address)), address))
    click.echo(f"{address} can no longer sign in.")


@person.command("password")
@click.argument("address")
@pass_installation
def set_password(installation: Installation, address: str) -> None:
    """Ask for a new password for ADDRESS and end its sessions."""
    database = installation.ready_database
    with database.reading() as db:
        found = _find(db.scalar(access.by_email(address)), address)
        name, before = found.name, found.password_hash
    hashed = _ask_for_password(name, address)
    with database.writing() as db:
        found = _find(db.scalar(access.by_email(address)), address)
        passwords.set_password(db, found, password_hash=hashed, replaces=before, keep_sign_in_id=None)
    click.echo(f"{address} has a new password; every session was ended.")


@person.command()
@click.argument("address")
@click.option("--quotations", type=click.Choice([one.value for one in Left]), default=Left.NAMELESS.value,
              help="What becomes of quotations that have consent.", show_default=True)  # fmt: skip
@click.option("--keep-credits", is_flag=True, help="Leave their name among the credits of materials.")
@click.option("--now", is_flag=True, help="Do it at once, without the days to change one's mind.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_installation
def erase(installation: Installation, address: str, quotations: str, keep_credits: bool, now: bool, yes: bool) -> None:
    """Forget whoever has ADDRESS: their account, their answers, and their name wherever it stands.

    A guest who has no account is forgotten at once.
    """
    with installation.ready_database.reading() as db:
        is_guest = db.scalar(access.by_email(address)) is None and addresses.is_known(db, address)
    if is_guest:
        _erase_guest(installation, address, yes=yes)
        return
    with installation.ready_database.reading() as db:
        found = _find(db.scalar(access.by_email(address)), address)
        erasing.refuse_needed(db, found)
        for line in erasures.what_goes(db, found):
            click.echo(line)
    if not yes:
        click.confirm(f"Forget {address}?", abort=True)
    with installation.ready_database.writing() as db:
        found = _find(db.scalar(access.by_email(address)), address)
        choices = erasures.choices_for_all(db, found, Left(quotations), keep_credits=keep_credits)
        if now:
            erasing.erase(db, found, choices)
            click.echo("They are forgotten.")
        else:
            due = erasures.ask(db, found, choices).due_at
            click.echo(f"They are forgotten on {due:%Y-%m-%d %H:%M} UTC. A mail tells them how to stop it.")


@person.command("export")
@click.argument("address")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_installation
def export_person(installation: Installation, address: str, file: Path) -> None:
    """Put everything held on whoever has ADDRESS, or is a guest by it, into FILE, a new ZIP archive."""
    with installation.ready_database.writing() as db:
        account = db.scalar(access.by_email(address))
        is_guest = account is None and addresses.is_known(db, address)
        found = None if is_guest else _find(account, address)
        with file.open("xb") as out:
            file.chmod(0o600)
            if found is None:
                export.write_of_address(db, address, out)
            else:
                export.write(db, found, out)
        if found is not None:
            ledger.record_handing_out(db, [found.id], "person.export")
    click.echo(f"Made {file}. It holds what they wrote in confidence: hand it to nobody else.")


def _erase_guest(installation: Installation, address: str, *, yes: bool) -> None:
    if not yes:
        click.confirm(f"Forget {address}, who is a guest and has no account?", abort=True)
    with installation.ready_database.writing() as db:
        number = addresses.forget(db, address)
    click.echo(f"They are forgotten, at {number} roundtables.")


def _find(found: Person | None, address: str) -> Person:
    if found is None:
        raise click.ClickException(f"Nobody here has the address {address}. See: peernet person list")
    return found


def _ask_for_password(name: str, address: str) -> str:
    """On a terminal it is typed twice and not shown; a script gives it as a line on standard input."""
    if sys.stdin.isatty():
        text: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        text = sys.stdin.readline().rstrip("\n")
    passwords.refuse_weak(text, name=name, email=address)
    return passwords.hash_of(text)
