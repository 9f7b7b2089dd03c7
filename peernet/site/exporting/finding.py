"""What a browser searches in, where no server could answer: the words of everything public, as files.

``found/index.json`` names the rest: for each two letters with which words begin a file of these words and where they
stand, and a file for every hundred things of what is shown of them. These are written anew when a thing changes or
goes, or many come; until then the index itself holds what is new.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peernet import search
from peernet.db import Database
from peernet.search import Row
from peernet.search.words import fold, words
from peernet.site.exporting.manifest import Manifest
from peernet.site.exporting.writing import Folder, compressed

INDEX = "found/index.json"
_IN_A_FILE = 100
# So many things, or one in so many, may be new before the files are written anew.
_NEW, _PART = 40, 50
_BEGINNING = 240
_BEFORE_PAGES = 1


@dataclass(frozen=True)
class _Base:
    """The files as they were written last: their folder, and for each thing its place and the digest of its words."""

    name: str
    places: Mapping[str, tuple[int, str]]
    beginnings: list[str]

    @classmethod
    def read(cls, noted: str) -> "_Base":
        held: dict[str, Any] = json.loads(noted) if noted else {"name": "", "places": {}, "beginnings": []}
        return cls(
            held["name"], {key: (place, digest) for key, (place, digest) in held["places"].items()}, held["beginnings"]
        )

    def text(self) -> str:
        return json.dumps({"name": self.name, "places": self.places, "beginnings": self.beginnings})


def write(database: Database, folder: Folder, record: Manifest) -> tuple[int, list[str]]:
    """Bring what browsers search in up to date: how many files were written, and the paths of those to remove.

    Where a thing has gone or says something else, all is written anew: no file may hold words that were taken back.
    """
    with database.reading() as db:
        rows = {f"{row.kind}:{row.ref}": row for row in search.held_by(db, "public")}
    digests = {key: _digest(row) for key, row in rows.items()}
    base = _Base.read(record.state("found"))
    new = [key for key in digests if key not in base.places]
    is_true = all(digests.get(key) == digest for key, (_place, digest) in base.places.items())
    gone: list[str] = []
    written = 0
    if not (is_true and folder.has(INDEX)) or len(new) > max(_NEW, len(rows) // _PART):
        gone = [f"found/{base.name}/{name}.json" for name in _names(base)] if base.name else []
        base, written = _write_base(folder, rows, digests)
        new = []
    written += _write_index(folder, record, base, [rows[key] for key in new])
    record.note(found=base.text())
    kept = {f"found/{base.name}/{name}.json" for name in _names(base)}
    return written, [place for place in gone if place not in kept]


def places(record: Manifest) -> list[str]:
    """The paths of everything that was written last."""
    base = _Base.read(record.state("found"))
    return [INDEX, *(f"found/{base.name}/{name}.json" for name in _names(base))]


def _write_index(folder: Folder, record: Manifest, base: _Base, new: Iterable[Row]) -> int:
    body = _json(
        {
            "base": base.name, "beginnings": base.beginnings, "inAFile": _IN_A_FILE,
            "new": [{"shown": _shown(row), "title": _known(row.title), "text": _known(row.text)} for row in new],
        }
    )  # fmt: skip
    digest = hashlib.sha256(body).hexdigest()
    if record.state("found_index") == digest and folder.has(INDEX):
        return 0
    folder.bring(INDEX, body, compressed(INDEX, body), rank=_BEFORE_PAGES)
    record.note(found_index=digest)
    return 1


def _write_base(folder: Folder, rows: Mapping[str, Row], digests: Mapping[str, str]) -> tuple[_Base, int]:
    """Every word, below a new name, so that a browser that has read the old index still finds what that names."""
    name = hashlib.sha256("".join(sorted(digests.values())).encode()).hexdigest()[:16]
    places = {key: (place, digests[key]) for place, key in enumerate(sorted(rows))}
    standing: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for key, (place, _digest_of) in places.items():
        in_title = set(_known(rows[key].title))
        for word in sorted(in_title.union(_known(rows[key].text))):
            standing[_beginning(word)][word].append(place * 2 + (word in in_title))
    files: dict[str, Any] = dict(standing)
    ordered = list(places)
    for start in range(0, len(ordered), _IN_A_FILE):
        files[f"things-{start // _IN_A_FILE}"] = [_shown(rows[key]) for key in ordered[start : start + _IN_A_FILE]]
    for file, content in files.items():
        path, body = f"found/{name}/{file}.json", _json(content)
        folder.bring(path, body, compressed(path, body), rank=0)
    return _Base(name, places, sorted(standing)), len(files)


def _names(base: _Base) -> list[str]:
    files = -(-len(base.places) // _IN_A_FILE)
    return [*base.beginnings, *(f"things-{number}" for number in range(files))]


def _known(text: str) -> list[str]:
    """The words of a text as they are looked for, each once."""
    return list(dict.fromkeys(words(fold(text))))


def _beginning(word: str) -> str:
    """The name of the file that a word stands in: the first two letters, in hexadecimal, which any host can send."""
    return word[:2].encode().hex()


def _shown(row: Row) -> list[str]:
    text = row.text if len(row.text) <= _BEGINNING else f"{row.text[:_BEGINNING].rpartition(' ')[0]} …"
    return [row.url, row.kind, row.title, row.language, text]


def _digest(row: Row) -> str:
    return hashlib.sha256(_json([row.url, row.title, row.language, row.text])).hexdigest()[:16]


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
