"""``peernet serve`` and ``peernet worker``."""

import click

from peernet import server
from peernet.app import make_app
from peernet.cli.installation import Installation, in_words, pass_installation
from peernet.db import Database
from peernet.server.front import Application
from peernet.settings import Settings, use
from peernet.web import logs
from peernet.worker import Worker


@click.command()
@click.option("--host", help="Address to listen on, instead of the configured one.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, instead of the configured one.")
@pass_installation
@in_words
def serve(installation: Installation, host: str | None, port: int | None) -> None:
    """Run the web server, and the worker with it unless server.worker is false."""
    installation.ready_database.dispose()
    changes = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = installation.settings
    run(settings.model_copy(update={"server": settings.server.model_copy(update=changes)}))


@click.command()
@pass_installation
@in_words
def worker(installation: Installation) -> None:
    """Deliver mail, do jobs and keep the timetable, until stopped."""
    installation.ready_database.dispose()
    click.echo("The worker is at work. Ctrl-C stops it.", err=True)
    work(installation.settings)


def run(settings: Settings) -> None:
    """Serve until stopped."""
    click.echo(f"Serving {settings.public_url} on {settings.server.host}:{settings.server.port}. Ctrl-C stops it.")
    server.serve(settings, make_front, beside=work if settings.server.worker else None)


def make_front(settings: Settings) -> Application:
    """What each web process serves: Flask behind the front, its commits sweeping pages and waking the worker."""
    use(settings)
    logs.configure(settings)
    # A thread that holds a session needs a connection, and a form that fails takes a second one for a moment.
    database = Database(settings.database_url, pool_size=settings.server.at_once * 2)
    sweeper = server.open_pages(settings, database)
    database.on_outgoing.append(Worker(settings, database).wake)
    return server.make_front(settings, make_app(settings, database, sweeper), sweeper)


def work(settings: Settings) -> None:
    """The worker's process."""
    use(settings)
    logs.configure(settings)
    database = Database(settings.database_url)
    server.open_pages(settings, database)
    at_work = Worker(settings, database)
    database.on_outgoing.append(at_work.wake)
    at_work.run()
