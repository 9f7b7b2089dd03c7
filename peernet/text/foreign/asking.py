"""Ask a bounded child process to make Markdown of something foreign. This takes time: do it before the write lock."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

from peernet import turns
from peernet.db import Refused
from peernet.text.messages import Message, worded

# Sizes and bounds. Word's HTML is mostly style: ten times the text is usual.
MAX_HTML = 600_000
_PASTED = {"seconds": 6, "memory": 700_000_000}
_WORD = {"seconds": 20, "memory": 1_200_000_000}
_WALL_SECONDS = 60
_AT_ONCE = threading.BoundedSemaphore(2)
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "PATH")


@dataclass(frozen=True)
class Draft:
    """What a Word file says. The text names its images ``image:0`` and so on; ``report`` is what was not understood."""

    markdown: str
    pictures: list[bytes]
    report: list[Message]


def from_html(html: str) -> str:
    """The Markdown of rich text. Raises Refused in words for what is too large, or takes too much work."""
    if len(html) > MAX_HTML:
        raise Refused(_too_heavy())
    head, _files = _ask("pasting", _PASTED, html.encode("utf-8", "replace"))
    if "markdown" not in head:
        raise Refused(_too_heavy())
    return str(head["markdown"])


def from_word(data: bytes, filename: str, *, field: str | None = None) -> Draft:
    """The Markdown, the images and the report of a Word file. Raises Refused in words at ``field``."""
    if not filename.lower().endswith(".docx"):
        raise Refused(_reason("other"), field=field)
    head, body = _ask("word", _WORD, data)
    if "markdown" not in head:
        raise Refused(_reason(head["refused"]), field=field)
    pictures, at = [], 0
    for size in head["sizes"]:
        pictures.append(body[at : at + size])
        at += size
    return Draft(head["markdown"], pictures, [Message(msgid, values) for msgid, values in head["report"]])


def _ask(module: str, bounds: dict[str, int], data: bytes) -> tuple[dict[str, Any], bytes]:
    """What the child answers: a head, and the bytes of files after it; ``{"refused": "heavy"}`` beyond a bound."""
    turns.let_go()
    with _AT_ONCE:
        output = _run(module, json.dumps(bounds).encode() + b"\n" + data)
    first, _newline, body = output.partition(b"\n")
    return (json.loads(first), body) if first else ({"refused": "heavy"}, b"")


def _too_heavy() -> Message:
    return worded("This takes too much work to read. Bring it in smaller parts.")


def _reason(word: str) -> Message:
    reasons = {
        "old": worded("This is an older Word file, or one with a password. Save it as .docx without one."),
        "other": worded("This is not a Word file. Files whose name ends with .docx are understood."),
        "macros": worded("This file holds programs (macros). Save it as .docx without them."),
        "bomb": worded("Unpacked, this file is larger than any text. Bring it in smaller parts."),
        "hostile": worded("This file holds what no Word file holds, so it is not read."),
        "broken": worded("This file is damaged and cannot be read to its end. Save it again and bring the new file."),
    }
    return reasons.get(word) or _too_heavy()


def _run(module: str, request: bytes) -> bytes:
    """What the child writes; nothing if it went beyond a bound."""
    paths = os.pathsep.join(path or os.curdir for path in sys.path)
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter on our own module
            [sys.executable, "-s", "-c", f"from peernet.text.foreign.{module} import main; main()"],
            input=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_WALL_SECONDS,
            check=False,
            env=passed | {"PYTHONPATH": paths, "PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""
