"""Texts that others wrote, as they lie on this machine: in, published, out, in again, and through an empty network."""

import sys
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.materials.exchange import Result, bring_in, send_out
from peernet.text import front_matter
from tests.materials.folders import Bring, counts, files, put
from tests.sizes import WHOLE

pytestmark = [pytest.mark.lengthy, pytest.mark.once]

# What the packages that the tests need bring along by themselves. Manuals of other programs are added where a machine
# has them, and then there are several hundred.
FEWEST, USUAL = 80, 30
# Longer texts are refused, as they should be: histories of all changes of a program.
LONGEST = 200_000
MANUALS = {"doc": Path("/usr/share/doc"), "npm": Path("/usr/lib/node_modules")}


def written_elsewhere() -> Iterator[tuple[str, bytes]]:
    """Descriptions, licences and manuals of the installed packages, and manuals of other programs, with a name each."""
    packages = next(Path(place) for place in sys.path if place.endswith("site-packages"))
    for metadata in sorted(packages.glob("*.dist-info/METADATA")):
        message = message_from_bytes(metadata.read_bytes())
        if "markdown" in message.get("Description-Content-Type", ""):
            yield f"{metadata.parent.name.split('-')[0]}.md", message.get_payload(decode=True) or b""
    for root in (packages, *MANUALS.values()):
        for path in sorted(root.rglob("*.md")):
            if path.is_file() and not path.is_symlink() and "peernet" not in path.parts:
                yield path.name, path.read_bytes()


def test_pages_by_others_go_out_as_they_came_in(
    database: Database, own_database: Database, db: Session, bring: Bring, tmp_path: Path
) -> None:
    there = [(name, data) for name, data in written_elsewhere() if len(data) < LONGEST]
    assert len(there) >= FEWEST
    some = there if WHOLE else there[:: len(there) // USUAL]
    for number, (name, data) in enumerate(some):
        put(tmp_path / "in", f"pages/{number}-{name}", data)
    first = bring(tmp_path / "in")
    taken = first.count(Result.NEW)
    assert (taken + first.count(Result.REFUSED), first.count(Result.CHANGED)) == (len(some), 0)
    assert taken >= 0.95 * len(some), [str(entry) for entry in first.of(Result.REFUSED)]
    send_out(database, tmp_path / "out")
    assert counts(bring(tmp_path / "out")) == (0, 0, taken, 0)
    changed = [entry.path for entry in first.of(Result.NEW) if not _is_the_same(tmp_path, entry.path)]
    assert changed == []
    assert counts(bring_in(own_database, tmp_path / "out")) == (taken, 0, 0, 0)
    send_out(own_database, tmp_path / "second")
    assert files(tmp_path / "second") == files(tmp_path / "out")


def _is_the_same(folder: Path, path: str) -> bool:
    """Whether a text left as it came, line by line; its first heading, of one line or two, may be its title."""
    came, left = (front_matter.read((folder / at).read_bytes()).body for at in (f"in/{path}", f"out/materials/{path}"))
    written, sent = ([line for line in body.split("\n") if line.strip()] for body in (came, left))
    gone = len(written) - len(sent)
    at = next((n for n, pair in enumerate(zip(written, sent, strict=False)) if pair[0] != pair[1]), len(sent))
    return gone in (0, 1, 2) and written[:at] + written[at + gone :] == sent
