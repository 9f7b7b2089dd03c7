"""How many streams a web process may hold: as many as the memory of the machine bears, unless the settings say it."""

import os
from contextlib import suppress
from pathlib import Path

from peernet.settings import Settings

# What a stream takes: its thread, measured with a thousand of them.
_BYTES = 150_000
# The part of the memory that streams may take in all.
_PART = 8
_FEWEST, _MOST = 50, 1_200
# Where a container or a service is given less than the machine has (cgroup v2).
_GIVEN = Path("/sys/fs/cgroup/memory.max")


def streams(settings: Settings, memory: int | None = None) -> int:
    """The most streams of one web process, on a machine of so many bytes of memory."""
    wanted = settings.server.streams
    if wanted >= 0:
        return wanted
    each = (_memory() if memory is None else memory) // _PART // settings.server.processes
    return max(_FEWEST, min(each // _BYTES, _MOST))


def threads(settings: Settings) -> int:
    """All threads of one web process: those that answer requests, and one for each stream."""
    return settings.server.threads + streams(settings)


def _memory() -> int:
    """Bytes of memory that this process may use at most."""
    has = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):
        return min(has, int(_GIVEN.read_text()))
    return has
