"""One run: what has changed since the last one is made anew, what nothing leads to any more goes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from peernet import pages
from peernet.db import Database
from peernet.settings import Settings
from peernet.site import turning
from peernet.site.exporting import finding, manifest
from peernet.site.exporting.making import GONE, NOT_THERE, Maker, Piece
from peernet.site.exporting.manifest import Manifest, Page
from peernet.site.exporting.writing import Folder
from peernet.web import assets

_ROOTS = ("/", "/sitemap.xml", "/search", "/feeds/all.atom", NOT_THERE)
_ONCE = ("/robots.txt", "/.well-known/security.txt")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Report:
    """What a run did: how many files there are, were written and were removed, and whether it began anew."""

    files: int
    written: int
    removed: int
    is_whole: bool


def run(
    app: Flask,
    database: Database,
    settings: Settings,
    folder: Path,
    *,
    stamp: str,
    processes: int = 1,
    on_progress: Progress | None = None,
) -> Report:
    """Bring ``folder`` up to date. ``stamp`` names all that pages depend on beside the database: with another one
    everything is made anew. Raises Refused for a folder that holds something else or is being written to."""
    folder = folder.resolve()
    with database.writing() as db:
        turning.turn(db)
    with manifest.opened(settings.data, folder) as record:
        one = _Run(app, database, settings, folder, record, processes)
        return one.bring_up_to_date(stamp, on_progress or (lambda *_: None))


def is_behind(database: Database, settings: Settings, folder: Path) -> bool:
    """Whether something was touched since the last run."""
    with manifest.opened(settings.data, folder.resolve()) as record, database.reading() as db:
        return record.state("number") != str(pages.counted(db))


class _Run:
    def __init__(
        self, app: Flask, database: Database, settings: Settings, folder: Path, record: Manifest, processes: int
    ) -> None:
        self.processes = processes
        self.database, self.settings, self.record = database, settings, record
        self.folder = Folder(folder)
        self.app = app
        self.found: dict[str, Page] = {}
        self.written = 0
        self.gone: dict[str, str] = {}
        self.brought: set[str] = set()
        self.loses_links = False

    def bring_up_to_date(self, stamp: str, on_progress: Progress) -> Report:
        number, stale = self._stale(stamp)
        self.found = self.record.pages()
        known = {address: page.public for address, page in self.found.items() if address not in stale}
        self.maker = Maker(self.app, self.settings, number, known)
        # Pages bring the files that they offer; what is left of these is asked for by itself.
        alone = {address for address in stale if not self.found[address].place.endswith(".html")}
        roots = [root for root in self._roots() if root not in self.found]
        self._follow([*sorted(stale - alone), *roots], on_progress)
        self._follow(sorted(alone - self.brought), on_progress)
        if self.loses_links or self.gone:
            self._forget(set(self.found) - self._reached())
        written, gone = finding.write(self.database, self.folder, self.record)
        self.written += written
        # Whoever is stopped from here on looks at every file the next time: what was taken back must not stay.
        self.record.note(settled="")
        self.record.connection.commit()
        self.folder.settle([*self._left(), *gone])
        if self.is_whole:
            self.folder.keep_only({*(page.place for page in self.found.values()), *finding.places(self.record)})
        self.record.note(number=number, stamp=stamp, settled="yes")
        return Report(len(self.found), self.written, len(self.gone), is_whole=self.is_whole)

    def _stale(self, stamp: str) -> tuple[int, set[str]]:
        """The last touch, and the addresses of what was made from something touched since."""
        noted = self.record.state("number")
        with self.database.reading() as db:
            number = pages.counted(db)
            touched = pages.since(db, int(noted)) if noted else None
        is_another = self.record.state("stamp") != stamp or not self.record.state("settled")
        self.is_whole = touched is None or is_another or self.folder.is_new
        if self.is_whole or touched is None:
            return number, set(self.record.pages())
        return number, self.record.depending(touched[1])

    def _roots(self) -> list[str]:
        others = [code for code in self.settings.network.languages if code != self.settings.network.language]
        inside = [f"/{code}{root}" for code in others for root in _ROOTS]
        return [*_ROOTS, *_ONCE, *inside, *map(assets.asset, assets.names())]

    def _follow(self, addresses: Iterable[str], on_progress: Progress) -> None:
        """Make these and all that they lead to and that is not there yet, one rank of links after another."""
        waiting = list(dict.fromkeys(addresses))
        asked, done = set(waiting), 0
        while waiting:
            following: list[str] = []
            waiting.sort(key=self.maker.thing)
            for address, pieces in zip(waiting, self.maker.make_all(waiting, self.processes), strict=True):
                if not pieces and address in self.found:
                    self._forget([address])
                for piece in pieces:
                    self._bring(piece)
                    asked.add(piece.page.address)
                    new = [link for link in piece.page.links if link not in asked and link not in self.found]
                    asked.update(new)
                    following.extend(new)
                done += 1
                on_progress(done, done + len(following))
            waiting = [address for address in following if address not in self.brought]

    def _bring(self, piece: Piece) -> None:
        page, before = piece.page, self.found.get(piece.page.address)
        if page.address in self.brought:
            return
        self.gone.pop(page.address, None)
        if before is not None and before.place != page.place:
            self.gone[f"{page.address}#before"] = before.place
        self.loses_links |= before is not None and bool(set(before.links) - set(page.links))
        is_known = before is not None and (before.digest, before.place) == (page.digest, page.place)
        if not (self.folder.holds(page.place, piece.body, piece.twins) if self.is_whole else is_known):
            self.folder.bring(page.place, piece.body, piece.twins, rank=piece.rank)
            self.written += 1
        self.found[page.address] = page
        self.brought.add(page.address)
        self.record.put(page, piece.depends)

    def _reached(self) -> set[str]:
        # Nothing leads to what was withdrawn but the links that others made.
        gone = (address for address, page in self.found.items() if page.place.startswith(GONE))
        reached = {*(root for root in self._roots() if root in self.found), *gone}
        ahead = list(reached)
        while ahead:
            new = {link for link in self.found[ahead.pop()].links if link in self.found} - reached
            reached |= new
            ahead.extend(new)
        return reached

    def _forget(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            self.gone[address] = self.found.pop(address).place
            self.record.drop(address)

    def _left(self) -> list[str]:
        """Files to remove: of what went, where nothing else came to lie there."""
        taken = {page.place for page in self.found.values()}
        return [place for place in self.gone.values() if place not in taken]
