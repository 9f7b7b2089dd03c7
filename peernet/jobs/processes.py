"""Long work in a process of its own, so that neither this one's pages nor any transaction wait for it: what is asked
goes to its standard input, and lines of JSON with progress and then with what was found come back.
"""

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

# All that Python itself may need; nothing secret reaches the process.
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "PATH", "PYTHONTZPATH")
_MEMORY_BYTES = 1024 * 1024 * 1024
_LESS_URGENT = 10


class Failed(Exception):
    """The process ended and had found nothing."""


def ask(module: str, request: dict[str, Any], *, wall_seconds: float, progress: Callable[[int], None]) -> Any:
    """Have ``main`` of a module answer a request; what it found. ``progress`` hears percents. Raises Failed."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter on our own module
        [sys.executable, "-s", "-c", f"from {module} import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(),
    )
    end = threading.Timer(wall_seconds, process.kill)
    end.start()
    try:
        return _talk(process, request, progress)
    finally:
        end.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def asked() -> Any:
    """In the process: what is asked of it. From then on its memory and processor time are bounded, and others go
    first."""
    os.nice(_LESS_URGENT)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (request["cpu"], request["cpu"]))
    return request


def say(value: dict[str, Any]) -> None:
    """In the process: a line to who asked, with ``progress`` or ``found``."""
    sys.stdout.write(json.dumps(value, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _talk(process: "subprocess.Popen[bytes]", request: dict[str, Any], progress: Callable[[int], None]) -> Any:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()
    except OSError:
        raise Failed from None
    for line in process.stdout:
        said = json.loads(line)
        if "found" in said:
            return said["found"]
        progress(said["progress"])
    raise Failed


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed | {"PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path), "PYTHONUTF8": "1"}
