"""An export after a change is what a new one would be, byte for byte, and holds nothing that was taken back."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from peernet.accounts import public_pages, sessions
from peernet.db import settle
from peernet.materials.models import MaterialKind
from peernet.organisations import organisations
from peernet.site import listing
from tests.site import scene as scenery
from tests.site import shelf
from tests.site.conftest import Shelves
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
from tests.site.test_exporting import Export, export, held, said_in, target
from tests.world import World

__all__ = [
    "answer",
    "complete",
    "decide",
    "draft",
    "export",
    "facilitator",
    "organiser",
    "publish",
    "quote",
    "scene",
    "target",
]

pytestmark = pytest.mark.once

Change = Callable[[Session, World, Shelves], object]

CHANGES: dict[str, Change] = {
    "a new version": lambda db, world, shelves: shelf.issue(
        db, shelves.case, title="A study of rivers", text="Other words", note="Rivers"
    ),
    "a new material": lambda db, world, shelves: shelf.publish(
        db, "a-new-one", cohort=world.cohort, topics=(world.topic.id,), questions=(world.prompt.id,)
    ),
    "one of long ago": lambda db, world, shelves: shelf.publish(db, "an-old-one", day=date(2020, 1, 1)),
    "one withdrawn": lambda db, world, shelves: shelf.withdraw(db, shelves.playbook, world.organiser),
    "another kind": lambda db, world, shelves: shelf.issue(
        db, shelves.video, kind=MaterialKind.REPORT, note="A report"
    ),
    "another name": lambda db, world, shelves: organisations.revise(
        db,
        world.river,
        actor=sessions.viewer_of(world.organiser),
        version=world.river.version,
        is_listed=True,
        name="The Trust of the River",
    ),
    "a page of a person": lambda db, world, shelves: public_pages.choose(
        db, world.member, has_page=True, organisation="A choir"
    ),
    "an answer": lambda db, world, shelves: shelf.answer(db, world.asking, world.member, "Said in public"),
    "many": lambda db, world, shelves: [shelf.publish(db, f"more-{number}") for number in range(5)],
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_made_after_a_change_is_what_would_be_made_anew(
    change: str, export: Export, target: Path, db: Session, world: World, shelves: Shelves, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Byte for byte, with all that went: whoever exports into an empty folder gets nothing else."""
    monkeypatch.setattr(listing, "ON_A_PAGE", 2)
    shelf.issue(db, shelves.playbook, text="More words", note="More")
    settle(db)
    export()
    CHANGES[change](db, world, shelves)
    settle(db)
    assert not export().is_whole
    anew = tmp_path / "anew"
    assert export(folder=anew).is_whole
    assert held(target) == held(anew)


# Each with words that are gone after it.
TAKEN_BACK: dict[str, tuple[Callable[[Scene], None], str]] = {
    "consent withdrawn": (scenery.take_back, WORDS),
    "an answer for fewer": (scenery.let_fewer_read, BESIDE),
    "a person's name": (scenery.rename, "Wilhelmina"),
    "a name in the credits": (scenery.unname, "Zephyrine"),
    "no page of a person": (scenery.close_page, "A choir"),
    "a cohort's name": (scenery.rename_cohort, "Practice cohort"),
}


@pytest.mark.parametrize("change", TAKEN_BACK)
def test_what_was_taken_back_is_in_no_file(
    change: str, export: Export, target: Path, scene: Scene, tmp_path: Path
) -> None:
    take_back, words = TAKEN_BACK[change]
    export()
    assert _files_with(words, target) != []
    take_back(scene)
    settle(scene.db)
    assert not export().is_whole
    assert _files_with(words, target) == []
    anew = tmp_path / "anew"
    assert export(folder=anew).is_whole
    assert held(target) == held(anew)


def _files_with(words: str, folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*") if path.is_file() and words in said_in(path))
