"""The file store: what is kept, what is found, what is removed, and how much of it there may be."""

import os
from pathlib import Path

import pytest

from peernet.pages import Copy, Store


def page(path: str, body: bytes = b"text", *, made_at: int = 0, depends: tuple[str, ...] = ("home",)) -> Copy:
    return Copy.of(body, path=path, content_type="text/html; charset=utf-8", made_at=made_at, depends=depends)


def keep(store: Store, copy: Copy) -> bool:
    return store.keep(copy, is_current=lambda: True)


def files(store: Store) -> list[str]:
    return sorted(
        str(file.relative_to(store.folder).parts[0])
        for file in store.folder.rglob("*")
        if file.is_file() and file.name not in ("lock", "state", "wanted")
    )


def test_what_is_kept_is_found_under_its_path_alone(store):
    assert keep(store, page("/library"))
    assert store.look_up("/library") == page("/library")
    assert store.look_up("/library") is store.look_up("/library")
    assert store.look_up("/library/") is None
    assert store.look_up("/") is None


def test_nothing_is_answered_before_the_store_is_open(tmp_path):
    store = Store(tmp_path)
    keep(store, page("/"))
    assert store.look_up("/") is None
    store.open()
    assert store.look_up("/") == page("/")


def test_what_is_not_current_is_not_kept(store):
    assert not store.keep(page("/"), is_current=lambda: False)
    assert store.look_up("/") is None
    assert files(store) == []


def test_a_failing_question_keeps_nothing(store):
    def fail() -> bool:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.keep(page("/"), is_current=fail)
    assert files(store) == []
    assert keep(store, page("/"))


def test_a_sweep_removes_what_depends_on_the_key(store):
    keep(store, page("/a", depends=("material:1", "library")))
    keep(store, page("/b", depends=("material:2", "library")))
    keep(store, page("/c", depends=()))
    store.sweep(["material:1"])
    assert [store.look_up(path) is None for path in ("/a", "/b", "/c")] == [True, False, False]
    store.sweep(["library", "material:unknown"])
    assert [store.look_up(path) is None for path in ("/a", "/b", "/c")] == [True, True, False]
    assert files(store) == ["copies"]


def test_what_was_removed_as_stale_is_wanted_once(store):
    for path in ("/a", "/b", "/c"):
        keep(store, page(path, depends=("library", path)))
    store.sweep(["/a", "unknown"])
    store.sweep(["library"])
    store.sweep(["library"])
    assert sorted(store.take_wanted()) == ["/a", "/b", "/c"]
    keep(store, page("/d"))
    store.clear()
    store.want(["/e"])
    assert store.take_wanted() == ["/d", "/e"]
    assert store.take_wanted() == []


def test_a_sweep_by_number_spares_what_was_made_since(store):
    keep(store, page("/old", made_at=4))
    keep(store, page("/new", made_at=5))
    store.sweep_older({"home": 5})
    assert store.look_up("/old") is None
    assert store.look_up("/new") is not None
    store.sweep_older({"home": 6})
    assert files(store) == []


def test_a_mark_of_an_earlier_version_does_not_remove_the_page(store):
    keep(store, page("/", depends=("a", "b")))
    keep(store, page("/", b"later", depends=("b",)))
    store.sweep(["a"])
    assert store.look_up("/").body == b"later"
    store.sweep(["b"])
    assert files(store) == []


def test_another_process_sees_what_this_one_does(store):
    other = Store(store.folder)
    other.open()
    keep(store, page("/", b"first"))
    assert other.look_up("/").body == b"first"
    keep(store, page("/", b"other"))
    assert other.look_up("/").body == b"other"
    store.sweep(["home"])
    assert other.look_up("/") is None


def test_a_file_that_takes_over_the_number_of_a_removed_one_is_read_anew(store):
    for turn in range(200):
        body = f"{turn:06}".encode()
        keep(store, page("/", body, made_at=turn))
        assert store.look_up("/").body == body
        store.sweep(["home"])


def test_another_release_finds_nothing_of_this_one(store):
    keep(store, page("/"))
    other = Store(store.folder, stamp="2")
    other.open()
    assert other.look_up("/") is None
    assert other.swept_to() is None


def test_the_state_belongs_to_one_boot(store, monkeypatch, tmp_path):
    store.clear(swept_to=3)
    assert store.swept_to() == 3
    store.sweep_older({}, swept_to=8)
    store.sweep_older({}, swept_to=7)
    assert store.swept_to() == 8
    boot = tmp_path / "boot_id"
    boot.write_text("another")
    monkeypatch.setattr("peernet.pages.store._BOOT", boot)
    assert store.swept_to() is None
    boot.unlink()
    store.clear(swept_to=3)
    assert store.swept_to() is None


@pytest.mark.parametrize("state", [b"", b"[]", b"{", b'{"of": 1}'])
def test_a_damaged_state_is_none(store, state):
    (store.folder / "state").write_bytes(state)
    assert store.swept_to() is None


def test_clearing_leaves_nothing(store):
    for path in ("/a", "/b"):
        keep(store, page(path))
    (store.folder / "new" / "left").write_bytes(b"x")
    store.clear()
    assert store.look_up("/a") is None
    assert files(store) == []


@pytest.mark.parametrize("data", [b"", b"{}\nxx", os.urandom(200)])
def test_a_damaged_file_is_no_page_and_can_be_swept(store, data):
    keep(store, page("/"))
    file = next(file for file in (store.folder / "copies").rglob("*") if file.is_file())
    file.write_bytes(data)
    assert store.look_up("/") is None
    store.sweep(["home"])
    assert files(store) == []


def test_a_folder_that_was_taken_away_comes_back(store):
    keep(store, page("/"))
    for part in ("copies", "deps", "new"):
        (store.folder / part).rename(store.folder / f"gone-{part}")
    assert store.look_up("/") is None
    store.sweep(["home"])
    with pytest.raises(FileNotFoundError):
        (Path(store.folder) / "copies" / "x").stat()
    assert keep(store, page("/"))


def test_the_oldest_pages_leave_when_there_are_too_many(tmp_path):
    store = Store(tmp_path, max_bytes=64_000)
    store.open()
    bodies = {f"/{n}": os.urandom(3000) for n in range(100)}
    for path, body in bodies.items():
        keep(store, page(path, body))
    held = [path for path in bodies if store.look_up(path)]
    assert 10 < len(held) < 24
    assert held == list(bodies)[-len(held) :]
    total = sum(file.stat().st_size for file in (tmp_path / "copies").rglob("*") if file.is_file())
    assert total <= 64_000 * 17 // 16


def test_a_page_that_is_too_large_is_not_kept(tmp_path):
    store = Store(tmp_path, max_bytes=64_000)
    assert not keep(store, page("/", os.urandom(5000)))
    assert files(store) == []


def test_memory_is_bounded(tmp_path):
    store = Store(tmp_path, memory_bytes=10_000)
    store.open()
    for n in range(10):
        keep(store, page(f"/{n}", os.urandom(3000)))
        store.look_up(f"/{n}")
    assert store._memory._bytes == sum(held.copy.size for held in store._memory._held.values()) <= 10_000
    assert len(store._memory._held) == 3
    keep(store, page("/large", os.urandom(20_000)))
    assert len(store.look_up("/large").body) == 20_000
    assert store.look_up("/0") is not None
