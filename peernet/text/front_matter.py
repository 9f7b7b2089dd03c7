"""Files with front matter: YAML between ``---`` lines or TOML between ``+++`` lines, then a body of Markdown.

``read(write(document)) == document``, and ``write(read(data)) == data`` for data that ``write`` made: what is exported
and imported again has not changed. YAML is read as its version 1.2 means it (https://yaml.org/spec/1.2.2/#103-core-schema),
so that ``NO`` is Norway and ``15:00`` is three o'clock; anchors may stand, aliases are refused, and so is a key that
comes twice.
"""

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any, Literal

from peernet.db import Refused
from peernet.text import toml_writer, yaml_reader, yaml_writer
from peernet.text.messages import Message, worded

MAX_BYTES = 1_000_000
MAX_META = 64_000

Format = Literal["yaml", "toml", "none"]

_FENCES: dict[str, Format] = {"---": "yaml", "+++": "toml"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TOML_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


class Unreadable(Refused):
    """The file cannot be understood; ``line`` (from 1) is where."""

    def __init__(self, sentence: Message, line: int) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True)
class Document:
    """A file: its front matter in the order of the file, its body without the newlines around it, and the format."""

    meta: dict[str, Any] = field(default_factory=dict)
    body: str = ""
    format: Format = "yaml"


def read(data: bytes) -> Document:
    """Take a file apart. Raises Unreadable."""
    text = _decoded(data)
    lines = text.split("\n")
    fence = lines[0].rstrip()
    format_ = _FENCES.get(fence, "none")
    if format_ == "none":
        return Document({}, text.strip("\n"), "none")
    end = _closing(lines, fence)
    meta = "\n".join(lines[1:end]) + "\n"
    if len(meta) > MAX_META:
        raise Unreadable(worded("The front matter is longer than %(most)s characters.", most=MAX_META), 1)
    values = _read_yaml(meta) if format_ == "yaml" else _read_toml(meta)
    return Document(values, "\n".join(lines[end + 1 :]).strip("\n"), format_)


def write(document: Document) -> bytes:
    """The file of a document. Raises TypeError for a value that its format cannot hold."""
    body = document.body.strip("\n")
    tail = f"\n{body}\n" if body else ""
    if document.format == "toml":
        return f"+++\n{toml_writer.write(document.meta)}+++\n{tail}".encode()
    if document.format == "none" and not document.meta and body.split("\n", 1)[0].rstrip() not in _FENCES:
        return tail[1:].encode()
    return f"---\n{yaml_writer.write(document.meta)}---\n{tail}".encode()


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Unreadable(worded("The file is larger than %(most)s kB.", most=MAX_BYTES // 1000), 1)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(worded("The file is written in UTF-16; save it as UTF-8."), 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(worded("Line %(line)s is not UTF-8; save the file as UTF-8.", line=line), line) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(worded("Line %(line)s holds a control character.", line=line), line)
    return text


def _closing(lines: list[str], fence: str) -> int:
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == fence or (fence == "---" and line.rstrip() == "..."):
            return number
    raise Unreadable(worded("The front matter begins with %(fence)s and is never closed.", fence=fence), 1)


def _read_yaml(meta: str) -> dict[str, Any]:
    try:
        return yaml_reader.load(meta)
    except yaml_reader.Wrong as error:
        line = error.line + 1
        sentence = worded("Line %(line)s of the front matter: %(reason)s.", line=line, reason=error.reason)
        raise Unreadable(sentence, line) from None


def _read_toml(meta: str) -> dict[str, Any]:
    try:
        return tomllib.loads(meta)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        match = _TOML_LINE.search(str(error))
        line = int(match[1]) + 1 if match and match[1] else meta.count("\n") + 1
        reason = "too deep" if isinstance(error, RecursionError) else _TOML_LINE.sub("", str(error))
        sentence = worded("Line %(line)s of the front matter: %(reason)s.", line=line, reason=reason)
        raise Unreadable(sentence, line) from None
    except ValueError as error:  # a date that does not exist, a number of thousands of digits
        raise Unreadable(worded("The front matter: %(reason)s.", reason=str(error)), 1) from None
