"""Who runs holds the installation together; who changes its schema holds it alone."""

from pathlib import Path

import pytest

from peernet.db import Database, Refused
from peernet.settings import Settings, use
from peernet.upkeep import running


@pytest.fixture
def new_folder(settings: Settings, tmp_path: Path) -> Path:
    """A data folder that is not there yet, as where the database and the files are elsewhere."""
    folder = tmp_path / "not" / "yet"
    use(settings.model_copy(update={"data": folder}))
    return folder


def test_the_folder_is_made_for_its_owner_alone(new_folder: Path) -> None:
    with running.present():
        assert new_folder.stat().st_mode & 0o777 == 0o700


def test_nobody_is_alone_while_somebody_runs(new_folder: Path, own_database: Database) -> None:
    both = running.present(), running.present()
    with both[0], both[1], pytest.raises(Refused, match="peernet is running"), running.alone(own_database):
        pass
    with running.alone(own_database), pytest.raises(Refused, match="under way"), running.present():
        pass
    with running.present():
        pass
