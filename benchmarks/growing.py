"""What pages cost as materials and cohorts become many: pages made anew after a change, lists, reading, one's own page.

    python benchmarks/growing.py [--materials 5000] [--cohorts 100] [--whole]

Processor time of answering one request in this process, medians. The bars: a page made anew just after a change 30 ms;
the library made anew 30 ms, with filters and what they leave 150 ms; a ready page, a page made anew, a search with as
many hits and one's own page cost at most 1.2 times what they do with a thousand materials and ten cohorts, in turns of
a loop that is timed beside them, since a processor that others use has another speed minutes later. Then ``peernet
serve`` over all of it: 450 MB of memory in all its processes (PSS). ``--whole``: a hundred thousand materials, a
thousand cohorts.
"""

import argparse
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import crowd
import filling
from exporting import write
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import Client

from peernet import clock, pages
from peernet.accounts import passwords
from peernet.app import make_app
from peernet.cohorts.models import Membership, Role, Seat
from peernet.db import Database
from peernet.materials.models import Material
from peernet.prompts.models import Asking
from peernet.server import make_front, open_pages
from peernet.settings import Settings

SMALL, COHORTS, WHOLE, WHOLE_COHORTS = 1_000, 10, 100_000, 1_000
ANEW, FILTERED, GROWTH, MEGABYTES = 30.0, 150.0, 1.2, 450
READERS, PAGES = 8, 2_000
_FILTERS = ("topic=topic-3&language=en", "organisation=organisation-5", "length=short&cohort=cohort-1")
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Site:
    """The application behind its front, asked as a reader and as somebody with an account."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.database = database
        self.sweeper = open_pages(settings, database)
        self.app: Flask = make_app(settings, database, self.sweeper)
        front = make_front(settings, self.app, self.sweeper)
        host = settings.public_url.partition("//")[2]
        self.reader, self.member = (Client(front, use_cookies=cookies) for cookies in (False, True))
        self.headers = {"Host": host, "Origin": settings.public_url}
        self.chance = random.Random(7)
        self.corrected = 100

    def get(self, path: str) -> None:
        """As a reader."""
        assert self.reader.get(path, headers=self.headers).status_code == 200, path

    def mine(self) -> None:
        """One's own page."""
        assert self.member.get("/me", headers=self.headers).status_code == 200

    def sign_in(self) -> None:
        """Make an account that sits in two cohorts, each with an open question, and sign it in."""
        with self.database.writing() as db:
            person = crowd.person(1, passwords.hash_of(crowd.PASSWORD))
            seats = [Seat(cohort_id=one, organisation_id=one, created_at=clock.now()) for one in (1, 2)]
            db.add_all([person, *seats])
            db.flush()
            for seat in seats:
                sits = {"cohort_id": seat.cohort_id, "person_id": person.id, "seat_id": seat.id}
                db.add(Membership(role=Role.MEMBER, joined_at=clock.now(), **sits))
                db.add(Asking(prompt_id=seat.id, cohort_id=seat.cohort_id, text="Asked?", created_at=clock.now(),
                              opens_at=clock.now()))  # fmt: skip
        form = self.member.get("/sign-in", headers=self.headers).text
        found = _TOKEN.search(form)
        assert found is not None
        fields = {"email": "person1@example.org", "password": crowd.PASSWORD, "csrf_token": found[1]}
        assert self.member.post("/sign-in", data=fields, headers=self.headers).status_code == 303

    def change(self, *, newest: bool = False) -> None:
        """One material is corrected, another one each time, since each correction stands on its page."""
        with self.database.writing() as db:
            self.corrected += 1
            last = db.scalar(select(func.max(Material.id))) or 0
            number = last - self.corrected if newest else self.corrected
            write(db, number, self.chance, db.get_one(Material, number + 1))

    def touch(self) -> None:
        """All lists are out of date."""
        with self.database.writing() as db:
            pages.touch(db, "library")
            pages.touch(db, "material:3")


def spin() -> None:
    """Work that is always the same: what the processor takes for it says how fast it is just now."""
    sum(number * number for number in range(50_000))


def steadily(work: Callable[[], object], **how: Any) -> tuple[float, float]:
    """The median in ms, and that as so many turns of :func:`spin`, each timed just beside: minutes lie between what is
    compared, and a processor that others use as well has another speed by then."""
    ratios: list[float] = []

    def both() -> None:
        start = time.process_time()
        work()
        middle = time.process_time()
        spin()
        ratios.append((middle - start) / (time.process_time() - middle))

    took = median(both, **how)
    ratio = statistics.median(ratios[1:])
    return took * ratio / (1 + ratio), ratio


def median(work: Callable[[], object], *, before: Callable[[], object] = lambda: None, times: int = 7) -> float:
    """Processor time of ``work`` in ms, each time after ``before``."""
    took = []
    for turn in range(times + 1):
        before()
        start = time.process_time()
        work()
        if turn:  # the first one warms up
            took.append((time.process_time() - start) * 1000)
    return statistics.median(took)


def costs(site: Site) -> dict[str, tuple[float, float]]:
    """What should not grow, as :func:`steadily` says it."""
    site.get("/library/material-2")

    def ready() -> None:
        for _turn in range(100):
            site.get("/library/material-2")

    return {
        "a ready page, a hundred times": steadily(ready),
        "a page made anew": steadily(lambda: site.get("/library/material-2"), before=site.touch),
        "a search with 20 hits": steadily(lambda: site.get("/search?q=fewword+fewother")),
        "one's own page": steadily(site.mine),
    }


def after_changes(site: Site) -> dict[str, tuple[float, float]]:
    """What is made anew just after a material was corrected, with its bar."""
    made = {
        "a material just after a change": (
            median(lambda: site.get(f"/library/material-{site.corrected}"), before=site.change),
            ANEW,
        ),
        "the library just after a change": (median(lambda: site.get("/library"), before=site.change), ANEW),
        "the same, a new material": (
            median(lambda: site.get("/library"), before=lambda: site.change(newest=True)),
            ANEW,
        ),
    }
    for query in _FILTERS:
        took = median(lambda query=query: site.get(f"/library?{query}"), before=site.change)  # type: ignore[misc]
        made[f"the library, {query}"] = (took, FILTERED)
    return made


def memory(folder: Path, url: str, materials: int, cohorts: int) -> float:
    """Megabytes of ``peernet serve`` after readers came, several at once, each to pages of their own (PSS of all its
    processes)."""
    paths = read(materials, cohorts)
    with crowd.served(str(folder), url) as server:

        def reader(number: int) -> None:
            browser = crowd.Browser(server.port)
            for path in paths[number::READERS]:
                assert browser.get(path).status == 200, path

        with ThreadPoolExecutor(READERS) as pool:
            list(pool.map(reader, range(READERS)))
        return taken(server.process.pid)


def read(materials: int, cohorts: int) -> list[str]:
    """What they read: pages and downloads of all kinds, lists, filters and searches of all sizes."""
    chance = random.Random(9)
    numbers = chance.sample(range(2, materials), min(PAGES, materials // 4))
    paths = [f"/library/material-{one}" for one in numbers]
    paths += [f"/fr/library/material-{one}" for one in numbers[: PAGES // 10]]
    paths += [f"/library/material-{one}/download/{kind}" for one in numbers[: PAGES // 10] for kind in ("epub", "html")]
    paths += [f"/library?part={part}" for part in range(2, 40)] + [f"/library?{query}" for query in _FILTERS]
    paths += [f"/library?cohort=cohort-{one}&kind=report" for one in range(min(cohorts, 40))]
    paths += [f"/cohorts/cohort-{one}" for one in range(min(cohorts, 100))]
    paths += [f"/organisations/organisation-{one}" for one in range(100)] + [
        f"/questions/question-{one}" for one in range(60)
    ]
    paths += [f"/search?q={word}word+{word}other" for word in ("few", "narrow", "medium", "broad")] * 5
    chance.shuffle(paths)
    return ["/", "/library", "/feeds/all.atom", "/sitemap.xml", *paths]


def taken(process: int) -> float:
    """Megabytes that a process and its children take (PSS)."""
    family = {process}
    for entry in sorted(int(found.name) for found in Path("/proc").iterdir() if found.name.isdigit()):
        with suppress(OSError):
            if int(Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1]) in family:
                family.add(entry)
    told = (Path(f"/proc/{one}/smaps_rollup").read_text() for one in family)
    return sum(int(found[1]) for text in told if (found := re.search(r"^Pss:\s+(\d+)", text, re.M))) / 1024


def main() -> int:
    """Fill a little, ask, fill all, ask again, and compare; 1 if a bar is missed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--materials", type=int, default=5_000)
    options.add_argument("--cohorts", type=int, default=100)
    options.add_argument("--whole", action="store_true", help=f"{WHOLE} materials, {WHOLE_COHORTS} cohorts")
    given = options.parse_args()
    many, cohorts = (WHOLE, WHOLE_COHORTS) if given.whole else (given.materials, given.cohorts)
    with tempfile.TemporaryDirectory() as folder:
        settings = filling.settings(Path(folder))
        database = filling.filled(settings, SMALL, cohorts=COHORTS)
        site = Site(settings, database)
        site.sign_in()
        small = costs(site)
        with database.writing() as db:
            filling.add_cohorts(db, COHORTS, cohorts)
        filling.fill(database, SMALL, many, cohorts=cohorts)
        # What was touched meanwhile is not swept, nor written to the disk, in the time of what is measured next.
        site.sweeper.sweep()
        os.sync()
        large, made = costs(site), after_changes(site)
        site.sweeper.stop()
        held = memory(settings.data, settings.database_url, many, cohorts)
    grown = {name: large[name][1] / small[name][1] for name in large}
    missed = [name for name in large if grown[name] > GROWTH]
    missed += [name for name, (took, bar) in made.items() if took > bar] + (["memory"] if held > MEGABYTES else [])
    print(f"{SMALL} materials and {COHORTS} cohorts, then {many} and {cohorts}")
    for name, (took, _ratio) in large.items():
        print(f"{name:50} {small[name][0]:7.1f} ms, then {took:7.1f} ms: {grown[name]:.2f} (bar {GROWTH})")
    for name, (took, bar) in made.items():
        print(f"{name:50} {took:7.1f} ms (bar {bar:g})")
    print(f"memory of peernet serve, all processes: {held:.0f} MB (bar {MEGABYTES})")
    print(f"missed: {', '.join(missed) or 'nothing'}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
