"""An operator's first day, and the real command in real processes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``peernet …`` in an empty folder, with nothing of the tests' environment."""

    def command(*words: str, text: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8", **settings}
        return subprocess.run(
            [sys.executable, "-m", "peernet", *words],
            cwd=tmp_path,
            env=environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return command


def test_from_nothing_to_a_network(peernet: Callable[..., Result], tmp_path: Path) -> None:
    before = peernet("db", "check")
    assert (before.exit_code, before.stderr) == (1, "Error: The database is empty. Run: peernet init\n")
    assert peernet("init").exit_code == 0
    assert peernet("db", "check").exit_code == 0
    assert peernet("db", "upgrade").stdout.startswith("Nothing to do: at revision ")

    assert peernet("person", "add", "ada@example.org", "--name", "Ada", "--admin").exit_code == 0
    again = peernet("person", "add", "Ada@Example.org")
    assert (again.exit_code, again.stderr) == (1, "Error: This address already belongs to an account.\n")
    assert peernet("person", "add", "bo@example.org").exit_code == 0
    assert peernet("person", "disable", "bo@example.org").exit_code == 0
    listed = peernet("person", "list").stdout.splitlines()
    assert [line.split("\t") for line in listed] == [
        ["ada@example.org", "Ada", "administrator"],
        ["bo@example.org", "bo", "disabled"],
    ]
    nobody = peernet("person", "disable", "nobody@example.org")
    assert nobody.exit_code == 1
    assert "nobody@example.org" in nobody.stderr

    files = tmp_path / "writing"
    files.mkdir()
    (files / "hello.md").write_text("---\ntitle: Hello\n---\n\nA text.\n", encoding="utf-8")
    (files / "bad.md").write_bytes(b"---\ntitle: \xff\n---\n")
    brought = peernet("content", "import", "writing")
    assert brought.exit_code == 1
    assert "1 new, 0 changed, 0 unchanged, 1 refused" in brought.stdout
    (files / "bad.md").unlink()
    again = peernet("content", "import", "writing")
    assert (again.exit_code, "0 new, 0 changed, 1 unchanged, 0 refused" in again.stdout) == (0, True)
    assert peernet("content", "export", "out").exit_code == 0
    assert (tmp_path / "out" / "materials" / "hello.md").is_file()
    assert peernet("search", "rebuild").exit_code == 0

    sound = peernet("doctor", "--mail", "ada@example.org")
    assert (sound.exit_code, "wrong" in sound.stdout) == (0, False)
    assert len(list((tmp_path / "data" / "mail").glob("*.eml"))) == 1


def test_four_commands_make_a_sound_network_on_an_empty_machine(run: Run, tmp_path: Path) -> None:
    assert run("init").returncode == 0
    assert run("person", "add", "ada@example.org", "--admin").returncode == 0
    assert run("search", "rebuild").returncode == 0
    sound = run("doctor", "--mail", "ada@example.org")
    assert (sound.returncode, "wrong" in sound.stdout) == (0, False)
    assert len(list((tmp_path / "peernet-data" / "mail").glob("*.eml"))) == 1


def test_the_demonstration_stays_on_this_machine(run: Run) -> None:
    refused = run("demo", "--prepare", PEERNET_PUBLIC_URL="https://learning.example.org")
    assert refused.returncode != 0
    assert "this machine only" in refused.stderr


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (("db", "check"), {"PEERNET_COLOUR": "red"}, "colour: is not a setting"),
        (("--config", "nowhere.toml", "db", "check"), {}, "There is no configuration file nowhere.toml"),
        (("db", "check"), {"PEERNET_DATABASE": "mysql://x"}, "database: "),
        (("no-such-command",), {}, "No such command"),
    ],
)
def test_what_is_wrong_is_said_in_words(run: Run, words: tuple[str, ...], settings: dict[str, str], said: str) -> None:
    answer = run(*words, **settings)
    assert (answer.returncode, said in answer.stderr, "Traceback" in answer.stderr) == (2, True, False)
