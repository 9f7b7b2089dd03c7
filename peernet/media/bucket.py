"""Files in a store that speaks S3: the same as ``folder``, under ``<prefix>/<two letters>/<name>/``.

A file counts once its row is there, so it need not appear whole at once; what is left of an interrupted write has no
row and is swept. What the store answers that is neither a file nor its absence is :class:`Unreachable`.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from peernet.media.folder import place
from peernet.settings import current
from peernet.settings.tree import S3

try:
    import obstore
    from obstore.exceptions import BaseError, NotFoundError
    from obstore.store import S3Store
except ModuleNotFoundError:  # the extra "s3" is not installed
    obstore = None  # type: ignore[assignment]

# Bytes that are fetched at once of a file that is read from somewhere in it.
_PIECE = 1_000_000
_PART = 8_000_000


class Unreachable(OSError):
    """The store does not answer, or refuses."""


class NotInstalled(RuntimeError):
    """The settings name a bucket, and the library for it is missing."""


def put(name: str, files: Mapping[str, bytes]) -> None:
    """Write the files of ``name``; when this returns the store has them."""
    for file, data in files.items():
        with _reaching():
            obstore.put(_store(), _key(name, file), data, use_multipart=False)


def take(name: str, temporary: Path) -> None:
    """Write the files of ``name`` that lie in a folder, however large."""
    for path in sorted(temporary.iterdir()):
        with _reaching(), path.open("rb") as file:
            obstore.put(_store(), _key(name, path.name), file, chunk_size=_PART)


def opened(name: str, file: str) -> BinaryIO:
    """A file, to be read from anywhere. Raises FileNotFoundError."""
    return io.BufferedReader(_Remote(_key(name, file), size_of(name, file)), _PIECE)


def size_of(name: str, file: str) -> int:
    """Bytes of a file. Raises FileNotFoundError."""
    with _reaching():
        return int(obstore.head(_store(), _key(name, file))["size"])


def has(name: str) -> bool:
    """Whether anything of ``name`` is there."""
    return bool(listed(name))


def listed(name: str) -> list[str]:
    """The names of the files of ``name``."""
    return sorted(path.rpartition("/")[2] for path, _came in _under(_key(name, "")))


def names() -> Iterator[tuple[str, float]]:
    """Every name in the store, with the time (seconds since 1970) at which its newest file came."""
    found: dict[str, float] = {}
    for path, came in _under(""):
        parts = path.split("/")
        if len(parts) == 3 and _is_name(parts[1]):
            found[parts[1]] = max(came, found.get(parts[1], 0.0))
    yield from sorted(found.items())


def is_empty() -> bool:
    """Whether no file lies here."""
    return next(names(), None) is None


@contextmanager
def taken_over(staged: Path) -> Iterator[None]:
    """Put files into the store that lie in ``staged`` in the shape of the folder, each compared as it is read back. If
    that or what follows in the block fails, none of them stays."""
    begun = []
    try:
        for given in sorted(staged.glob("*/*")):
            begun.append(given.name)
            take(given.name, given)
            _compare(given)
        yield
    except BaseException:
        for name in begun:
            # What cannot be removed now has no row, and is swept.
            with suppress(OSError):
                drop(name)
        raise


def drop(name: str) -> None:
    """Remove the files of ``name``, if there are any."""
    paths = [_key(name, file) for file in listed(name)]
    if paths:
        with _reaching():
            obstore.delete(_store(), paths)


def drop_unfinished(before: float) -> int:
    """Nothing: the store itself removes what was begun, if it is told to."""
    del before
    return 0


def probe() -> None:
    """Write a file, read it and remove it. Raises Unreachable."""
    with _reaching():
        obstore.put(_store(), "probe", b"peernet", use_multipart=False)
        if bytes(obstore.get(_store(), "probe").bytes()) != b"peernet":
            raise Unreachable("What was written is not what is read.")
        obstore.delete(_store(), "probe")


class _Remote(io.RawIOBase):
    """A file in the store, of which each read fetches a part."""

    def __init__(self, key: str, size: int) -> None:
        self._key, self._size, self._at = key, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, into: Any) -> int:
        end = min(self._at + len(into), self._size)
        if self._at >= end:
            return 0
        with _reaching():
            data = bytes(obstore.get_range(_store(), self._key, start=self._at, end=end))
        into[: len(data)] = data
        self._at += len(data)
        return len(data)


def _compare(given: Path) -> None:
    """Whether the store gives the files of a folder back as they are. Raises Unreachable."""
    for path in sorted(given.iterdir()):
        with path.open("rb") as one, opened(given.name, path.name) as other:
            if not _are_same(one, other):
                raise Unreachable(f"The store of files does not give {given.name} back as it was written")


def _are_same(one: BinaryIO, other: BinaryIO) -> bool:
    while piece := one.read(_PIECE):
        if other.read(len(piece)) != piece:
            return False
    return not other.read(1)


def _under(prefix: str) -> Iterator[tuple[str, float]]:
    """Path and time of everything below a prefix."""
    with _reaching():
        for some in _listing(prefix):
            for one in some:
                yield one["path"], one["last_modified"].timestamp()


def _listing(prefix: str) -> Iterable[Sequence[Any]]:
    found: Iterable[Sequence[Any]] = obstore.list(_store(), prefix or None)
    return found


def _key(name: str, file: str) -> str:
    place(name)  # raises ValueError for what cannot be a name
    return f"{name[:2]}/{name}/{file}"


def _is_name(name: str) -> bool:
    try:
        place(name)
    except ValueError:
        return False
    return True


def _store() -> Any:
    if obstore is None:
        raise NotInstalled("The library for S3 is missing. Run: pip install 'peernet[s3]'")
    return _made(current().s3)


@lru_cache(maxsize=4)
def _made(given: S3) -> Any:
    options: dict[str, Any] = {"region": given.region, "virtual_hosted_style_request": given.names_bucket_in_host}
    if given.endpoint:
        options["endpoint"] = given.endpoint
    if given.key_id:
        options |= {"access_key_id": given.key_id, "secret_access_key": given.secret.get_secret_value()}
    plain = given.endpoint.startswith("http://")
    return S3Store(
        given.bucket,
        prefix=given.prefix or None,
        client_options={"allow_http": plain, "timeout": "60s", "connect_timeout": "5s"},
        retry_config={"max_retries": 3},
        **options,
    )


@contextmanager
def _reaching() -> Iterator[None]:
    """The store's errors as ours; none of them repeats a key."""
    _store()
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise FileNotFoundError("It is not in the store") from None
    except BaseError as error:
        raise Unreachable(f"The store of files does not answer as it should ({type(error).__name__})") from None
