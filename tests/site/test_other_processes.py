"""No other process, on this machine or on another one, serves a word that was taken back once it has swept.

Two processes read what a third one writes: one shares its store of ready-made pages, the other stands on another
machine and has its own. What they answer is compared with what a process that begins now makes of the database.
"""

import gzip
import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import Client

from peernet.app import make_app
from peernet.db import Database, settle
from peernet.pages import Sweeper, sweeper
from peernet.server import open_pages
from peernet.server.front import Front
from peernet.settings import Settings
from peernet.web import security
from tests.site import scene as scenery
from tests.site.scene import (
    BESIDE,
    WORDS,
    Scene,
    answer,
    complete,
    decide,
    draft,
    facilitator,
    organiser,
    publish,
    quote,
    scene,
)
from tests.sizes import WHOLE
from tests.world import World, make_world

__all__ = ["answer", "complete", "decide", "draft", "facilitator", "organiser", "publish", "quote", "scene"]

# It begins many processes.
pytestmark = pytest.mark.lengthy

_BASE = "http://localhost:8000"
_NAMES = re.compile("<id>[^<]*</id>|^UID:.*$", re.MULTILINE)
_LOC = re.compile(f"<loc>{re.escape(_BASE)}([^<]*)</loc>")


@pytest.fixture
def database(own_database: Database) -> Database:
    """One in which commits are real."""
    return own_database


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    """The session of the process that writes."""
    with database.session(write=True) as session:
        yield session


@pytest.fixture
def world(db: Session) -> World:
    """The world, committed."""
    made = make_world(db)
    db.commit()
    return made


class Said(NamedTuple):
    """What a reader is told at an address."""

    status: int
    location: str | None
    etag: str | None
    body: bytes


@dataclass
class Process:
    """One that answers readers. It sweeps no sooner than it is told to."""

    sweeper: Sweeper
    client: Client
    shown: Path

    def read(self, paths: list[str]) -> dict[str, Said]:
        """What it says at each, once it knows how large the files are that a page offers."""
        for _time in range(2):
            found = {path: self._ask(path) for path in paths}
        return found

    def files(self) -> dict[str, bytes]:
        """What a server of files finds in its store, by its address."""
        at = self.shown.resolve()
        found = {path.relative_to(at).as_posix().removesuffix(".gz"): path for path in at.rglob("*.gz")}
        return {f"/{name}": gzip.decompress(path.read_bytes()) for name, path in found.items()}

    def _ask(self, path: str) -> Said:
        got = self.client.get(path, headers={"Host": "localhost"})
        return Said(got.status_code, got.headers.get("Location"), got.headers.get("ETag"), got.data)


Begin = Callable[..., Process]


@pytest.fixture
def begin(settings: Settings, database: Database, tmp_path: Path) -> Iterator[Begin]:
    """Begin a process whose store lies in a folder: with a database of its own, or the one given."""
    begun: list[Database] = []

    def start(folder: str, own: Database | None = None) -> Process:
        if own is None:
            own = Database(database.engine.url.render_as_string(hide_password=False))
            begun.append(own)
        swept = open_pages(settings.model_copy(update={"data": tmp_path / folder}), own)
        app = make_app(settings, own, swept)
        swept.sweep()
        shown = tmp_path / f"shown-{len(list(tmp_path.iterdir()))}"
        swept.store.show_at(shown)
        front = Front(app, settings=settings, store=swept.store, headers=security.headers(settings))
        return Process(swept, Client(front), shown)

    yield start
    for one in begun:
        one.dispose()


class Case(NamedTuple):
    """A change, what nobody may read after it, addresses at which it could be read, what the answer is then where there
    is no page any more, and where words stay because they are those of the time at which they were said."""

    stale: str
    change: Callable[[Scene], object]
    on: str
    told: Mapping[str, tuple[int, str | None]] = MappingProxyType({})
    stays: Set[str] = frozenset()


_QUESTION, _TRUST, _BOOK = "/questions/who-decides", "/organisations/river-trust", "/library/a-playbook"
_COHORT, _QUOTING, _PERSON = "/cohorts/practice-cohort", "/library/who-was-there-first", "/people/3"
_TOPIC, _OAI = "/library?topic=governance", "/oai?verb=ListRecords&metadataPrefix=oai_dc"
_SHEET, _OF_COHORT = f"{_QUESTION}/group.html", "/feeds/cohort/practice-cohort"
_FEEDS = (
    "/feeds/all.atom", "/feeds/topic/governance.atom", f"{_OF_COHORT}.atom", "/feeds/organisation/river-trust.atom",
    "/feeds/question/who-decides.atom",
)  # fmt: skip
_ALL_FEEDS = " ".join(_FEEDS)
# Some of what is read in another language.
_IN_FRENCH = ("/fr/questions/", "/fr/library/a-playbook", "/fr/library/the-book", "/fr/people")
# Where a material of the cohort is listed, on a question and a topic and by an organisation.
_LISTS = f"/ /library {_TOPIC} {_COHORT} {_TRUST} {_QUESTION} {_ALL_FEEDS} {_OAI}"
_VOICES = f"{_QUESTION} {_PERSON} {_TRUST} {_SHEET}"
_FILES_OF_QUOTING = f"{_QUOTING}/download/html {_QUOTING}/download/markdown"
_MOVED = {
    "library/a-playbook": "library/the-book", "questions/who-decides": "questions/who-says-no",
    "cohorts/practice-cohort": "cohorts/first-cohort", "organisations/river-trust": "organisations/stream-trust",
    "feeds/cohort/practice-cohort": "feeds/cohort/first-cohort", "feeds/question/who-decides":
    "feeds/question/who-says-no", "feeds/organisation/river-trust": "feeds/organisation/stream-trust",
}  # fmt: skip
_OF_MOVED = (
    f"{_BOOK} /fr{_BOOK} {_BOOK}/v/1 {_BOOK}/download/html {_BOOK}/download/markdown {_QUESTION} /fr{_QUESTION}"
    f" {_SHEET} {_QUESTION}/group {_COHORT} {_TRUST} {_OF_COHORT}.ics {' '.join(_FEEDS[2:])}"
).split()


def _led_on(path: str) -> str:
    old = next(old for old in _MOVED if f"/{old}" in path)
    return path.replace(old, _MOVED[old])


CASES = {
    "consent withdrawn": Case(WORDS, scenery.take_back, f"{_QUOTING} {_QUOTING}/v/1 {_FILES_OF_QUOTING} {_ALL_FEEDS}"),
    "a public answer for fewer": Case(BESIDE, scenery.let_fewer_read, _VOICES),
    "a public answer erased": Case(BESIDE, scenery.erase, _VOICES),
    "a person's name": Case("Wilhelmina", scenery.rename, _VOICES),
    "a name in the credits": Case("Zephyrine", scenery.unname, f"{_QUOTING} {_QUOTING}/v/1 {_FILES_OF_QUOTING} {_OAI}"),
    "no page of a person": Case(
        "A choir|/people/3",
        scenery.close_page,
        f"{_PERSON} {_QUESTION} {_QUOTING} /sitemap.xml",
        {_PERSON: (404, None), f"/fr{_PERSON}": (404, None)},
    ),
    "an organisation's name": Case(
        "River Trust",
        scenery.rename_organisation,
        f"/ /library {_TOPIC} {_COHORT} /organisations {_TRUST} {_BOOK} {_BOOK}/v/1 {_FEEDS[3]}",
        # A version was credited to it under the name that it had.
        stays={_QUOTING, f"{_QUOTING}/v/1", f"{_QUOTING}/download/html", _OAI},
    ),
    "a cohort's name": Case(
        "Practice cohort",
        scenery.rename_cohort,
        f"/ /library {_TOPIC} /cohorts {_COHORT} {_TRUST} /questions {_QUESTION} {_BOOK} {_FEEDS[2]} {_OF_COHORT}.ics",
    ),
    "a question's words": Case(
        "Who decides, and",
        scenery.reword_question,
        f"/ /library {_TOPIC} {_COHORT} {_TRUST} /questions {_QUESTION} {_BOOK} {_FEEDS[4]} {_SHEET}",
        # What is quoted was said in answer to the words of then.
        stays={_QUOTING, f"{_QUOTING}/v/1", *_FILES_OF_QUOTING.split(), *_FEEDS},
    ),
    "a new version": Case(
        "Summary of a-playbook",
        scenery.issue_anew,
        f"{_LISTS} {_BOOK} {_BOOK}/download/html",
        stays={f"{_BOOK}/v/1"},
    ),
    "a slug moved": Case(
        rf"({_BOOK}|{_QUESTION}|{_COHORT}|{_TRUST})\b",
        scenery.move_all,
        f"{_LISTS} /cohorts /organisations /questions {_BOOK} {_QUOTING} /sitemap.xml {_OF_COHORT}.ics",
        {path: (301, _led_on(path)) for path in _OF_MOVED},
    ),
    "a material withdrawn": Case(
        "Summary of a-playbook",
        scenery.withdraw,
        f"{_LISTS} {_BOOK} {_BOOK}/v/1 {_BOOK}/download/html",
        {path: (410, None) for path in _OF_MOVED if _BOOK in path},
    ),
}


# Each begins four processes; the others are changes of the same kinds.
_USUAL = ("consent withdrawn", "a slug moved", "a material withdrawn")


@pytest.mark.parametrize("name", CASES if WHOLE else _USUAL)
def test_what_is_stale_is_served_by_nobody(name: str, scene: Scene, database: Database, begin: Begin) -> None:
    case = CASES[name]
    writing, beside, apart = begin("common", database), begin("common"), begin("apart")
    paths = addresses(apart)
    before = writing.read(paths)
    assert (beside.read(paths), apart.read(paths)) == (before, before)
    assert set(case.on.split()) - showing(case.stale, before) == set()
    case.change(scene)
    settle(scene.db)

    anew = begin("anew")
    paths = list(dict.fromkeys([*paths, *addresses(anew)]))
    right = anew.read(paths)
    assert showing(case.stale, right) == case.stays
    assert {path: (said.status, said.location) for path, said in right.items() if said.status != 200} == case.told
    assert stale_files(writing, right) == set()
    assert writing.read(paths) == right
    assert beside.read(paths) == right
    ready = [path for path in before if "?" not in path]
    assert apart.read(ready) == {path: before[path] for path in ready}
    assert stale_files(apart, right) != set()
    apart.sweeper.sweep()
    assert stale_files(apart, right) == set()
    assert apart.read(paths) == right
    beside.sweeper.sweep()
    assert beside.read(paths) == right


def test_a_process_sweeps_at_least_every_second() -> None:
    assert sweeper._SECONDS <= 1.0


def addresses(process: Process) -> list[str]:
    """Files first, since pages say how large they are; then everything that readers come to; some of it in French."""
    found = _LOC.findall(process.read(["/sitemap.xml"])["/sitemap.xml"].body.decode())
    listed = [path for path in found if not path.startswith("/fr") or path.startswith(_IN_FRENCH)]
    names = [path for path in listed if path.startswith(("/library/a-playbook", "/library/the-book", _QUOTING))]
    files = [f"{path}/download/{kind}" for path in names for kind in ("html", "markdown")]
    beside = [f"{path}/v/1" for path in names]
    more = (*_FEEDS, f"{_OF_COHORT}.ics", "/sitemap.xml", _SHEET, f"{_QUESTION}/group", _TOPIC, _OAI)
    return [*files, *beside, *more, *listed]


def stale_files(process: Process, right: Mapping[str, Said]) -> set[str]:
    """Where a server of files would say something else."""
    return {path for path, body in process.files().items() if right[path].body != body}


def showing(stale: str, said: Mapping[str, Said]) -> set[str]:
    """Where words are read. What a feed calls a thing stays what it was called first, and
    where nothing is, the address alone is said."""
    words = re.compile(stale)
    shown = {path: _NAMES.sub("", one.body.decode()) for path, one in said.items() if one.status != 404}
    return {path for path, text in shown.items() if words.search(text)}
