"""Write ``config.example.toml`` out of the tree, so that every setting is explained and none is forgotten."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from peernet.settings.tree import Settings

_HEAD = """\
# peernet: every setting, with its default. Copy this file to config.toml and keep the lines that you change.
# A setting can also come from the environment: PEERNET_PUBLIC_URL, PEERNET_MAIL__HOST (two underscores for the dot).
# Any key may end in _file: the text of that file is then the value (secret_key_file, mail.password_file).
"""


def text() -> str:
    """The whole file."""
    parts = [_HEAD, *_lines(Settings, top=True)]
    for name, info in Settings.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            about = (kind.__doc__ or "").strip()
            parts += [f"# {about}\n[{name}]", *_lines(kind, top=False)]
    return "\n".join(parts)


def _lines(model: type[BaseModel], *, top: bool) -> list[str]:
    return [_line(name, info) for name, info in model.model_fields.items() if info.description or not top]


def _line(name: str, info: FieldInfo) -> str:
    return f"# {info.description}\n# {name} = {_toml(info.default)}\n"


def _toml(value: Any) -> str:
    if isinstance(value, SecretStr):
        return '""'
    if isinstance(value, Path):
        return json.dumps(str(value))
    if isinstance(value, tuple):
        return json.dumps(list(value))
    return json.dumps(value)
