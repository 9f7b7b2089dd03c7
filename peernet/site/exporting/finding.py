"""What a browser searches in, where no server could answer: the words of everything public, as files.

``found/index.json`` names the rest. Things are dealt out to a few parts, by their number; of each part there is a file
for each two letters with which words begin, of these words and the things that hold them; and a file for each hundred
things of what is shown of them. So a thing that comes, changes or goes makes the files anew of its words in its own
part, and a browser fetches a file of each part for each word. What the files hold depends on what is public alone, not
on the order in which it came.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peernet import search
from peernet.db import Database, Refused
from peernet.search import Row
from peernet.search.words import fold, spelled, words
from peernet.site.exporting.manifest import Manifest
from peernet.site.exporting.writing import Folder, compressed
from peernet.site.words import FOUND

INDEX = "found/index.json"
# Of so many things a part is made; more parts than the most would be more requests than are worth it.
_IN_A_PART, _MOST_PARTS = 1_500, 8
_IN_A_FILE = 100
_BEGINNING = 240
_BEFORE_PAGES = 1
# A thing's number is that of its row, or of its name where it has no other, and its kind after it.
_KINDS = list(FOUND)
_KIND, _NAMED, _IN_A_FILE_NAMED = 16, 2**32, 2**36
_MATERIAL = "material:"
# Raised when words are looked up in another spelling, so that all are written anew.
_SPELLING = "2"
# For each word the things that hold it: twice their number, and one more where it stands in the title.
Shard = dict[str, list[int]]


class Damaged(Refused):
    """A file that was written is no longer what it was."""


@dataclass
class _Files:
    """The files as they were written last: how many parts, in which of them words begin with two letters (a bit for
    each), and the names of the files of what is shown."""

    parts: int = 0
    beginnings: dict[str, int] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)

    @classmethod
    def noted(cls, record: Manifest) -> "_Files":
        text = record.state("found")
        return cls(**json.loads(text)) if text else cls()

    @property
    def places(self) -> set[str]:
        """Their paths."""
        standing = {
            _shard(part, beginning)
            for beginning, bits in self.beginnings.items()
            for part in range(self.parts)
            if bits >> part & 1
        }
        return {*standing, *map(_shown_at, self.shown)}


@dataclass(frozen=True)
class _Thing:
    """What is to be found of one thing: its words, each with whether it is of the title, and what is shown of it."""

    number: int
    digest: str
    words: Mapping[str, bool]
    shown: list[str]

    @classmethod
    def of(cls, row: Row) -> "_Thing":
        in_title = _known(row.title)
        found = dict.fromkeys(_known(row.text), False) | dict.fromkeys(in_title, True)
        return cls(_number(row.kind, row.ref), _digest(row), found, _shown(row))

    @property
    def beginnings(self) -> list[str]:
        """Names of the files in which its words stand."""
        return sorted({_beginning(word) for word in self.words})


def write(
    database: Database, folder: Folder, record: Manifest, touched: Collection[str] | None
) -> tuple[int, set[str]]:
    """Bring what browsers search in up to date: how many files were written, and the paths of those to remove.
    ``touched`` are the keys of what has changed since the last time; None if that is not known. Raises Damaged."""
    files = _Files.noted(record)
    before = files.places
    is_there = files.parts and all(map(folder.has, (INDEX, *before)))
    rows = _changed(database, record, touched if is_there else None)
    is_whole = touched is None or not is_there or files.parts != _parts(_many(record, rows))
    if is_whole:
        rows = _changed(database, record, None)
        files = _Files(_parts(len(rows)))
    written = _Writing(folder, record, files, is_whole=is_whole).write(rows)
    return written, before - _Files.noted(record).places


def places(record: Manifest) -> set[str]:
    """The paths of everything that was written last."""
    return {INDEX, *_Files.noted(record).places}


def _changed(database: Database, record: Manifest, touched: Collection[str] | None) -> dict[str, Row | None]:
    """What there is to find, by its key; where it is known what was touched, only what has changed, None for what is
    gone. A material's words never change without its key being touched."""
    with database.reading() as db:
        if touched is None:
            return {_key(row): row for row in search.held_by(db, "public")}
        ids = [key.removeprefix(_MATERIAL) for key in touched if key.startswith(_MATERIAL)]
        found = {_key(row): row for row in search.held_by(db, "public", but=("material",))}
        found |= {_key(row): row for row in search.held_by(db, "public", refs=("material", ids))}
    noted = record.things(but=_MATERIAL) | record.things(only=[f"{_MATERIAL}{one}" for one in ids])
    new = {key: row for key, row in found.items() if noted.get(key) != _digest(row)}
    return {**dict.fromkeys(set(noted) - set(found)), **new}


def _many(record: Manifest, changed: Mapping[str, Row | None]) -> int:
    """How many things there are, after these have changed."""
    gone = sum(row is None for row in changed.values())
    return record.count_things() - len(record.things(only=list(changed))) + len(changed) - gone


def _parts(many: int) -> int:
    parts = 1
    while parts < _MOST_PARTS and many > parts * _IN_A_PART:
        parts *= 2
    return parts


class _Writing:
    def __init__(self, folder: Folder, record: Manifest, files: _Files, *, is_whole: bool) -> None:
        self.folder, self.record, self.files, self.is_whole = folder, record, files, is_whole
        self.shards: dict[tuple[int, str], Shard] = {}
        self.shown: dict[str, dict[str, list[str]]] = {}
        self.written = 0

    def write(self, rows: Mapping[str, Row | None]) -> int:
        if self.is_whole:
            self.record.forget_things()
        for key, row in rows.items():
            self._take_out(key)
            if row is not None:
                self._put_in(key, _Thing.of(row))
        for (part, beginning), shard in self.shards.items():
            self._bring_shard(part, beginning, shard)
        for name, shown in self.shown.items():
            self._bring_shown(name, shown)
        self._bring_index()
        return self.written

    def _take_out(self, key: str) -> None:
        noted = None if self.is_whole else self.record.thing(key)
        if noted is None:
            return
        number = _number(*key.split(":", 1))
        for beginning in noted:
            shard = self._shard(number, beginning)
            for word in [word for word, places in shard.items() if number * 2 in places or number * 2 + 1 in places]:
                shard[word] = [place for place in shard[word] if place // 2 != number]
        self._shown(number).pop(str(number), None)
        self.record.put_thing(key, None)

    def _put_in(self, key: str, thing: _Thing) -> None:
        for word, is_title in thing.words.items():
            self._shard(thing.number, _beginning(word)).setdefault(word, []).append(thing.number * 2 + is_title)
        self._shown(thing.number)[str(thing.number)] = thing.shown
        self.record.put_thing(key, (thing.digest, thing.beginnings))

    def _shard(self, number: int, beginning: str) -> Shard:
        part = number // _KIND % self.files.parts
        if (part, beginning) not in self.shards:
            self.shards[part, beginning] = self._read(_shard(part, beginning))
        return self.shards[part, beginning]

    def _shown(self, number: int) -> dict[str, list[str]]:
        name = _file(number)
        if name not in self.shown:
            self.shown[name] = self._read(_shown_at(name))
        return self.shown[name]

    def _read(self, place: str) -> Any:
        file: Path = self.folder.path / place
        if self.is_whole or not file.is_file():
            return {}
        try:
            return json.loads(file.read_bytes())
        except ValueError:
            raise Damaged(f"{place} is damaged, and everything is to be made anew.") from None

    def _bring_shard(self, part: int, beginning: str, shard: Shard) -> None:
        held = {word: sorted(shard[word]) for word in sorted(shard) if shard[word]}
        bits = self.files.beginnings.pop(beginning, 0) & ~(1 << part)
        if held:
            bits |= 1 << part
            self._bring(_shard(part, beginning), _json(held))
        if bits:
            self.files.beginnings[beginning] = bits

    def _bring_shown(self, name: str, shown: Mapping[str, list[str]]) -> None:
        others = [other for other in self.files.shown if other != name]
        self.files.shown = sorted([*others, name]) if shown else others
        if shown:
            self._bring(_shown_at(name), _json({key: shown[key] for key in sorted(shown, key=int)}))

    def _bring_index(self) -> None:
        beginnings = dict(sorted(self.files.beginnings.items()))
        noted = {"parts": self.files.parts, "beginnings": beginnings, "shown": self.files.shown}
        self.record.note(found=json.dumps(noted))
        body = _json({"parts": self.files.parts, "inAFile": _IN_A_FILE, "beginnings": beginnings})
        digest = hashlib.sha256(body).hexdigest()
        if self.is_whole or self.record.state("found_index") != digest:
            self._bring(INDEX, body, rank=_BEFORE_PAGES)
        self.record.note(found_index=digest)

    def _bring(self, place: str, body: bytes, rank: int = 0) -> None:
        twins = compressed(place, body)
        if not (self.is_whole and self.folder.holds(place, body, twins)):
            self.folder.bring(place, body, twins, rank=rank)
            self.written += 1


def _key(row: Row) -> str:
    return f"{row.kind}:{row.ref}"


def _number(kind: str, ref: str) -> int:
    is_number = ref.isascii() and ref.isdecimal() and int(ref) < _NAMED
    named = _NAMED + int.from_bytes(hashlib.sha256(ref.encode()).digest()[:5]) if not is_number else 0
    return (named or int(ref)) * _KIND + _KINDS.index(kind)


def _file(number: int) -> str:
    """The name of the file in which it stands what is shown of a thing."""
    kind, rest = number % _KIND, number // _KIND
    return f"{kind}-{rest // _IN_A_FILE}" if rest < _NAMED else f"{kind}-n{rest // _IN_A_FILE_NAMED}"


def _shard(part: int, beginning: str) -> str:
    return f"found/{part}/{beginning}.json"


def _shown_at(name: str) -> str:
    return f"found/shown/{name}.json"


def _known(text: str) -> Iterable[str]:
    """The words of a text as they are looked for, each once."""
    return dict.fromkeys(words(fold(spelled(text))))


def _beginning(word: str) -> str:
    """The name of the file that a word stands in: the first two letters, in hexadecimal, which any host can send."""
    return word[:2].encode().hex()


def _shown(row: Row) -> list[str]:
    text = row.text if len(row.text) <= _BEGINNING else f"{row.text[:_BEGINNING].rpartition(' ')[0]} …"
    return [row.url, row.kind, row.title, row.language, text]


def _digest(row: Row) -> str:
    return hashlib.sha256("\0".join([_SPELLING, row.url, row.title, row.language, row.text]).encode()).hexdigest()[:16]


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
