"""How long the public site takes to be written as files: all of it, then after one change, then after one new material.

    python benchmarks/exporting.py [--materials 400] [--processes 2]

The bars are those of ten thousand materials: all of it in 300 s, in proportion for fewer, and what one material changes
in 2 s. They are held against the time of the processors, of all of it divided by the processes, so that what else runs
does not count; the time that passed stands beside it. The baseline is the same number of pages asked of the same
application, one after another, with nothing written. Words are as common as in a language: a few are in every text,
most in few. Each material is on two of twelve topics and answers one of fifty questions.
"""

import argparse
import logging
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import accumulate, product
from pathlib import Path

from flask import Flask
from pydantic import SecretStr
from sqlalchemy.orm import Session
from werkzeug.test import Client

from peernet import clock
from peernet.app import make_app
from peernet.cli.installation import Installation
from peernet.db import Database, migrations
from peernet.materials import publishing
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialKind
from peernet.prompts.models import Moment, Prompt, Topic
from peernet.settings import Settings, use
from peernet.site.exporting import exporting
from peernet.text.markdown import Rendered

WHOLE, ONE, OF = 300.0, 2.0, 10_000
TOPICS, QUESTIONS = 12, 50
SYLLABLES = (
    "da",
    "re",
    "so",
    "ne",
    "tru",
    "mi",
    "lo",
    "sta",
    "ve",
    "ra",
    "ning",
    "ti",
    "per",
    "wo",
    "qua",
    "bel",
    "ku",
)
WORDS = ["".join(parts) for parts in product(SYLLABLES, repeat=3)]
# The second is half as common as the first, the third a third (Zipf).
COMMON = list(accumulate(1 / place for place in range(1, len(WORDS) + 1)))
KINDS = (MaterialKind.BLOGPOST, MaterialKind.REPORT, MaterialKind.CASE_STUDY)


def write(db: Session, number: int, chance: random.Random, material: Material | None = None) -> Material:
    """One material of 600 words; where there is one, its next version, in which a paragraph of 60 is another."""
    said = random.Random(number).choices(WORDS, cum_weights=COMMON, k=600)
    if material is not None:
        said[-60:] = chance.choices(WORDS, cum_weights=COMMON, k=60)
    words = " ".join(said)
    kind, title = KINDS[number % len(KINDS)], f"Material {number} on {words[:40]}"
    if material is None:
        now = clock.now()
        material = Material(slug=f"material-{number}", title=title, kind=kind, created_at=now, changed_at=now)
        db.add(material)
        db.flush()
    manuscript = Manuscript(
        kind=kind,
        title=title,
        summary=words[:200],
        source=words,
        topics=(1 + number % TOPICS, 1 + (number + 1 + number % 7) % TOPICS),
        questions=(1 + number % QUESTIONS,),
        credits=(CreditLine(Credit.AUTHOR, "The editors"),),
    )
    shown = Rendered(html=f"<p>{words}</p>", toc=[], words=600, reading_minutes=3, problems=[])
    publishing.issue(db, material, manuscript, shown, note="Anew" if material.number else "", actor_id=None)
    return material


def ask(db: Session) -> None:
    """The topics and questions, with ids from 1."""
    db.add_all(Topic(slug=f"topic-{number}", name=f"Topic {number}") for number in range(TOPICS))
    facts = {"moment": Moment.OPENING, "is_public": True, "created_at": clock.now()}
    db.add_all(Prompt(slug=f"question-{number}", text=f"What of {number}?", **facts) for number in range(QUESTIONS))
    db.flush()


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that passed, and seconds of processors, here and in the processes that it started."""
    start, before = time.perf_counter(), spent()
    work()
    return time.perf_counter() - start, spent() - before


def spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def asked(app: Flask, count: int) -> None:
    """The baseline: pages as readers would ask for them."""
    client = Client(app, use_cookies=False)
    for number in range(count):
        assert client.get(f"/library/material-{number}", base_url="http://127.0.0.1:8000").status_code == 200


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--materials", type=int, default=400)
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = options.parse_args()
    logging.getLogger("peernet.access").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        settings = use(
            Settings(data=Path(folder) / "data", secret_key=SecretStr("x" * 40), network={"languages": ("en", "fr")})
        )
        database = Installation(settings).database
        migrations.upgrade(database)
        return measure(settings, database, Path(folder) / "site", given.materials, given.processes)


def measure(settings: Settings, database: Database, folder: Path, many: int, processes: int) -> int:
    """Make the materials, export, and compare with the bars; 1 if one is missed."""
    chance = random.Random(4)
    with database.writing() as db:
        ask(db)
        first, *_others = [write(db, number, chance).id for number in range(many)]
    app = make_app(settings, database)
    run = partial(exporting.run, app, database, settings, folder, stamp="1", processes=processes)
    baseline = timed(lambda: asked(app, min(many, 200)))[1] / min(many, 200) * 1000
    whole = timed(run)
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    with database.writing() as db:
        write(db, 0, chance, db.get_one(Material, first))
    changed = timed(run)
    with database.writing() as db:
        write(db, many, chance)
    new = timed(run)
    runs = (
        ("all of it", whole, processes, WHOLE * many / OF),
        ("one changed", changed, 1, ONE),
        ("one new", new, 1, ONE),
    )
    print(
        f"{many} materials in two languages, {files} files, {processes} processes; a page asked alone {baseline:.1f} ms"
    )
    for name, (passed, used), cores, bar in runs:
        took = used / cores
        share = f"{took:7.2f} s of {cores} processor(s), bar {bar:6.1f} s: {took / bar:.2f} of it"
        print(f"{name:12} {share}; {passed:.1f} s passed")
    print(f"a material with all its files takes {whole[1] / many * 1000 / baseline:.1f} times a page asked alone")
    return int(any(used / cores > bar for _name, (_passed, used), cores, bar in runs))


if __name__ == "__main__":
    sys.exit(main())
