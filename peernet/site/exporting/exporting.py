"""One run: what has changed since the last one is made anew, what nothing leads to any more goes."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Flask

from peernet import pages
from peernet.db import Database
from peernet.settings import Settings
from peernet.site import reading, turning
from peernet.site.exporting import addresses, finding, leading, manifest, standing
from peernet.site.exporting.making import GONE, NOT_THERE, Maker, Piece
from peernet.site.exporting.manifest import Manifest, Whereabouts
from peernet.site.exporting.writing import Folder
from peernet.web import assets

_ROOTS = ("/", "/sitemap.xml", "/search", "/feeds/all.atom", NOT_THERE)
# How the paths of pages end; other files of HTML are offered by one.
_PAGES = ("/index.html", NOT_THERE)
_ONCE = ("/robots.txt",)
_TELLING = "/.well-known/security.txt"
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
    everything is made anew. Raises Refused for a folder that holds something else or is being written to, and where
    something cannot be made just now: then the next run does what this one was to do."""
    folder = folder.resolve()
    with database.writing() as db:
        turning.turn(db)
    with manifest.opened(settings.data, folder) as record:
        one = _Run(app, database, settings, folder, record, processes)
        try:
            return one.bring_up_to_date(stamp, on_progress or (lambda *_: None))
        except finding.Damaged:  # The next run looks at every file.
            record.connection.rollback()
            record.note(settled="")
            record.connection.commit()
            raise


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
        self.written = 0
        self.gone: dict[str, str] = {}
        self.brought: set[str] = set()
        # What a page led to that was made anew, and does not now.
        self.lost: set[str] = set()
        self._others = [code for code in settings.network.languages if code != settings.network.language]
        self._old = leading.pages(database)
        record.roots = frozenset(self._roots())

    def bring_up_to_date(self, stamp: str, on_progress: Progress) -> Report:
        number, touched = self._touched(stamp)
        self.is_whole = touched is None
        stale = self.record.addresses() if touched is None else self.record.depending(touched)
        known = Whereabouts(self.record, None if self.is_whole else stale)
        self.maker = Maker(self.app, self.settings, number, known, partial(self._size_of, known))
        # Pages bring the files that they offer; what is left of these is asked for by itself.
        alone = {address for address in stale if not self._is_page(address)}
        new = [root for root in (*self._roots(), *self._withdrawn()) if root not in self.record]
        self._follow([*sorted(stale - alone), *new], on_progress)
        self._follow(sorted(alone - self.brought), on_progress)
        self._forget_unreached()
        written, gone = finding.write(self.database, self.folder, self.record, touched)
        self.written += written + leading.write(self.database, self.folder, self.record, self._others)
        known.close()
        self._settle(gone)
        # What is noted as settled outlives a loss of power: so must the files, and what was removed stays so.
        if self.written or self.gone or gone:
            os.sync()
        self.record.note(number=number, stamp=stamp, settled="yes")
        return Report(self.record.count(), self.written, len(self.gone), is_whole=self.is_whole)

    def _size_of(self, known: Whereabouts, address: str) -> int | None:
        """Bytes of a file that is as it would be made now."""
        public = known.unchanged(address)
        return self.folder.size_of(addresses.place(public, is_page=False)) if public else None

    def _settle(self, gone: Iterable[str]) -> None:
        # Whoever is stopped from here on looks at every file the next time: what was taken back must not stay.
        self.record.note(settled="")
        self.record.connection.commit()
        left = (place for place in self.gone.values() if not self.record.is_taken(place))
        self.folder.settle([*left, *gone])
        if self.is_whole:
            self.folder.keep_only({*self.record.places(), leading.MAP, *finding.places(self.record)})
            self.record.tidy()

    def _touched(self, stamp: str) -> tuple[int, set[str] | None]:
        """The last touch, and the keys of what was touched since the last run; None if everything is to be made."""
        noted = self.record.state("number")
        with self.database.reading() as db:
            number = pages.counted(db)
            touched = pages.since(db, int(noted)) if noted else None
        is_another = self.record.state("stamp") != stamp or not self.record.state("settled")
        keys = None if touched is None or is_another or self.folder.is_new else set(touched[1])
        told = standing.changed(self.database, self.record, keys)
        return number, None if keys is None else keys | told

    def _roots(self) -> list[str]:
        roots = [*_ROOTS, *self._old]
        inside = [f"/{code}{root}" for code in self._others for root in roots]
        telling = [_TELLING] if self.settings.network.security_contact else []
        return [*roots, *_ONCE, *telling, *inside, *map(assets.asset, assets.names())]

    def _withdrawn(self) -> Iterator[str]:
        """What says of something that it is gone, and nothing leads to."""
        with self.database.reading() as db:
            found = db.execute(reading.withdrawn()).all()
        for slug, number in found:
            path = f"/library/{slug}"
            versions = [f"{path}/v/{one}" for one in range(1, number + 1)] if number > 1 else []
            versions += [f"{path}/v/{one}/changes" for one in range(2, number + 1)]
            for address in (path, *versions):
                yield from (address, *(f"/{code}{address}" for code in self._others))

    def _is_page(self, address: str) -> bool:
        page = self.record.get(address)
        return page is not None and f"/{page.place}".endswith(_PAGES)

    def _follow(self, addresses: Iterable[str], on_progress: Progress) -> None:
        """Make these and all that they lead to and that is not there yet, one rank of links after another."""
        waiting = list(dict.fromkeys(addresses))
        asked, done = set(waiting), 0
        while waiting:
            following: list[str] = []
            for address, pieces in self.maker.make_all(waiting, self.processes):
                asked.add(address)
                if not pieces and address in self.record:
                    self._forget(address)
                for piece in pieces:
                    self._bring(piece)
                    asked.add(piece.page.address)
                    new = [link for link in piece.page.links if link not in asked]
                    asked.update(new)
                    following.extend(link for link in new if link not in self.record)
                done += 1
                on_progress(done, done + len(following))
            waiting = [address for address in following if address not in self.brought]

    def _bring(self, piece: Piece) -> None:
        page, before = piece.page, self.record.get(piece.page.address)
        if page.address in self.brought:
            return
        self.gone.pop(page.address, None)
        if before is not None and before.place != page.place:
            self.gone[f"{page.address}#before"] = before.place
        is_known = before is not None and (before.digest, before.place) == (page.digest, page.place)
        if not (self.folder.holds(page.place, piece.body, piece.twins) if self.is_whole else is_known):
            self.folder.bring(page.place, piece.body, piece.twins, rank=piece.rank)
            self.written += 1
        self.brought.add(page.address)
        self.lost |= self.record.put(page, piece.depends)

    def _forget_unreached(self) -> None:
        """Forget what only those led to that lead there no more, and what that alone led to."""
        reached: set[str] = set()
        while self.lost:
            address = self.lost.pop()
            if address in self.record:
                for alone in self._led_to_by_no_root(address, reached):
                    self._forget(alone)

    def _led_to_by_no_root(self, address: str, reached: set[str]) -> set[str]:
        """An address and all that leads to it, where no root does; else none. ``reached`` are addresses of which it is
        known that one does."""
        seen, ahead = {address}, deque([address])
        while ahead:
            one = ahead.popleft()
            if one in reached or one in self.record.roots or self._says_gone(one):
                reached.add(address)
                return set()
            new = self.record.leading_to(one) - seen
            seen |= new
            # Roots lead to most: they are looked at first.
            ahead.extendleft(new & self.record.roots)
            ahead.extend(new - self.record.roots)
        return seen

    def _says_gone(self, address: str) -> bool:
        """Nothing leads to what was withdrawn but the links that others made."""
        page = self.record.get(address)
        return page is not None and page.place.startswith(GONE)

    def _forget(self, address: str) -> None:
        page = self.record.get(address)
        if page is not None:
            self.gone[address] = page.place
            self.lost |= self.record.drop(address)
