"""The child process that reads what is foreign: an order as a line of JSON, then the bytes.

It writes a line of JSON and then files, one after another. It bounds itself before it reads more than the order: no
file, no more memory and no more time than it was given.
"""

import json
import resource
import sys
from collections.abc import Callable
from typing import Any

Work = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], list[bytes]]]


def serve(work: Work) -> None:
    """Do the work of one order and end."""
    order = json.loads(sys.stdin.buffer.readline())
    _bound(order)
    try:
        head, files = work(order, sys.stdin.buffer.read())
    except (RecursionError, MemoryError):
        head, files = {"refused": "heavy"}, []
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(files))


def _bound(order: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
