"""What goes wrong is said in a sentence, with an exit code: 1 refused, 2 wrongly set up."""

import os
import socket
from pathlib import Path

import click
import pytest
from sqlalchemy import create_engine, text

from peernet.cli import main
from peernet.db import migrations


def words(result) -> str:
    assert "Traceback" not in result.output
    return result.output.strip()


def test_every_command_has_help() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        for one in [command, *getattr(command, "commands", {}).values()]:
            assert one.help, name
            assert one.help.splitlines()[0].endswith("."), one.help


@pytest.mark.once
def test_help_needs_no_settings(peernet, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("this is not TOML")
    assert peernet("serve", "--help").exit_code == 0
    assert peernet("--version").exit_code == 0


@pytest.mark.once
def test_settings_that_cannot_be_read(peernet, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[server]\nport = 80\nport = 81\n")
    result = peernet("db", "check")
    assert result.exit_code == 2
    assert words(result).startswith(f"{tmp_path / 'config.toml'} cannot be read: Cannot overwrite a value")


@pytest.mark.once
def test_settings_that_do_not_exist(peernet, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[server]\nprot = 80\n")
    result = peernet("db", "check")
    assert (result.exit_code, words(result).splitlines()[1:]) == (2, ["  server.prot: is not a setting"])


@pytest.mark.once
def test_a_configuration_file_that_is_not_there(peernet) -> None:
    result = peernet("--config", "other.toml", "db", "check")
    assert (result.exit_code, words(result)) == (2, "There is no configuration file other.toml")


@pytest.mark.once
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"PEERNET_JOBS__STORAGE": "redis"}, "jobs.storage = redis needs redis.url"),
        ({"PEERNET_JOBS__STORAGE": "postgresql", "PEERNET_DATABASE": ""}, "needs a PostgreSQL database"),
        ({"PEERNET_SERVER__PROCESSES": "2"}, "server.processes above 1 needs redis.url"),
    ],
)
def test_settings_that_do_not_fit_together(peernet, changed: dict[str, str], said: str) -> None:
    result = peernet("db", "check", **changed)
    assert result.exit_code == 2
    assert said in words(result)


@pytest.mark.once
@pytest.mark.parametrize("url", ["nonsense", "mysql://somewhere/else", "postgres://somewhere/else", "sqlite:/x"])
def test_a_database_that_is_none(peernet, url: str) -> None:
    result = peernet("db", "check", PEERNET_DATABASE=url)
    assert result.exit_code == 2
    assert words(result).startswith("database: ")


@pytest.mark.once
def test_a_database_that_does_not_answer(peernet) -> None:
    result = peernet("db", "check", PEERNET_DATABASE="postgresql://127.0.0.1:1/peernet")
    assert result.exit_code == 1
    assert words(result).startswith("Error: The database does not answer: connection failed")
    assert words(result).endswith("Try: peernet doctor")


@pytest.mark.once
def test_a_file_that_is_no_database(peernet, tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"This is a letter and not a database. " * 50)
    result = peernet("db", "check", PEERNET_DATABASE=f"sqlite:///{tmp_path / 'broken.db'}")
    assert (result.exit_code, words(result)) == (
        1,
        "Error: The database does not answer: file is not a database. Try: peernet doctor",
    )


@pytest.mark.once
def test_a_data_folder_that_cannot_be_made(peernet, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = peernet("init", PEERNET_DATA=str(tmp_path / "file" / "data"))
    assert (result.exit_code, words(result)) == (1, f"Error: Not a directory: {tmp_path / 'file' / 'data'}")


@pytest.mark.once
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_may_not_be_written(peernet, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    result = peernet("init", PEERNET_DATA=str(tmp_path / "closed" / "data"))
    assert result.exit_code == 1
    assert "Permission denied" in words(result)


def test_a_database_that_is_empty_behind_or_ahead(peernet, url: str) -> None:
    assert words(peernet("db", "check")) == "Error: The database is empty. Run: peernet init"
    assert words(peernet("db", "upgrade", "--to", "0001")) == "From empty to 0001."
    behind = peernet("person", "list")
    needed = f"Error: The database is at revision 0001, not {migrations.head()}. Run: peernet upgrade"
    assert (behind.exit_code, words(behind)) == (1, needed)
    assert words(peernet("db", "upgrade")) == f"From 0001 to {migrations.head()}."
    assert words(peernet("db", "upgrade")) == f"Nothing to do: at revision {migrations.head()}."
    assert words(peernet("db", "check")) == f"The database is at revision {migrations.head()}, as it should be."
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    ahead = peernet("db", "check")
    assert ahead.exit_code == 1
    assert words(ahead).startswith("Error: The database is at revision 9999, which belongs to a newer peernet")
    assert peernet("db", "upgrade").exit_code == 1


def test_init_can_be_repeated(peernet, tmp_path: Path) -> None:
    first, second = peernet("init"), peernet("init")
    assert (first.exit_code, second.exit_code, first.output) == (0, 0, second.output)
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.once
def test_a_port_that_is_taken(ready) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("serve", "demo"):
            result = ready(command, "--port", str(port))
            assert result.exit_code == 1
            assert words(result).startswith(f"Error: Port {port} is taken by another program")


@pytest.mark.once
def test_an_address_of_another_machine(ready) -> None:
    result = ready("serve", "--host", "192.0.2.1")
    assert (result.exit_code, words(result)) == (2, "server.host: 192.0.2.1 is not an address of this machine")


@pytest.mark.once
def test_the_demonstration_is_for_this_machine(ready) -> None:
    result = ready("demo", "--prepare", PEERNET_PUBLIC_URL="https://peers.example.org")
    assert result.exit_code == 1
    assert "runs on this machine only" in words(result)
