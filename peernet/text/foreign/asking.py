"""Ask a bounded child process to make Markdown of something foreign. This takes time: do it before the write lock."""

import json
import os
import subprocess
import sys
import threading
from typing import Any

from peernet import turns
from peernet.db import Refused
from peernet.text.messages import worded

# Sizes and bounds. Word's HTML is mostly style: ten times the text is usual.
MAX_HTML = 600_000
_CPU_SECONDS = 6
_WALL_SECONDS = 30
_MEMORY_BYTES = 700_000_000
_AT_ONCE = threading.BoundedSemaphore(2)
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "PATH")


def from_html(html: str) -> str:
    """The Markdown of rich text. Raises Refused in words for what is too large, or takes too much work."""
    if len(html) > MAX_HTML:
        raise Refused(_too_heavy())
    head, _files = ask({"what": "html"}, html.encode("utf-8", "replace"))
    if "markdown" not in head:
        raise Refused(_too_heavy())
    return str(head["markdown"])


def ask(order: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """What the child answers: a head, and the bytes of files after it; ``{"refused": "heavy"}`` beyond a bound."""
    turns.let_go()
    limits = {"seconds": _CPU_SECONDS, "memory": _MEMORY_BYTES}
    with _AT_ONCE:
        output = _run(json.dumps(limits | order).encode() + b"\n" + data)
    first, _newline, body = output.partition(b"\n")
    return (json.loads(first), body) if first else ({"refused": "heavy"}, b"")


def _too_heavy() -> str:
    return worded("This takes too much work to read. Bring it in smaller parts.")


def _run(request: bytes) -> bytes:
    """What the child writes; nothing if it went beyond a bound."""
    paths = os.pathsep.join(path or os.curdir for path in sys.path)
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-s", "-c", "from peernet.text.foreign.child import main; main()"],
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
