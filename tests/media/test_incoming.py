"""Films, recordings and PDFs: known by their structure, brought piece by piece, refused in words."""

import hashlib
import io
import zipfile

import pytest

from peernet.db import Refused
from peernet.media import folder, incoming, store
from peernet.media.recognising import Wrong, recognise
from peernet.settings import use
from tests.media.pictures import picture
from tests.media.recordings import box, element, mp3, mp4, ogg, pdf, webm


def known(data):
    return recognise(io.BytesIO(data), len(data))


@pytest.fixture
def own_folder(settings, tmp_path):
    use(settings.model_copy(update={"data": tmp_path}))
    yield tmp_path / "media"
    use(settings)


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (mp4(), "video/mp4"),
        (mp4(handler=b"soun", brand=b"M4A "), "audio/mp4"),
        (webm(), "video/webm"),
        (webm(kind=2), "audio/webm"),
        (webm(is_open=True), "video/webm"),
        (ogg(), "audio/ogg"),
        (ogg(b"\x80theora"), "video/ogg"),
        (mp3(), "audio/mpeg"),
        (mp3(tag=b"TIT2" + b"\0" * 300), "audio/mpeg"),
        (pdf(), "application/pdf"),
    ],
)
def test_each_kind_is_known_by_its_structure(data, mime):
    assert known(data) == mime
    if mime != "audio/mpeg":  # nothing says where an MP3 ends
        for cut in (data[: len(data) // 2], data[:-30], data + b"<p>behind its end"):
            with pytest.raises(Wrong):
                known(cut)


def archive():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as files:
        files.writestr("run.js", "alert(1)")
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"just words", "unknown"),
        (b"\xff\xfb", "unknown"),
        (picture("PNG"), "unknown"),
        (picture("AVIF"), "unknown"),
        (b"%PDF-9.9\n", "unknown"),
        (mp4(brand=b"qt  "), "quicktime"),
        (mp4(brand=b"heic"), "unknown"),
        (mp4(handler=b"text"), "broken"),
        (box(b"ftyp", b"isom\0\0\0\1"), "broken"),
        (mp4() + box(b"free", b"<html><script>alert(1)</script>"), "two"),
        (webm(doctype=b"matroska"), "matroska"),
        (element(b"\x1a\x45\xdf\xa3", b"\0" * 9), "broken"),
        (mp3(frames=3), "broken"),
        (mp3(tag=b"<script>alert(1)</script>"), "two"),
        (mp3() + archive(), "two"),
        (b"ID3\x04\0\0\xff\xff\xff\xff", "broken"),
        (pdf(b"<html><script>alert(1)</script>"), "two"),
        (pdf() + archive(), "two"),
        (pdf().replace(b"startxref\n", b"startxref\n9"), "broken"),
        (box(b"ftyp", b"isom\0\0\0\1") + b"\0\0\0\x01free" + b"\xff" * 8, "broken"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 60, "broken"),
        (b"OggS" + b"\0" * 200, "broken"),
    ],
)
def test_other_files_are_refused(data, word):
    with pytest.raises(Wrong, match=word):
        known(data)


def test_a_file_of_nothing_but_parts_is_given_up(monkeypatch):
    monkeypatch.setattr("peernet.media.recognising._MOST_PARTS", 20_000)
    with pytest.raises(Wrong, match="broken"):
        known(box(b"ftyp", b"isom\0\0\0\1") + box(b"free") * 20_001)


def test_what_is_brought_lies_in_its_place_and_goes_unless_it_is_kept(own_folder, db):
    data = mp4(weight=3_000_000)
    with incoming.taken(io.BytesIO(data), filename="Talk.mp4") as file:
        assert (file.mime, file.size, file.digest) == ("video/mp4", len(data), hashlib.sha256(data).hexdigest())
        row = store.keep_brought(
            db, file=file, filename="Talk.mp4", audience="cohort:3", uploaded_by=None, alt="A talk"
        )
    assert (row.kind, row.bytes, row.width, row.alt, row.srcset) == ("video/mp4", len(data), None, "A talk", "")
    assert (store.read(row), store.size_of(row), store.mime_of(row)) == (data, len(data), "video/mp4")
    assert [path.name for path in folder.files_of(row.name)] == ["whole.mp4"]
    with incoming.taken(io.BytesIO(pdf()), filename="paper.pdf") as other:
        assert [path.name for path in folder.files_of(other.name)] == ["whole.pdf"]
    assert sorted(path.name for path in own_folder.glob("*/*")) == [row.name]


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.mp4", "This file is empty."),
        (mp4()[:-9], "a.mp4",
         "This file is damaged, or was cut off before its end. Save it again and bring the new file."),
        (b"words", "a.mp4", "This is no file that can be brought here. Use MP4, WebM, Ogg, MP3, M4A or PDF."),
        (mp4(brand=b"qt  "), "a.mov", "This is a QuickTime film, which many browsers cannot play. Save it as MP4."),
        (pdf() + archive(), "a.pdf", "This file is two things at once. Save it again and bring the new file."),
        (webm(doctype=b"matroska"), "a.mkv",
         "This is a Matroska film, which many browsers cannot play. Save it as MP4 or WebM."),
        (mp4(), "a.pdf", "This file ends in .pdf, and what is in it is .mp4. Name it rightly, or save it again."),
        (mp4(), "a/b.mp4", "The name of this file holds a path. Give it a name without slashes."),
        (mp4(weight=3000), "a.mp4", "This file is too large: 0.002 MB is the most."),
        (pdf(b"x" * 1100), "a.pdf", "This file is too large: 0.001024 MB is the most."),
    ],
)  # fmt: skip
def test_a_refused_file_leaves_nothing(own_folder, settings, data, name, sentence):
    media = settings.media.model_copy(update={"max_film_bytes": 2000, "max_document_bytes": 1024})
    use(settings.model_copy(update={"data": own_folder.parent, "media": media}))
    with pytest.raises(Refused) as refused, incoming.taken(io.BytesIO(data), filename=name, field="film"):
        pass
    assert (refused.value.message, refused.value.field) == (sentence, "film")
    assert list(own_folder.glob("*")) == []


def test_quotas_count_films_too(own_folder, settings, db, world):
    media = settings.media.model_copy(update={"quota_bytes": 2000})
    use(settings.model_copy(update={"data": own_folder.parent, "media": media}))
    with pytest.raises(Refused, match=r"more than 0\.002 MB"), incoming.taken(
        io.BytesIO(mp4(weight=3000)), filename="a.mp4"
    ) as file:  # fmt: skip
        store.keep_brought(db, file=file, filename="a", audience="cohort:3", uploaded_by=world.member.id)
    assert list(own_folder.glob("*/*")) == []
