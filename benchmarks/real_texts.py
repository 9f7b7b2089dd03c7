"""Texts written elsewhere: bring Markdown in, publish it, send it out, and bring that in again, here and elsewhere.

    python -m benchmarks.real_texts DIR [DIR …] [--most 1000]

The folders are only read; each text is taken once, under a name of its own, with the pictures beside it. What must
hold: a second import of the export changes nothing; an empty network sends the same bytes out; each text stands in
the export as it was written. What is refused is named with its reason. The exit code is 1 where one of these fails.
"""

import argparse
import hashlib
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from peernet.db import Database, migrations
from peernet.materials.exchange import Report, Result, bring_in, send_out
from peernet.settings import Settings, use
from peernet.text import front_matter

_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif")
_LARGEST = 400_000


@dataclass
class Circle:
    """What became of a folder on its way in, out, in again, and through an empty network."""

    first: Report
    again: Report
    elsewhere: Report
    differing: list[str]
    lost: list[str]
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed on the way."""
        others = [self.again.count(result) for result in (Result.NEW, Result.CHANGED, Result.REFUSED)]
        return not (self.differing or self.lost or any(others) or self.elsewhere.count(Result.REFUSED))


def gather(folders: Sequence[Path], into: Path, most: int) -> int:
    """Copy texts, each once and under a name that no other has; gives how many."""
    seen: set[str] = set()
    names: Counter[str] = Counter()
    for number, folder in enumerate(folders):
        for file in _texts(folder):
            if len(seen) >= most:
                return len(seen)
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            if digest not in seen:
                seen.add(digest)
                _copy(file, into / str(number) / file.relative_to(folder), names)
    return len(seen)


def _texts(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in (".md", ".markdown") and file.is_file() and 0 < file.stat().st_size < _LARGEST:
            yield file


def _copy(file: Path, to: Path, names: Counter[str]) -> None:
    stem = f"{to.parent.name}-{to.stem}".lower().strip(".")
    names[stem] += 1
    to = to.with_name(f"{stem}-{names[stem]}.md")
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to)
    for beside in file.parent.iterdir():
        if beside.suffix.lower() in _PICTURES and beside.is_file():
            shutil.copyfile(beside, to.with_name(beside.name))


def circle(folder: Path, work: Path) -> Circle:
    """The whole way of a folder."""
    began = time.perf_counter()
    here = _network(work / "here")
    first = bring_in(here, folder)
    send_out(here, work / "out")
    again = bring_in(here, work / "out")
    there = _network(work / "there")
    elsewhere = bring_in(there, work / "out")
    send_out(there, work / "second")
    out, second = _files(work / "out"), _files(work / "second")
    differing = sorted(path for path in out.keys() | second.keys() if out.get(path) != second.get(path))
    return Circle(first, again, elsewhere, differing, _lost(folder, first, out), time.perf_counter() - began)


def _network(data: Path) -> Database:
    """An empty network, whose settings are in use from now on."""
    data.mkdir(parents=True)
    use(Settings(data=data, secret_key=SecretStr("x" * 40)))
    database = Database(f"sqlite:///{data / 'peernet.db'}")
    migrations.upgrade(database)
    return database


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _lost(folder: Path, report: Report, out: dict[str, bytes]) -> list[str]:
    """Texts that are in the export with other lines than they were written with."""
    come_in = [entry for entry in report.entries if entry.result is not Result.REFUSED]
    return [
        entry.path
        for entry in come_in
        if not _is_kept(_lines((folder / entry.path).read_bytes()), _lines(out.get(f"materials/{entry.path}", b"")))
    ]


def _lines(data: bytes) -> list[str]:
    """What is written on it, without front matter and blank lines."""
    return [line for line in front_matter.read(data).body.split("\n") if line.strip()]


def _is_kept(written: list[str], sent: list[str]) -> bool:
    """Whether all lines are there in their order, but for the heading that became the title, and its underline."""
    gone = len(written) - len(sent)
    at = next((number for number, (one, two) in enumerate(zip(written, sent, strict=False)) if one != two), len(sent))
    return 0 <= gone <= 2 and written[:at] + written[at + gone :] == sent


def tell(made: Circle, count: int) -> None:
    """The numbers, and each reason with how often it was given."""
    print(f"{count} texts in {made.seconds:.0f} s: " + ", ".join(
        f"{made.first.count(result)} {result.value}" for result in Result
    ))  # fmt: skip
    reasons = Counter(entry.reason for entry in made.first.entries if entry.result is Result.REFUSED)
    notes = Counter(note.text.split("“")[0][:80] for entry in made.first.entries for note in entry.notes)
    for title, counted in (("Refused", reasons), ("Noted", notes)):
        for reason, number in counted.most_common(12):
            print(f"  {title}: {number} × {reason}")
    for title, found in (("Not the same in an empty network", made.differing), ("Lost", made.lost)):
        print(f"{title}: {len(found)}" + "".join(f"\n  {one}" for one in found[:10]))
    changed = [entry for entry in made.again.entries if entry.result is not Result.UNCHANGED]
    print(f"Changed by bringing the export in again: {len(changed)}")
    for entry in changed[:10]:
        print(f"  {entry.result.value} {entry.path} {entry.reason}")


def main() -> int:
    """Gather, go round, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--most", type=int, default=1_000, metavar="NUMBER")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        count = gather(told.folders, work / "in", told.most)
        made = circle(work / "in", work)
        tell(made, count)
    return 0 if made.is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
