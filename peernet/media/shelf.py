"""Where the bytes lie: in the data folder, or in a bucket where the settings name one."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from peernet.media import bucket, folder
from peernet.settings import current


class Shelf(Protocol):
    """What both can do; see ``folder`` for each."""

    def put(self, name: str, files: Mapping[str, bytes]) -> None: ...

    def take(self, name: str, temporary: Path) -> None: ...

    def opened(self, name: str, file: str) -> BinaryIO: ...

    def size_of(self, name: str, file: str) -> int: ...

    def has(self, name: str) -> bool: ...

    def listed(self, name: str) -> list[str]: ...

    def names(self) -> Iterator[tuple[str, float]]: ...

    def is_empty(self) -> bool: ...

    def taken_over(self, staged: Path) -> AbstractContextManager[None]: ...

    def drop(self, name: str) -> None: ...

    def drop_unfinished(self, before: float) -> int: ...


def shelf() -> Shelf:
    """The one in use."""
    return bucket if current().s3.bucket else folder
