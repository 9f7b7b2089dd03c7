"""Files in a bucket: the same promises as in a folder, and the way from one to the other."""

import io

import pytest

from peernet.admin.findings import _files
from peernet.backups import making
from peernet.backups.contents import Contents
from peernet.media import bucket, folder, incoming, moving, store
from peernet.settings import use
from peernet.settings.tree import S3
from tests.media import s3
from tests.media.pictures import noise, picture
from tests.media.recordings import mp4

pytestmark = pytest.mark.once

NAME = "ab" * 16


@pytest.fixture(scope="module")
def _server():
    server = s3.serve()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def remote(_server, settings, tmp_path):
    """The settings name a bucket that is empty."""
    _server.objects.clear()
    _server.asked.clear()
    _server.refuses = False
    here = f"http://127.0.0.1:{_server.server_port}"
    named = S3(bucket="files", endpoint=here, key_id="id", secret="quiet", prefix="net")
    use(settings.model_copy(update={"data": tmp_path, "s3": named}))
    yield _server
    use(settings)


def keep(db, **values):
    given = {"data": picture(), "filename": "a.png", "audience": "public", "uploaded_by": None} | values
    return store.keep(db, **given)


def test_an_image_is_kept_sent_in_parts_and_swept(remote, db, client):
    row, gone = keep(db, data=noise(size=(1000, 750))), keep(db)
    db.commit()
    base = f"net/{row.name[:2]}/{row.name}"
    mine = sorted(key for key in remote.objects if key.startswith(base))
    assert mine == [f"{base}/{file}" for file in ("480.webp", "whole.jpg")]
    assert not (folder.root() / row.name[:2]).exists()
    whole = remote.objects[f"{base}/whole.jpg"]
    assert (store.read(row), store.size_of(row), store.is_there(row), store.missing(db)) == (
        whole,
        len(whole),
        True,
        [],
    )
    with client.get(row.url) as answer, client.get(row.url, headers={"Range": "bytes=10-19"}) as part:
        assert (answer.data, part.status_code, part.data) == (whole, 206, whole[10:20])
    name = gone.name
    store.remove(db, gone)
    assert (store.orphans(db), store.sweep(db), store.orphans(db)) == ([name], 1, [])
    assert sorted(key for key in remote.objects if key.startswith("net/")) == mine


def test_a_film_goes_up_in_parts_and_a_part_of_it_is_fetched(remote, db, client):
    data = mp4(weight=9_000_000)
    with incoming.taken(io.BytesIO(data), filename="a.mp4") as film:
        row = store.keep_brought(db, file=film, filename="a.mp4", audience="public", uploaded_by=None)
    db.commit()
    assert remote.objects[f"net/{row.name[:2]}/{row.name}/whole.mp4"] == data
    assert list(folder.root().iterdir()) == []
    remote.asked.clear()
    with client.get(row.url, headers={"Range": "bytes=8000000-8000099"}) as part:
        assert (part.status_code, part.data) == (206, data[8_000_000:8_000_100])
    fetched = [asked for _command, _key, asked in remote.asked if asked]
    assert fetched == ["bytes=8000000-8999999"]  # a piece from there on, not the eight million bytes before it
    with incoming.taken(io.BytesIO(mp4()), filename="a.mp4") as other:
        assert bucket.has(other.name)
    assert not bucket.has(other.name)


def test_what_is_not_there_is_not_found(remote, db, client):
    row = keep(db)
    db.commit()
    remote.objects.clear()
    assert (client.get(row.url).status_code, store.missing(db)) == (404, [row.name])
    with pytest.raises(ValueError, match="Not the name of a file"):
        bucket.put("../x", {"a": b""})


def test_a_store_that_does_not_answer_is_said_so(remote, db, client):
    row = keep(db)
    db.commit()
    remote.refuses = True
    answer = client.get(row.url)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "The store of files does not answer just now. Please try again in a minute." in answer.text


def test_the_way_there_and_back_can_be_broken_off(remote, tmp_path):
    other = "cd" * 16
    folder.put(NAME, {"whole.png": b"one", "480.webp": b"small"})
    folder.put(other, {"whole.mp4": b"two" * 100_000})
    names = [NAME, other, "ef" * 16]
    assert moving.copy(names[:1], folder, bucket) == (1, [])
    assert moving.copy(names, folder, bucket) == (1, ["ef" * 16])
    assert moving.copy(names, folder, bucket) == (0, ["ef" * 16])
    remote.objects[f"net/ab/{NAME}/whole.png"] = b"bad"  # as long, and not the same
    assert moving.copy(names[:1], folder, bucket) == (1, [])
    folder.drop(NAME)
    folder.drop(other)
    assert moving.copy(names[:2], bucket, folder) == (2, [])
    assert (folder.place(NAME) / "whole.png").read_bytes() == b"one"
    assert (folder.place(other) / "whole.mp4").read_bytes() == b"two" * 100_000


def test_a_backup_holds_what_lies_in_the_bucket(remote, tmp_path):
    bucket.put(NAME, {"whole.png": b"one"})
    paths, missing = making._files(Contents("1", {}, [NAME, "ef" * 16], {}), tmp_path / "work")
    assert {name: path.read_bytes() for name, path in paths.items()} == {f"media/ab/{NAME}/whole.png": b"one"}
    assert missing == ["ef" * 16]


def test_the_doctor_says_whether_it_answers(remote, db):
    assert _files(db).wrong == ""
    remote.refuses = True
    finding = _files(db)
    assert finding.wrong == "The store of files does not answer as it should (PermissionDeniedError)."
    assert "quiet" not in f"{finding}"
    assert remote.objects == {}


def test_without_the_library_it_says_which_to_install(remote, monkeypatch):
    monkeypatch.setattr(bucket, "obstore", None)
    with pytest.raises(bucket.NotInstalled, match=r"pip install 'peernet\[s3\]'"):
        bucket.put(NAME, {"a.png": b""})
