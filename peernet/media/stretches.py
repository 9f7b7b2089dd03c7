"""Cut a stretch out of a film or a sound that lies here, into a file of its own. Takes its time and touches no
database. Needs the extra ``clips``."""

import hashlib
import json
import os
import secrets
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore

from peernet.media import folder, names, store
from peernet.media.incoming import Brought
from peernet.media.models import MediaFile
from peernet.media.recognising import Wrong, recognise
from peernet.media.shelf import shelf
from peernet.settings import current

# What one stretch may take: it is copied, not decoded, so more is a file that means harm.
_MEMORY, _CPU_SECONDS, _WALL_SECONDS = 1_500_000_000, 60, 180
_AT_ONCE = BoundedSemaphore(1)
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR")


def is_able() -> bool:
    """Whether stretches can be cut here at all."""
    return find_spec("av") is not None


def cut(row: MediaFile, *, starts: int, ends: int) -> Brought | None:
    """The stretch in its place; None where it cannot be cut. Whoever does not keep it drops it."""
    name = secrets.token_hex(16)
    with TemporaryDirectory() as work, folder.begun(name) as temporary:
        found = store.local_copies(row.name, Path(work))
        path = temporary / "whole.part"
        if not found or not _is_cut(found[0], path, row.kind, starts, ends):
            return None
        size = path.stat().st_size
        try:
            with path.open("rb") as file:
                mime = recognise(file, size)
        except Wrong:
            return None
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        path.rename(temporary / f"whole.{names.ending_of(mime)}")
        shelf().take(name, temporary)
    return Brought(name, mime, size, digest)


def _is_cut(source: Path, into: Path, kind: str, starts: int, ends: int) -> bool:
    order = {
        "path": f"file:{source}", "into": f"file:{into}", "kind": kind, "starts": starts, "ends": ends,
        "memory": _MEMORY, "seconds": _CPU_SECONDS, "bytes": current().media.max_film_bytes,
    }  # fmt: skip
    paths = os.pathsep.join(path or os.curdir for path in sys.path)
    passed = {each: os.environ[each] for each in _PASSED_ON if each in os.environ}
    with _AT_ONCE:
        try:
            done = subprocess.run(
                [sys.executable, "-s", "-c", "from peernet.media.cutting import main; main()"],
                input=json.dumps(order).encode() + b"\n",
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_WALL_SECONDS,
                check=False,
                env=passed | {"PYTHONPATH": paths},
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0 and bool(json.loads(done.stdout or b"{}").get("made"))
