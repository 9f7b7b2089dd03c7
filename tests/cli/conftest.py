"""The command line on an installation of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from peernet.cli import main
from peernet.db import engine
from peernet.settings import Settings, use
from tests.databases import a_database


@pytest.fixture
def url(request: pytest.FixtureRequest, migrated: str, tmp_path: Path):
    """A database of the kind under test: empty, or with the newest schema where a test begins after `peernet init`."""
    template = migrated if "ready" in request.fixturenames else ""
    with a_database(f"peernet_cli_{tmp_path.name}"[:60], tmp_path, template) as found:
        yield found.replace("+psycopg", "")


@pytest.fixture
def peernet(tmp_path: Path, url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in a folder of its own, in this process; connections are closed afterwards."""
    monkeypatch.chdir(tmp_path)
    made = []
    create = engine._make_engine

    def remembered(*arguments):
        made.append(create(*arguments))
        return made[-1]

    monkeypatch.setattr(engine, "_make_engine", remembered)

    def run(*arguments: str, text: str | bytes = "", **environment: str) -> Result:
        names = {"PEERNET_DATABASE": url, "PEERNET_DATA": str(tmp_path / "data"), **environment}
        try:
            return CliRunner().invoke(main, list(arguments), input=text, env=names, prog_name="peernet")
        finally:
            for one in made:
                one.dispose()
            made.clear()

    yield run
    use(settings)


@pytest.fixture
def ready(peernet: Callable[..., Result]) -> Callable[..., Result]:
    """The same, after `peernet init`."""
    assert peernet("init").exit_code == 0
    return peernet
