"""``peernet``: the commands of whoever runs an installation. They call the same verbs as the pages."""

from pathlib import Path

import click

from peernet import __version__
from peernet.cli.backup import backup, restore
from peernet.cli.content import content
from peernet.cli.database import db, init
from peernet.cli.demonstration import demo
from peernet.cli.doctor import doctor
from peernet.cli.mail import mail
from peernet.cli.media import media
from peernet.cli.move import move
from peernet.cli.people import person
from peernet.cli.plan import plan
from peernet.cli.plan_series import series
from peernet.cli.running import serve, worker
from peernet.cli.search import search
from peernet.cli.site import site
from peernet.cli.upgrade import upgrade


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="peernet")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="PEERNET_CONFIG",
    help="The configuration file; config.toml in this folder if left out.",
)
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """Run a peer learning network.

    Exit codes: 0 done, 1 refused or a check failed, 2 the command or the settings are wrong.
    """
    context.obj = config


for command in (
    init,
    serve,
    worker,
    demo,
    db,
    upgrade,
    move,
    person,
    content,
    search,
    site,
    mail,
    media,
    plan,
    backup,
    restore,
    doctor,
):
    main.add_command(command)
plan.add_command(series)
