"""``peernet serve`` and ``peernet worker``."""

import signal
import threading
from types import FrameType

import click

from peernet import server
from peernet.cli.installation import Installation, in_words, pass_installation
from peernet.worker import Worker


@click.command()
@click.option("--host", help="Address to listen on, instead of the configured one.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, instead of the configured one.")
@pass_installation
@in_words
def serve(installation: Installation, host: str | None, port: int | None) -> None:
    """Run the web server, and the worker with it unless server.worker is false."""
    installation.ready_database.dispose()


@click.command()
@pass_installation
@in_words
def worker(installation: Installation) -> None:
    """Deliver mail, do jobs and keep the timetable, until stopped."""
    at_work = Worker(installation.settings, installation.ready_database)
    click.echo("The worker is at work. Ctrl-C stops it.", err=True)
    at_work.run()
