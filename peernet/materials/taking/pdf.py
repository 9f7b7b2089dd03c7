"""A book as PDF, tagged for assistive technology (PDF/UA-1, ISO 14289-1), where WeasyPrint and Pango are installed.

It is laid out in a bounded child process (:mod:`peernet.materials.taking.printing`). That takes a second or more, so a
PDF is made when it is first asked for, and kept like every download.
"""

import json
import os
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Mapping
from enum import Enum
from functools import cache
from importlib.util import find_spec
from typing import Any

from peernet import turns
from peernet.brand import logo
from peernet.materials.taking import paper
from peernet.materials.taking.books import Book
from peernet.materials.taking.pictures import Picture
from peernet.materials.taking.printing import TRIAL
from peernet.settings import current

MIME = "application/pdf"
LABEL = "PDF"
# A page of plain text takes about 50 ms; the book of a cohort has a hundred or two.
CPU_SECONDS = 60
_WALL_SECONDS = 90
_MEMORY = 1_500_000_000
# How long a reader waits for others' files to be made.
_QUEUE_SECONDS = 20
_AT_ONCE = threading.BoundedSemaphore(2)
_START = "from peernet.materials.taking.printing import main; main()"
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "PATH")


class Unmade(Exception):
    """There is no PDF of this: it takes too much work, or too many are being made just now."""


class Missing(Enum):
    """What stands between a host and its PDFs."""

    NOTHING = "nothing"
    EXTRA = "extra"
    LIBRARIES = "libraries"
    FONTS = "fonts"


def is_offered() -> bool:
    """Whether readers get PDFs here. Found out once for each process, when it is first of interest."""
    return missing()[0] is Missing.NOTHING


def write(book: Book) -> bytes:
    """The file. The same book has the same bytes on one machine. Raises Unmade."""
    own = logo.small_png(current())
    handed = _handed(book.pictures) | ({paper.LOGO: ("image/png", b64encode(own).decode())} if own else {})
    order = {"html": paper.page(book, has_logo=own is not None), "pictures": handed}
    turns.let_go()
    if not _AT_ONCE.acquire(timeout=_QUEUE_SECONDS):
        raise Unmade("too many at once")
    try:
        made, why = _run(order)
    finally:
        _AT_ONCE.release()
    if made is None:
        raise Unmade(why)
    return made


def missing() -> tuple[Missing, str]:
    """What is missing to make PDFs, and what the attempt said."""
    with _finding:
        return _missing()


_finding = threading.Lock()


@cache
def _missing() -> tuple[Missing, str]:
    if find_spec("weasyprint") is None:
        return Missing.EXTRA, ""
    turns.let_go()
    made, why = _run({"html": TRIAL, "pictures": {}, "plain": True})
    if made is None:
        return Missing.LIBRARIES, why
    # Without a font Pango draws nothing, and says so to nobody.
    return (Missing.NOTHING, "") if b"/FontDescriptor" in made else (Missing.FONTS, "")


def _handed(pictures: Mapping[str, Picture]) -> dict[str, tuple[str, str]]:
    return {
        f"images/{picture.name}": (picture.mime, b64encode(picture.whole()).decode()) for picture in pictures.values()
    }


def _run(order: Mapping[str, Any]) -> tuple[bytes | None, str]:
    """What the child writes; or None and why there is nothing."""
    request = json.dumps({**order, "memory": _MEMORY, "seconds": CPU_SECONDS}).encode()
    paths = os.pathsep.join(path or os.curdir for path in sys.path)
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter on our own module
            [sys.executable, "-s", "-c", _START],
            input=request,
            capture_output=True,
            timeout=_WALL_SECONDS,
            check=False,
            env=passed | {"PYTHONPATH": paths, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired:
        return None, "it took too long"
    if done.returncode == 0 and done.stdout.startswith(b"%PDF"):
        return done.stdout, ""
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return None, said[-1] if said else f"it ended with {done.returncode}"
