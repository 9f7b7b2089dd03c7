"""Making the pages and files of a folder: each address is asked of the application itself, as nobody."""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, ProcessPoolExecutor, wait
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby, islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client, TestResponse

from peernet.db import Database, Refused
from peernet.settings import Settings
from peernet.site.exporting import addresses
from peernet.site.exporting.manifest import Page, Whereabouts
from peernet.site.exporting.writing import Twins, compressed
from peernet.web.copying import ENVIRON, Note
from peernet.web.rules import Rule, rule_of

# Made for everybody, though they ask first who is there.
_ALSO = frozenset({"site.media", "site.passage", "site.passage_captions"})
# They answer questions, which a folder cannot.
_NEVER = frozenset({"site.oai"})
# Of these an address with a query is a page or a file of its own.
_WITH_QUERY = frozenset({"site.library", "site.media"})
NOT_THERE = "/404.html"
# What leads nowhere takes its place first, then styles and scripts, then pages.
_FILE, _ASSET, _PAGE = range(3)
# Fewer pages are not worth other processes; so many things are handed to one at once, so many times over that it
# waits for nobody.
_MANY, _TOGETHER, _AHEAD = 128, 4, 8
# Where the page of something withdrawn lies: a server that is told so can send it with the status 410.
GONE = "gone"
_SAYING_GONE = frozenset({"site.material", "site.material_version", "site.material_changes"})
# Where a page lies that leads on to where something is now.
_LEADING_ON = frozenset({"site.material", "site.question", "site.cohort", "site.organisation"})


@dataclass(frozen=True)
class Piece:
    """One file of the folder with its bytes, what it was made from, and the order in which it takes its place."""

    page: Page
    body: bytes
    twins: Twins
    depends: frozenset[str]
    rank: int


# Addresses, each with what was made of it.
_Made = list[tuple[str, list[Piece]]]


class Maker:
    """Makes what lies under addresses. ``number`` is the last touch before any of it is read; ``known`` tells
    the public addresses of what was made before, ``size_of`` the bytes of a file that need not be made."""

    def __init__(
        self,
        app: Flask,
        settings: Settings,
        number: int,
        known: Whereabouts | dict[str, str],
        size_of: Callable[[str], int | None] = lambda _address: None,
    ) -> None:
        self.database: Database = app.database  # type: ignore[attr-defined]
        self.base = settings.public_url
        self.number = number
        self.known, self._size_of = known, size_of
        others = [code for code in settings.network.languages if code != settings.network.language]
        self._roots = tuple(f"/{code}" for code in others)
        self._app = app
        self._adapter = app.url_map.bind("localhost")
        self._client = Client(app, use_cookies=False)
        self._held: dict[Hashable, Any] = {}
        self._inside: dict[str, bool] = {}

    def leads_inside(self, address: str) -> bool:
        """Whether an address is one of the folder's."""
        if address not in self._inside:
            self._inside[address] = self._leads_inside(address)
        return self._inside[address]

    def _thing(self, address: str) -> tuple[str, ...]:
        """What an address is of, in any language; a list with all its parts is one."""
        path, _mark, query = self._without_language(address).partition("?")
        return (*path.split("/")[:3], *(said for said in query.split("&") if not said.startswith("part=")))

    def _leads_inside(self, address: str) -> bool:
        endpoint = self._endpoint(address)
        if endpoint in _NEVER or ("?" in address and endpoint not in _WITH_QUERY):
            return False
        return endpoint in _ALSO or (endpoint != "" and rule_of(self._app, endpoint) is Rule.READER)

    def _endpoint(self, address: str) -> str:
        """What answers there; empty if nothing does."""
        path = self._without_language(address.partition("?")[0])
        try:
            return str(self._adapter.match(path or "/", method="GET")[0])
        except HTTPException:
            return ""

    def _without_language(self, path: str) -> str:
        for root in self._roots:
            if path == root or path.startswith(f"{root}/"):
                return path.removeprefix(root)
        return path

    def make_all(self, wanted: Iterable[str], processes: int) -> Iterator[tuple[str, list[Piece]]]:
        """These with the pieces of each, and whatever they lead to of the same things and was not made before: pages of
        one thing are made one after another, and read it once. Many are made by several processes, in whatever order
        they are done."""
        ordered = sorted(wanted, key=self._thing)
        things = [list(group) for _thing, group in groupby(ordered, key=self._thing)]
        if processes < 2 or len(ordered) < _MANY:
            for group in things:
                yield from self.make_thing(group)
            return
        self.database.dispose()  # A connection has one process at its other end.
        with ProcessPoolExecutor(processes, get_context("fork"), _take, (self,)) as pool:
            for made in _as_done(pool, things, processes * _AHEAD):
                for piece in (piece for _address, pieces in made for piece in pieces):
                    if piece.rank == _FILE:
                        self.known[piece.page.address] = piece.page.public
                yield from made

    def make_thing(self, group: Sequence[str]) -> _Made:
        """What lies under addresses of one thing, and under those of the same to which they lead."""
        waiting, seen, made = deque(group), set(group), []
        while waiting:
            address = waiting.popleft()
            pieces = self.make(address)
            made.append((address, pieces))
            seen.update(piece.page.address for piece in pieces)
            links = dict.fromkeys(link for piece in pieces for link in piece.page.links)
            own = [link for link in links if link not in seen and self._thing(link) == self._thing(address)]
            new = [link for link in own if link not in self.known]
            seen.update(new)
            waiting.extend(new)
        return made

    def make(self, address: str) -> list[Piece]:
        """What lies under an address, and the files made on the way to it; empty if there is nothing any more. Raises
        Refused where it cannot be told."""
        note = Note(self.number, held=self._held, size_of=self._size_of)
        answer = self._client.get(address, base_url=self.base, environ_overrides={ENVIRON: note})
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # That it cannot be made just now does not say that it is gone.
            raise Refused(f"{address} cannot be made: it is answered with {answer.status_code}.")
        if answer.status_code not in self._expected(address):
            return []
        depends = frozenset(note.depends)
        offered = {at: one for at, one in note.files.items() if at not in self.known}
        files = [self._file(at, one.body, one.content_type, one.depends) for at, one in offered.items()]
        return [*files, *self._page(address, answer, depends)]

    def _expected(self, address: str) -> tuple[HTTPStatus, ...]:
        """Of a withdrawn material its page says so; its files are gone without a word. What was moved leads
        on from its page."""
        if address.endswith(NOT_THERE):
            return (HTTPStatus.NOT_FOUND,)
        endpoint = self._endpoint(address)
        gone = [HTTPStatus.GONE] if endpoint in _SAYING_GONE else []
        moved = [HTTPStatus.MOVED_PERMANENTLY] if endpoint in _LEADING_ON else []
        return (HTTPStatus.OK, *gone, *moved)

    def _page(self, address: str, answer: TestResponse, depends: frozenset[str]) -> Iterator[Piece]:
        kind = answer.headers.get("Content-Type", "")
        if _is_file(answer):
            yield self._file(address, answer.data, kind, depends)
            return
        pieces: list[Piece] = []
        text = addresses.moved(answer.text, self.base, lambda other: self._where(other, pieces))
        yield from pieces
        is_page = kind.startswith("text/html") and not address.endswith(NOT_THERE)
        public = addresses.public(address, kind, is_file=False)
        at = f"/{GONE}{public}" if answer.status_code == HTTPStatus.GONE else public
        links = dict.fromkeys(link for link in addresses.links(answer.text, self.base) if self.leads_inside(link))
        rank = _ASSET if "/static/" in address else _PAGE
        yield _piece(address, public, addresses.place(at, is_page=is_page), text.encode(), depends, rank, tuple(links))

    def _file(self, address: str, body: bytes, kind: str, depends: frozenset[str]) -> Piece:
        public = addresses.public(address, kind, is_file=True)
        self.known[address] = public
        return _piece(address, public, addresses.place(public, is_page=False), body, depends, _FILE)

    def _where(self, address: str, pieces: list[Piece]) -> str | None:
        """Where something lies whose kind must be known to say so; it is made at its first sight."""
        if "?" in address and "/media/" not in address:
            return addresses.public(address, "text/html", is_file=False) if self.leads_inside(address) else None
        if address not in self.known and self.leads_inside(address):
            pieces += self.make(address)
        return self.known.get(address)


_own: list[Maker] = []


def _take(maker: Maker) -> None:
    """What a process that makes pages does first: see to it that it ends with the one that it works for, whose lock on
    the folder it holds as well."""
    _own.append(maker)
    Thread(target=_end_with_parent, name="watch-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _as_done(pool: Executor, things: Sequence[list[str]], most: int) -> Iterator[_Made]:
    """Have these made, at most so many at once in hand, and give what is done first."""
    handed = (things[first : first + _TOGETHER] for first in range(0, len(things), _TOGETHER))
    running = {pool.submit(_make, some) for some in islice(handed, most)}
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        running |= {pool.submit(_make, some) for some in islice(handed, len(done))}
        for future in done:
            yield future.result()


def _make(things: Sequence[Sequence[str]]) -> _Made:
    return [made for group in things for made in _own[0].make_thing(group)]


def _piece(
    address: str, public: str, place: str, body: bytes, depends: frozenset[str], rank: int, links: tuple[str, ...] = ()
) -> Piece:
    digest = hashlib.sha256(body).hexdigest()
    return Piece(Page(address, public, place, digest, links), body, compressed(place, body), depends, rank)


def _is_file(answer: TestResponse) -> bool:
    """Whether it is kept as it is: bytes, or something that is taken away."""
    disposition = answer.headers.get("Content-Disposition", "")
    kind = answer.mimetype or ""
    is_text = kind.startswith("text/") or kind.endswith(("xml", "json"))
    return bool(disposition) or not is_text
