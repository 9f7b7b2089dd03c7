"""The process that makes a backup: a request on its standard input, lines of JSON with progress and then what came of
it on its output. With nobody left to listen it ends, and leaves nothing."""

import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from peernet.backups import keeping, making
from peernet.backups.process import Request
from peernet.db import Database, Refused
from peernet.media.bucket import NotInstalled, Unreachable
from peernet.settings import Settings, use

_LESS_URGENT = 10


def main() -> None:
    """Answer one request."""
    os.nice(_LESS_URGENT)
    # What is in memory is what members wrote.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = Request(**json.load(sys.stdin))
    use(Settings(data=Path(request.data), database=request.database, s3=request.s3))
    try:
        said = {"made": _make(request)}
    except Refused as refusal:
        said = {"failed": refusal.message}
    except BrokenPipeError:
        raise SystemExit(1) from None
    except (Unreachable, NotInstalled) as error:
        said = {"failed": f"{error}."}
    except OSError as error:
        said = {"failed": f"{error.strerror}: {error.filename or request.target}"}
    except SQLAlchemyError as error:
        said = {"failed": f"The database does not answer: {type(error).__name__}"}
    _say(said)


def _make(request: Request) -> str:
    database = Database(request.database, pool_size=1)
    target = Path(request.target)
    try:
        made = making.make(database, target, key=request.key, on_progress=_listener())
    finally:
        database.dispose()
    gone = keeping.prune(target.parent, request.keep)
    return f"Made {made.path} ({made.size} bytes), removed {len(gone)} old ones"


def _listener() -> Callable[[int, int], None]:
    last = -1

    def listen(done: int, of: int) -> None:
        nonlocal last
        percent = 100 * done // max(of, 1)
        if percent != last:
            last = percent
            _say({"progress": percent})

    return listen


def _say(value: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
