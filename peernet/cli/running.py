"""``peernet serve`` and ``peernet worker``."""

import errno
import socket
from urllib.parse import urlsplit

import click

from peernet import server
from peernet.app import make_app
from peernet.cli.installation import Installation, pass_installation
from peernet.db import Database
from peernet.roundtables.running import listening as rooms
from peernet.server.front import Application
from peernet.settings import Settings, SettingsError, use
from peernet.site.keeping import Keeper
from peernet.upkeep import running
from peernet.web import logs
from peernet.worker import Worker

# Bytes of ready-made pages that the worker holds, which answers nobody.
_LITTLE = 4_000_000
PORT = click.IntRange(1, 65535)


@click.command()
@click.option("--host", help="Address to listen on, instead of the configured one.")
@click.option("--port", type=PORT, help="Port to listen on, instead of the configured one.")
@pass_installation
def serve(installation: Installation, host: str | None, port: int | None) -> None:
    """Run the web server, and the worker with it unless server.worker is false."""
    settings = listening(installation.settings, host, port)
    installation.ready_database.dispose()
    check_port(settings)
    with running.present():
        run(settings)


@click.command()
@pass_installation
def worker(installation: Installation) -> None:
    """Deliver mail, do jobs and keep the timetable, until stopped."""
    installation.ready_database.dispose()
    click.echo("The worker is at work. Ctrl-C stops it.", err=True)
    with running.present():
        work(installation.settings)


def listening(settings: Settings, host: str | None, port: int | None) -> Settings:
    """The settings with another address to listen on. A site for this machine alone is then reached there."""
    changes = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    changed = settings.model_copy(update={"server": settings.server.model_copy(update=changes)})
    if port is None or not settings.is_local:
        return changed
    parts = urlsplit(settings.public_url)
    return changed.model_copy(update={"public_url": f"{parts.scheme}://{_bracketed(parts.hostname or '')}:{port}"})


def check_port(settings: Settings) -> None:
    """Refuse, in words, an address that cannot be listened on. Raises SettingsError or ClickException."""
    host, port = settings.server.host, settings.server.port
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except socket.gaierror:
        raise SettingsError(f"server.host: {host} is not an address of this machine") from None
    except OSError as error:
        raise _cannot_listen(error, host, port) from None


def run(settings: Settings) -> None:
    """Serve until stopped."""
    use(settings)
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
    streams = server.open_streams(settings, database, rooms.admitted)
    return server.make_front(settings, make_app(settings, database, sweeper), sweeper, streams)


def work(settings: Settings) -> None:
    """The worker's process."""
    use(settings)
    logs.configure(settings)
    database = Database(settings.database_url)
    sweeper = server.open_pages(settings, database, memory_bytes=_LITTLE)
    # nginx answers from files also where no web process is there to remove them.
    sweeper.start()
    server.open_bus(settings, database)
    Keeper(make_app(settings, database, sweeper), sweeper, settings).start()
    at_work = Worker(settings, database)
    database.on_outgoing.append(at_work.wake)
    at_work.run()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _cannot_listen(error: OSError, host: str, port: int) -> Exception:
    if error.errno == errno.EADDRINUSE:
        said = f"Port {port} is taken by another program, maybe by this one. Try: --port {port + 1}"
    elif error.errno == errno.EACCES:
        said = f"This user may not listen on port {port}. Take one above 1023, behind a reverse proxy."
    elif error.errno == errno.EADDRNOTAVAIL:
        return SettingsError(f"server.host: {host} is not an address of this machine")
    else:
        said = f"Nothing can listen on {host}:{port}: {error.strerror}"
    return click.ClickException(said)
