"""Folders of content: written, read, and what became of their files."""

from collections.abc import Callable
from pathlib import Path

from peernet.materials.exchange import Report, Result

HEAD = "---\ntitle: {}\nkind: blogpost\n---\n\n"
Bring = Callable[..., Report]


def put(folder: Path, path: str, text: str | bytes) -> None:
    """Write one file of a folder."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def counts(report: Report) -> tuple[int, ...]:
    """New, changed, unchanged, refused."""
    return tuple(report.count(result) for result in Result)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
