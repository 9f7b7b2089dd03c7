"""The command line on an installation of its own."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from click.testing import CliRunner, Result

from peernet.cli import main
from peernet.db import engine
from peernet.settings import Settings, use
from tests.conftest import NOW
from tests.databases import a_database

Run = Callable[..., Result]


class Loaded(NamedTuple):
    """The demonstration network as it is loaded: its database, its data folder, and what the command said."""

    url: str
    data: Path
    said: Result


@contextmanager
def _commands(url: str, data: Path, settings: Settings) -> Iterator[Run]:
    """Run commands in this process; connections are closed afterwards."""
    made = []
    create = engine._make_engine

    def remembered(*arguments):
        made.append(create(*arguments))
        return made[-1]

    def run(*arguments: str, text: str | bytes = "", **environment: str) -> Result:
        names = {"PEERNET_DATABASE": url, "PEERNET_DATA": str(data), **environment}
        try:
            return CliRunner().invoke(main, list(arguments), input=text, env=names, prog_name="peernet")
        finally:
            for one in made:
                one.dispose()
            made.clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_make_engine", remembered)
        yield run
    use(settings)


@pytest.fixture(scope="session")
def loaded(migrated: str, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Loaded once for each test process, when the tests begin by their clock."""
    folder = tmp_path_factory.mktemp("demonstration")
    with a_database(f"peernet_loaded_{os.getpid()}", folder, migrated) as url:
        with (
            time_machine.travel(NOW, tick=False),
            _commands(url.replace("+psycopg", ""), folder / "data", settings) as run,
        ):
            said = run("demo", "--prepare", "--port", "8123")
        assert said.exit_code == 0, said.output
        yield Loaded(url, folder / "data", said)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the kind under test: empty, with the newest schema where a test begins after `peernet init`, or
    with the demonstration network."""
    template = ""
    if "demonstration" in request.fixturenames:
        given = request.getfixturevalue("loaded")
        template = given.url
        shutil.copytree(given.data, tmp_path / "data")
    elif "ready" in request.fixturenames:
        lent = request.getfixturevalue("lent")
        yield lent.take().replace("+psycopg", "")
        lent.give_back()
        return
    with a_database(f"peernet_cli_{tmp_path.name}"[:60], tmp_path, template) as found:
        yield found.replace("+psycopg", "")


@pytest.fixture
def peernet(tmp_path: Path, url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run a command in a folder of its own, in this process."""
    monkeypatch.chdir(tmp_path)
    with _commands(url, tmp_path / "data", settings) as run:
        yield run


@pytest.fixture
def ready(peernet: Run) -> Run:
    """The same, after `peernet init`."""
    assert peernet("init").exit_code == 0
    return peernet


@pytest.fixture
def demonstration(peernet: Run, loaded: Loaded) -> tuple[Run, Result]:
    """The same, where the demonstration network is loaded, and what that said."""
    return peernet, loaded.said
