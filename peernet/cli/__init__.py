"""``peernet``: the commands of whoever runs an installation. They call the same verbs as the pages."""

from importlib import import_module
from pathlib import Path

import click

from peernet import __version__

# Where each command stands. A module is read when its command is asked for: to load all takes seconds on a small
# machine, and a plan or a copy is made without pages, mail and jobs.
COMMANDS = {
    "init": "database:init",
    "serve": "running:serve",
    "worker": "running:worker",
    "demo": "demonstration:demo",
    "db": "database:db",
    "upgrade": "upgrade:upgrade",
    "move": "move:move",
    "person": "people:person",
    "content": "content:content",
    "search": "search:search",
    "site": "site:site",
    "mail": "mail:mail",
    "media": "media:media",
    "plan": "plan:plan",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "doctor": "doctor:doctor",
}


class Commands(click.Group):
    """Commands of ``COMMANDS``, each loaded when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"peernet.cli.{module}"), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
