"""Write a plain tree as TOML (https://toml.io/en/v1.0.0): a line for each key, so that their order stays as it is."""

import re
from datetime import date, datetime, time
from typing import Any

from peernet.text.yaml_writer import quoted

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write(values: dict[str, Any]) -> str:
    """The lines of a table; tables inside it stand inline. Raises TypeError for what TOML cannot hold, such as None."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in values.items())


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else quoted(key)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"TOML front matter cannot hold a {type(value).__name__}")
