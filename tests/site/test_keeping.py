"""What readers came to is made again by itself: after a change, a withdrawal, another release, and a database away."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.db import settle
from peernet.materials import publishing
from peernet.pages import Sweeper
from peernet.pages.wanted import Wanted
from peernet.prompts import library
from peernet.settings import Settings
from peernet.site import keeping
from peernet.site.keeping import Keeper
from peernet.web.viewer import NOBODY
from tests.site import shelf
from tests.site.conftest import Ask, Shelves
from tests.world import World

_PATHS = ("/", "/fr", "/questions/who-decides", "/fr/questions/who-decides", "/feeds/all.atom", "/library/a-playbook")


@pytest.fixture
def keeper(
    app: Flask, sweeper: Sweeper, settings: Settings, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Keeper]:
    """One without rest."""
    monkeypatch.setattr(keeping, "_REST", 0.0)
    return Keeper(app, sweeper, settings)


def test_what_was_read_is_ready_again_before_anybody_asks(
    ask: Ask, db: Session, world: World, shelves: Shelves, sweeper: Sweeper, keeper: Keeper
) -> None:
    for path in _PATHS:
        assert ask(path).status_code == 200
    assert keeper.make_again() == 0
    library.revise(db, world.prompt, actor=NOBODY, version=world.prompt.version, text="Who says no?")
    settle(db)
    gone = {path for path in _PATHS if not sweeper.store.has(path)}
    assert gone == set(_PATHS) - {"/feeds/all.atom"}
    assert keeper.make_again() == len(gone)
    for path in gone:
        copy = sweeper.store.look_up(path)
        assert copy is not None, path
        assert b"Who says no?" in copy.body, path
    assert not sweeper.store.has("/library")
    assert keeper.make_again() == 0


def test_what_is_gone_or_has_moved_says_so_again(
    ask: Ask, db: Session, world: World, shelves: Shelves, sweeper: Sweeper, keeper: Keeper
) -> None:
    for path in ("/library/a-playbook", "/library/a-case", "/library/a-case/v/1"):
        ask(path)
    shelf.withdraw(db, shelves.playbook, world.organiser)
    publishing.move(db, sessions.viewer_of(world.organiser), shelves.case, slug="another-case")
    settle(db)
    keeper.make_again()
    kept = {path: sweeper.store.look_up(path) for path in ("/library/a-playbook", "/library/a-case")}
    assert {path: copy and copy.status for path, copy in kept.items()} == {
        "/library/a-playbook": 410,
        "/library/a-case": 301,
    }


def test_after_a_new_beginning(ask: Ask, shelves: Shelves, sweeper: Sweeper, keeper: Keeper) -> None:
    """As after another release, which clears the store."""
    for path in _PATHS:
        ask(path)
    sweeper.store.clear(swept_to=sweeper.number or 0)
    assert [path for path in _PATHS if sweeper.store.has(path)] == []
    assert keeper.make_again() == len(_PATHS)
    assert [path for path in _PATHS if not sweeper.store.has(path)] == []


def test_what_could_not_be_made_waits(
    ask: Ask, shelves: Shelves, sweeper: Sweeper, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeper.store.want(["/library/a-case", "/library/nothing", "/library/a-video"])
    keeper.stop()
    assert keeper.make_again() == 0
    assert sweeper.store.take_wanted() == ["/library/a-case", "/library/nothing", "/library/a-video"]


def test_the_file_of_what_is_wanted(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Wanted(tmp_path / "wanted")
    assert wanted.take() == []
    wanted.add(["/a", "/b\n/c", "/शासन", "/a"])
    with wanted.file.open("ab") as opened:
        opened.write(b'"/cut')
    assert wanted.take() == ["/a", "/b\n/c", "/शासन"]
    assert wanted.take() == []
    wanted.add(f"/{number:0998}" for number in range(2_000))
    assert (wanted.file.stat().st_size <= 1_000_000, len(wanted.take())) == (True, 998)
