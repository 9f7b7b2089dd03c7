"""Read the settings: a TOML file, then ``PEERNET_*`` variables, then ``*_file`` secrets. Later ones win.

``PEERNET_MAIL__HOST=…`` sets ``[mail] host``. Any key may end in ``_file`` (``PEERNET_SECRET_KEY_FILE=/run/…``): the
file's text, without the last newline, is the value, which suits systemd credentials and container secrets.
"""

import os
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from peernet.settings.tree import Network, Settings

PREFIX = "PEERNET_"
# Variables that start alike but belong to the command line and the tests.
_NOT_SETTINGS = ("PEERNET_CONFIG", "PEERNET_TEST_")

_PICTURES = ("logo", "logo_dark", "icon")
_current: list[Settings] = []
Part = TypeVar("Part", bound=BaseModel)


class SettingsError(ValueError):
    """The settings cannot be used; the message names every wrong key in words."""


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read ``path`` (or the file named by ``PEERNET_CONFIG``, or ``config.toml`` here, or none) and the environment.

    Raises SettingsError with a line for each wrong or unknown key.
    """
    environ = os.environ if environ is None else environ
    source = _find(path, environ)
    tree = _read_toml(source) if source else {}
    _overlay(tree, environ)
    _read_secret_files(tree, source.parent if source else Path.cwd())
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(_in_words(error, source)) from None
    base = source.parent if source else Path.cwd()
    backup = _against(base, settings.backup, "folder")
    network = _against(base, settings.network, *_PICTURES, "pages")
    _need_files(network, source)
    return settings.model_copy(update={"data": (base / settings.data).resolve(), "backup": backup, "network": network})


def use(settings: Settings) -> Settings:
    """Make ``settings`` the ones that :func:`current` gives; the roof calls this once at start."""
    _current[:] = [settings]
    return settings


def current() -> Settings:
    """The settings in use. Raises RuntimeError before the roof has set them."""
    if not _current:
        raise RuntimeError("Settings are not loaded yet")
    return _current[0]


def with_secret(settings: Settings) -> Settings:
    """Give ``settings`` a secret key: the configured one, else one kept in the data folder (made at first start)."""
    if settings.secret_key.get_secret_value():
        return settings
    path = settings.data / "secret_key"
    if not path.exists():
        make_data_folder(settings)
        _write_once(path, secrets.token_urlsafe(48))
    return settings.model_copy(update={"secret_key": SecretStr(path.read_text().strip())})


def make_data_folder(settings: Settings) -> None:
    """Make the data folder if it is not there, for its user alone: everything that members wrote lies in it."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)


def _write_once(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(text)


def _against(base: Path, part: Part, *keys: str) -> Part:
    named = {key: getattr(part, key) for key in keys}
    return part.model_copy(update={key: str((base / path).resolve()) for key, path in named.items() if path})


def _need_files(network: Network, source: Path | None) -> None:
    missing = [(key, path) for key in _PICTURES if (path := getattr(network, key)) and not Path(path).is_file()]
    if missing:
        lines = [f"  network.{key}: there is no file {path}" for key, path in missing]
        raise SettingsError("\n".join([_head(source), *lines]))


def _head(source: Path | None) -> str:
    return f"The settings{f' in {source}' if source else ''} cannot be used:"


def _find(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    if path is None and environ.get("PEERNET_CONFIG"):
        path = Path(environ["PEERNET_CONFIG"])
    if path is not None:
        if not path.is_file():
            raise SettingsError(f"There is no configuration file {path}")
        return path.resolve()
    here = Path.cwd() / "config.toml"
    return here if here.is_file() else None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None


def _overlay(tree: dict[str, Any], environ: Mapping[str, str]) -> None:
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name.startswith(_NOT_SETTINGS):
            continue
        *parents, key = name.removeprefix(PREFIX).lower().split("__")
        part = tree
        for parent in parents:
            part = part.setdefault(parent, {})
        part[key] = _as_list(parents, key, environ[name])


def _as_list(parents: list[str], key: str, value: str) -> Any:
    if parents == ["network"] and key in ("hosts", "languages"):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


def _read_secret_files(tree: dict[str, Any], base: Path) -> None:
    for key in list(tree):
        if isinstance(tree[key], dict):
            _read_secret_files(tree[key], base)
        elif key.endswith("_file"):
            path = base / str(tree.pop(key))
            try:
                tree[key.removesuffix("_file")] = path.read_text("utf-8").rstrip("\n")
            except OSError as error:
                raise SettingsError(f"{key}: {path} cannot be read: {error.strerror}") from None


def _in_words(error: ValidationError, source: Path | None) -> str:
    lines = [_head(source)]
    for item in error.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in item["loc"]) or "settings"
        message = "is not a setting" if item["type"] == "extra_forbidden" else item["msg"]
        lines.append(f"  {name}: {message}")
    return "\n".join(lines)
