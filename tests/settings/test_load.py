"""Settings: file, environment, secrets; every wrong key is named in words."""

from pathlib import Path

import pytest

from peernet.settings import Settings, SettingsError, load, with_secret
from peernet.settings.example import text

ROOT = Path(__file__).parents[2]


def write(folder: Path, words: str) -> Path:
    path = folder / "config.toml"
    path.write_text(words, encoding="utf-8")
    return path


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, 'public_url = "https://a.example"\n[mail]\nhost = "smtp.a.example"\nport = 25\n')
    found = load(path, {"PEERNET_MAIL__PORT": "465", "PEERNET_NETWORK__HOSTS": "One, Two", "HOME": "/root"})
    assert (found.public_url, found.mail.host, found.mail.port) == ("https://a.example", "smtp.a.example", 465)
    assert found.network.hosts == ("One", "Two")
    assert found.data == tmp_path / "peernet-data"


def test_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n")
    (tmp_path / "smtp").write_text("pass word\n")
    path = write(tmp_path, 'secret_key_file = "key"\n[mail]\npassword_file = "smtp"\n')
    found = load(path, {})
    assert (found.secret_key.get_secret_value(), found.mail.password.get_secret_value()) == ("k" * 40, "pass word")
    assert "pass word" not in repr(found)
    assert load(path, {"PEERNET_SECRET_KEY_FILE": str(tmp_path / "smtp")}).secret_key.get_secret_value() == "pass word"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("colour = 1", "  colour: is not a setting"),
        ("[mail]\nhots = 'x'", "  mail.hots: is not a setting"),
        ("[server]\nport = 99999", "  server.port: Input should be less than or equal to 65535"),
        ("public_url = 'ftp://x'", "  public_url: Value error, must be http(s)://host[:port] without a path"),
        ("[server]\nprocesses = 2", "  settings: Value error, server.processes above 1 needs redis.url"),
        ("[inbound]\naddress = 'replies@x.org'", "  inbound.address: Value error, must be like replies+{token}@"),
        ("[inbound]\naddress = 'replies+{token}'", "  inbound.address: Value error, must be like replies+{token}@"),
        (f"[inbound]\naddress = '{'x' * 21}{{token}}@x.org'", "  inbound.address: Value error, must be like"),
        ("[inbound]\naddress = 'a, b+{token}@x.org'", "  inbound.address: Value error, must be like"),
        ("[inbound]\nhost = 'imap.x.org'", "  settings: Value error, inbound.host needs inbound.address"),
        ("secret_key_file = 'nowhere'", "secret_key_file: "),
        ("a = [", "cannot be read: "),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, words: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, words), {})
    assert message in str(caught.value)


def test_a_named_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no configuration file"):
        load(tmp_path / "config.toml", {})


def test_a_secret_key_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    first, second = (with_secret(settings).secret_key.get_secret_value() for _ in range(2))
    assert first == second
    assert len(first) == 64
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_example_explains_every_setting() -> None:
    assert (ROOT / "config.example.toml").read_text(encoding="utf-8") == text()


def test_the_example_is_the_default(tmp_path: Path) -> None:
    lines = [
        line.removeprefix("# ") if " = " in line and line.startswith("# ") else line for line in text().splitlines()
    ]
    path = write(tmp_path, "\n".join(line for line in lines if not line.startswith("#")))
    assert load(path, {}) == load(write(tmp_path, ""), {})
