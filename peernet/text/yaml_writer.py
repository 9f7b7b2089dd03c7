"""Write a plain tree as YAML that people like to edit, always in the same form.

Words such as slugs stand bare, all other text in double quotes. What fits on a line and is flat stands on one line
(``topics: [trust, ethics]``); the rest in blocks, indented by two spaces.
"""

import json
import math
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

WIDTH = 120

_WORD = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*|[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_]+)+|CC0?(?:-[A-Z]{2})*-\d\.\d")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# Words that some reader of YAML takes for something else.
_TAKEN = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"}
# What JSON leaves as it is, and YAML reads as a break, a mark or an error.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write(values: dict[str, Any]) -> str:
    """The lines of a mapping, each with its newline; empty for an empty mapping."""
    return "".join(line + "\n" for line in _mapping(values, ""))


def quoted(text: str) -> str:
    """A string in double quotes, as JSON, YAML and TOML all read it. Raises ValueError for a lone surrogate."""
    text.encode("utf-8")
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def _mapping(values: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in values.items():
        lead = f"{indent}{_key(key)}:"
        if _is_flat(value, len(lead) + 1):
            yield f"{lead} {_flow(value)}"
        elif isinstance(value, dict):
            yield lead
            yield from _mapping(value, indent + "  ")
        else:
            yield lead
            yield from _sequence(value, indent + "  ")


def _sequence(values: list[Any], indent: str) -> Iterator[str]:
    for value in values:
        if _is_flat(value, len(indent) + 2):
            yield f"{indent}- {_flow(value)}"
            continue
        inner = indent + "  "
        lines = _mapping(value, inner) if isinstance(value, dict) else _sequence(value, inner)
        for number, line in enumerate(lines):
            yield line if number else f"{indent}- {line[len(inner) :]}"


def _is_flat(value: Any, column: int) -> bool:
    if not isinstance(value, dict | list) or not value:
        return True
    parts = value.values() if isinstance(value, dict) else value
    return not any(isinstance(part, dict | list) and part for part in parts) and column + len(_flow(value)) <= WIDTH


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _key(key: str) -> str:
    return key if _KEY.fullmatch(key) and key.lower() not in _TAKEN else quoted(key)


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return value if _WORD.fullmatch(value) and value not in _TAKEN else quoted(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"YAML front matter cannot hold a {type(value).__name__}")


def _number(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")
