"""An export that is killed again and again. Run as a process of its own, without threads, so that it may fork:
``python -m tests.crashes.exporters`` with what to do as JSON on its standard input; what came of it goes to the output.

Each round begins with the folder as it was before a change. A child brings it up to date and kills itself just before
one of the changes that it makes to the folder. Then it is said what a reader would have found at that moment, and if
another run makes of it what is made in an empty folder.
"""

import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import time_machine
from flask import Flask
from pydantic import SecretStr
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.app import make_app
from peernet.cohorts import showing
from peernet.db import Database, settle
from peernet.materials.models import Material
from peernet.organisations import organisations
from peernet.settings import Settings, use
from peernet.settings.tree import Network
from peernet.site.exporting import exporting, making
from tests.conftest import NOW
from tests.site import shelf
from tests.world import World, make_world

Files = dict[str, bytes]
_NEW = ".peernet-new"


class Exporter:
    """One folder, as it was and as it is to be."""

    def __init__(self, app: Flask, settings: Settings, processes: int) -> None:
        self.app, self.settings, self.processes = app, settings, processes
        self.folder = settings.data / "site"

    def run(self, folder: Path | None = None) -> None:
        """Bring the folder up to date."""
        at = folder or self.folder
        exporting.run(self.app, self.app.database, self.settings, at, stamp="1", processes=self.processes)  # type: ignore[attr-defined]

    def keep(self) -> None:
        """Remember the folder and what is known of it."""
        for name in ("site", "exports"):
            shutil.copytree(self.settings.data / name, self.settings.data / f"kept-{name}")

    def restore(self) -> None:
        """Have both as they were."""
        for name in ("site", "exports"):
            shutil.rmtree(self.settings.data / name)
            shutil.copytree(self.settings.data / f"kept-{name}", self.settings.data / name)


def main() -> None:
    """Do as told."""
    told = json.load(sys.stdin)
    network = Network(languages=("en",))
    settings = Settings(
        data=Path(told["data"]), database=told["database"], secret_key=SecretStr("tests-only-" + "x" * 40),
        public_url="http://localhost:8000", network=network, log={"level": "ERROR"},
    )  # fmt: skip
    making._MANY = 8
    with time_machine.travel(NOW, tick=False):
        database = Database(use(settings).database_url)
        exporter = Exporter(make_app(settings, database), settings, told["processes"])
        with database.session(write=True) as db:
            world = make_world(db)
            public = _publish(db, world)
            settle(db)
            exporter.run()
            exporter.keep()
            before = held(exporter.folder)
            _change(db, world, public)
            settle(db)
        anew = settings.data / "anew"
        exporter.run(anew)
        database.dispose()
        json.dump(_rounds(exporter, told, before, held(anew)), sys.stdout)


def _publish(db: Session, world: World) -> list[Material]:
    public = [
        shelf.publish(db, slug, topics=(world.topic.id,), questions=(world.prompt.id,), organisations=(world.river.id,))
        for slug in ("a-playbook", "a-case")
    ]
    showing.renew_with_organisations(db, world.cohort)
    return public


def _change(db: Session, world: World, public: list[Material]) -> None:
    """Something goes, something comes, something is otherwise."""
    actor = sessions.viewer_of(world.organiser)
    playbook, case = public
    shelf.withdraw(db, playbook, world.organiser)
    shelf.issue(db, case, title="A study of rivers", text="Other words", note="Rivers")
    shelf.publish(db, "a-new-one", topics=(world.topic.id,))
    organisations.revise(db, world.river, actor=actor, version=world.river.version, is_listed=True, name="The Stream")


def _rounds(exporter: Exporter, told: dict[str, Any], before: Files, after: Files) -> dict[str, Any]:
    steps = _count(exporter)
    whole = held(exporter.folder) == after
    # While one of these is written, a reader finds a half of it.
    in_place = sorted({place for name, place in steps if name == "open" and not place.startswith(_NEW)})
    points = _points(random.Random(told["seed"]), [name for name, _place in steps], told["kills"])
    rounds = [_round(exporter, point, before, after) for point in points]
    return {"whole": whole, "in_place": in_place, "rounds": rounds}


def _points(chance: random.Random, steps: list[str], kills: int) -> list[int]:
    """Before which steps it is killed: half of them are among those that a reader sees."""
    seen = [place for place, name in enumerate(steps) if name in ("os.rename", "os.remove")]
    first = chance.sample(seen, kills // 2)
    others = sorted({*range(len(steps))} - {*first})
    return sorted([*first, *chance.sample(others, kills - len(first))])


def _round(exporter: Exporter, point: int, before: Files, after: Files) -> dict[str, Any]:
    exporter.restore()
    ended = _forked(partial(_run_and_die, exporter, point))
    seen = held(exporter.folder)
    half = [path for path in {*before, *after, *seen} if seen.get(path) not in (before.get(path), after.get(path))]
    again = _forked(exporter.run)
    return {
        "killed": ended == -signal.SIGKILL, "half": half, "changed": seen != before, "again": again,
        "equal": held(exporter.folder) == after, "left": (exporter.folder / _NEW).exists(),
    }  # fmt: skip


def held(folder: Path) -> Files:
    """What a reader of the folder can ask for."""
    files = (path for path in folder.rglob("*") if path.is_file() and _NEW not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _count(exporter: Exporter) -> list[tuple[str, str]]:
    """What a run that nobody kills does to the folder, one after another."""
    heard, said = os.pipe()

    def work() -> None:
        steps: list[tuple[str, str]] = []
        _listen(exporter.folder, lambda *step: steps.append(step))
        exporter.run()
        with os.fdopen(said, "w") as out:
            json.dump(steps, out)

    # The answer is longer than a pipe holds, so it is read while the child lives.
    child = _fork(work)
    os.close(said)
    with os.fdopen(heard) as read:
        steps = [(name, place) for name, place in json.load(read)]
    os.waitpid(child, 0)
    return steps


def _run_and_die(exporter: Exporter, point: int) -> None:
    left = point

    def step(_name: str, _place: str) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    _listen(exporter.folder, step)
    exporter.run()


def _listen(folder: Path, step: Callable[[str, str], None]) -> None:
    """Call ``step`` with what happens to which file just before each change to the folder that this process makes."""
    start, own = f"{folder}/", os.getpid()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        is_change = event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir")
        is_write = event == "open" and bool(set(str(arguments[1] or "")) & set("wax"))
        if (is_change or is_write) and str(arguments[0]).startswith(start) and os.getpid() == own:
            step(event, str(arguments[0]).removeprefix(start))

    sys.addaudithook(hook)


def _forked(work: Callable[[], None]) -> int:
    """Let a child work, and say how it ended: 0, or less the signal."""
    return os.waitstatus_to_exitcode(os.waitpid(_fork(work), 0)[1])


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


if __name__ == "__main__":
    main()
