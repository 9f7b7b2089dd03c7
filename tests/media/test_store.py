"""Keeping files: bytes before rows, rows before bytes' end, and nobody without the key."""

import os
import stat
from datetime import timedelta

import pytest

from peernet import clock
from peernet.db import Refused
from peernet.media import access, folder, quotas, store
from peernet.media.images import prepare
from peernet.media.models import MediaFile
from peernet.settings import use
from tests.media.pictures import noise, opened, picture

pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture
def own_folder(settings, tmp_path):
    use(settings.model_copy(update={"data": tmp_path}))
    yield tmp_path / "media"
    use(settings)


@pytest.fixture(scope="module")
def large(settings):
    return prepare(noise())


def keep(db, **values):
    given = {"data": picture(), "filename": "a.png", "audience": "cohort:3", "uploaded_by": None} | values
    return store.keep(db, **given)


def on_disk(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_an_image_is_kept_with_its_copies(db, own_folder, large):
    row = keep(db, data=large, filename="C:\\photos\\Us \u202e<all>.jpg", alt=" The \n river ")
    assert (row.kind, row.width, row.height, row.filename, row.alt) == (
        "image/jpeg",
        2000,
        1500,
        "Us __all_.jpg",
        "The river",
    )
    assert (row.sha256, row.bytes, row.created_at) == (large.digest, large.size, clock.now())
    base = f"{row.name[:2]}/{row.name}"
    assert on_disk(own_folder) == [f"{base}/{file}" for file in ("1600.webp", "480.webp", "960.webp", "whole.jpg")]
    assert sum(path.stat().st_size for path in own_folder.rglob("*") if path.is_file()) == row.bytes
    assert stat.S_IMODE(folder.place(row.name).stat().st_mode) == 0o700
    assert row.srcset == f"{row.url}?w=480 480w, {row.url}?w=960 960w, {row.url}?w=1600 1600w, {row.url} 2000w"
    assert store.picture_of(row).srcset == row.srcset


@pytest.mark.parametrize(
    ("asked", "width", "mime"),
    [
        (None, 2000, "image/jpeg"),
        (1, 480, "image/webp"),
        (480, 480, "image/webp"),
        (481, 960, "image/webp"),
        (1601, 2000, "image/jpeg"),
        (99_999, 2000, "image/jpeg"),
        (-1, 480, "image/webp"),
    ],
)
def test_the_smallest_copy_that_suffices_is_sent(db, large, asked, width, mime):
    row = keep(db, data=large)
    assert opened(store.path_of(row, asked).read_bytes()).width == width
    assert store.mime_of(row, asked) == mime


def test_a_small_image_has_no_copies(db):
    row = keep(db)
    assert row.srcset == ""
    assert store.path_of(row, 480) == store.path_of(row)
    assert opened(store.path_of(row).read_bytes()).size == (60, 40)


def test_only_holders_of_the_key_find_a_file(db):
    row = keep(db, audience="cohort:3")
    name = row.name
    assert access.find(db, name, frozenset({"public", "cohort:3"})) is row
    assert access.find(db, name, frozenset({"public", "cohort:33", "facilitators:3", "person:3"})) is None
    assert access.find(db, name, frozenset()) is None
    assert access.find(db, "../../peernet.db", frozenset({"cohort:3"})) is None
    store.set_audience(db, row, "public")
    assert access.find(db, name, frozenset({"public"})) is row
    assert access.find(db, name, frozenset({"cohort:3"})) is None


@pytest.mark.parametrize("audience", ["", "everyone", "cohort:", "cohort:x", "cohort:0", "public ", "person:1\n"])
def test_an_audience_is_a_key(db, audience):
    with pytest.raises(ValueError, match="Not an audience key"):
        keep(db, audience=audience)
    row = keep(db)
    with pytest.raises(ValueError, match="Not an audience key"):
        store.set_audience(db, row, audience)


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "A" * 32, "a" * 31, "a" * 33, "a" * 32 + "\n", "/x"])
def test_no_name_leads_elsewhere(name):
    with pytest.raises(ValueError, match="Not the name of a file"):
        folder.place(name)
    with pytest.raises(ValueError, match="Not the name of a file"):
        store.path_of(MediaFile(name=name, kind="image/png", width=1))


def test_a_refused_image_leaves_nothing(db, own_folder):
    with pytest.raises(Refused):
        keep(db, data=b"no image")
    assert not own_folder.exists() or on_disk(own_folder) == []


def test_a_person_has_a_quota(db, world, settings, own_folder):
    one = prepare(picture())
    quota = settings.media.model_copy(update={"quota_bytes": max(1024, one.size)})
    use(settings.model_copy(update={"data": own_folder.parent, "media": quota}))
    most = quota.quota_bytes // one.size
    for _ in range(most):
        keep(db, data=one, uploaded_by=world.member.id)
    assert quotas.of_person(db, world.member.id) == most * one.size
    with pytest.raises(Refused, match="Your files would take more than") as refused:
        keep(db, data=one, uploaded_by=world.member.id, field="picture")
    assert refused.value.field == "picture"
    assert len(on_disk(own_folder)) == most
    assert keep(db, data=one, uploaded_by=world.mate.id)
    assert keep(db, data=one, uploaded_by=None)


def test_the_network_has_a_quota(db, settings, own_folder):
    one = prepare(picture())
    quota = settings.media.model_copy(update={"network_quota_bytes": quotas.of_network(db) + one.size})
    use(settings.model_copy(update={"data": own_folder.parent, "media": quota}))
    keep(db, data=one)
    with pytest.raises(Refused, match="The files of this network would take more than") as refused:
        keep(db, data=one, field="picture")
    assert refused.value.field == "picture"
    assert len(on_disk(own_folder)) == 1


def test_an_import_knows_what_it_brought(db):
    data = picture()
    image = prepare(data)
    row = keep(db, data=image, audience="public")
    assert access.known(db, image.digest, "public") is row
    assert access.known(db, image.digest, "cohort:3") is None


def age(own_folder, hours):
    moment = (clock.now() - timedelta(hours=hours)).timestamp()
    for path in own_folder.glob("*/*"):
        os.utime(path, (moment, moment))
    for path in own_folder.glob("tmp-*"):
        os.utime(path, (moment, moment))


def test_the_sweep_removes_what_no_row_names(db, own_folder):
    kept, gone = keep(db), keep(db)
    folder.put("f" * 32, {"whole.png": b"of a transaction that was rolled back"})
    (own_folder / ("tmp-" + "e" * 32)).mkdir()
    name = gone.name
    store.remove(db, gone)
    assert access.find(db, name, frozenset({"cohort:3"})) is None
    age(own_folder, 0.5)
    assert store.sweep(db) == 0
    age(own_folder, 2)
    assert store.orphans(db) == sorted([name, "f" * 32])
    assert store.sweep(db) == 3
    assert on_disk(own_folder) == [str(store.path_of(kept).relative_to(own_folder))]
    assert store.sweep(db) == 0


def test_rows_without_bytes_are_named(db):
    row, other = keep(db), keep(db)
    assert store.missing(db) == []
    folder.drop(row.name)
    assert store.missing(db) == [row.name]
    assert other.name not in store.missing(db)


def test_an_interrupted_write_leaves_no_half_folder(own_folder, monkeypatch):
    def fail(_handle):
        raise OSError("No space left on device")

    monkeypatch.setattr("peernet.media.folder.os.fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        folder.put("a" * 32, {"whole.png": b"x"})
    assert on_disk(own_folder) == []
    assert list(own_folder.glob("tmp-*")) == []
    assert not folder.place("a" * 32).exists()


def test_when_a_person_goes_the_file_stays_without_them(db, world):
    row = keep(db, uploaded_by=world.stranger.id)
    row_id = row.id
    db.delete(world.stranger)
    db.flush()
    db.expire_all()
    assert db.get(MediaFile, row_id).uploaded_by_id is None
