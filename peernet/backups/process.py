"""A backup in a process of its own, so that neither pages nor mail wait for it. What is secret goes to its standard
input, and not where other users of the machine could see it."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

# After so long something is stuck, such as a disk on the network.
WALL_SECONDS = 6 * 60 * 60
_START = "from peernet.backups.child import main; main()"
# Settings may hold passwords, and the process gets what it needs of them.
_SETTINGS = "PEERNET_"


class Failed(Exception):
    """There is no new backup; the message says why."""


@dataclass(frozen=True)
class Request:
    """What to make: the database's URL, the data folder, where the backup goes, how many stay, the fingerprint of the
    secret key, and the settings of the bucket that files lie in, if they do."""

    database: str
    data: str
    target: str
    keep: int
    key: str
    s3: dict[str, Any] = field(default_factory=dict)


def make(request: Request) -> str:
    """Have a backup made; what the process says that it did. Raises Failed."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter on our own module
        [sys.executable, "-s", "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
    )
    end = threading.Timer(WALL_SECONDS, process.kill)
    end.start()
    try:
        return _talk(process, request)
    finally:
        end.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _talk(process: "subprocess.Popen[bytes]", request: Request) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(asdict(request)).encode())
        process.stdin.close()
    except OSError:
        raise Failed("The process that makes backups did not start.") from None
    for line in process.stdout:
        said: dict[str, Any] = json.loads(line)
        if "made" in said:
            return str(said["made"])
        if "failed" in said:
            raise Failed(said["failed"])
    raise Failed(f"The process that makes backups ended with {process.wait()}.")


def _environment() -> dict[str, str]:
    passed = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    return passed | {"PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path), "PYTHONUTF8": "1"}
