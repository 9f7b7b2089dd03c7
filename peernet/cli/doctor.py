"""``peernet doctor``: what is wrong, in words, and the command that mends it."""

from collections.abc import Iterator
from http.client import BAD_REQUEST

import click

from peernet.admin.findings import Finding, examine
from peernet.app import make_app
from peernet.cli.codes import FAILED
from peernet.cli.installation import Installation, pass_installation
from peernet.mail import compose, delivery, transport
from peernet.mail.models import Mail


@click.command()
@click.option("--mail", "address", metavar="ADDRESS", help="Also send a mail to ADDRESS and say how far it came.")
@pass_installation
def doctor(installation: Installation, address: str | None) -> None:
    """Look at everything that could be wrong, and say what mends it (exit code 1 if anything is)."""
    findings = list(examine(installation.settings, installation.database))
    if not any(finding.wrong for finding in findings if finding.what.startswith("database")):
        findings += menu(installation)
    for finding in findings:
        click.echo(f"{'wrong' if finding.wrong else 'fine '}  {finding.what}")
        if finding.wrong:
            click.echo(f"       {finding.wrong}\n       Mend: {finding.mend}")
    sent = address is None or _try_mail(installation, address)
    if any(finding.wrong for finding in findings) or not sent:
        raise SystemExit(FAILED)


def menu(installation: Installation) -> Iterator[Finding]:
    """Whether each entry of the menu that leads to a page of this site leads to one."""
    settings = installation.settings
    inside = [entry.address for entry in settings.network.menu if entry.address.startswith("/")]
    if not inside:
        return
    client = make_app(settings, installation.database).test_client(use_cookies=False)
    gone = [path for path in inside if client.get(path, base_url=settings.public_url).status_code >= BAD_REQUEST]
    wrong = f"Nothing is found at {', '.join(gone)}." if gone else ""
    yield Finding("menu", wrong, "correct the address in network.menu" if gone else "")


def _try_mail(installation: Installation, address: str) -> bool:
    """The whole way: outbox row, message, server."""
    database = installation.ready_database
    with database.writing() as db:
        mail = compose.send(db, to=compose.Recipient(address=address), template="mail/trial", context={})
        mail_id = mail.id if mail else 0
    click.echo(f"fine   mail {mail_id} is written to the outbox")
    left = delivery.deliver(database, mail_id)
    with database.reading() as db:
        error = db.get_one(Mail, mail_id).error
    if not left:
        click.echo(f"wrong  it did not leave: {error}")
        return False
    where = installation.settings.mail.host or str(transport.folder(installation.settings))
    click.echo(f"fine   it was handed to {where}; look for it at {address}")
    return True
