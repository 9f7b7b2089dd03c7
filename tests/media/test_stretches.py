"""A stretch is cut out of a film or a sound: nothing of before and after it, and no word about it."""

import io
from typing import Any

import pytest

from peernet.media import folder, incoming, names, store, stretches
from peernet.media.models import MediaFile
from tests.media.films import SECRET, made
from tests.media.recordings import mp4


def lying(data: bytes, ending: str) -> MediaFile:
    """A row of a file that lies in its place."""
    with incoming.taken(io.BytesIO(data), filename=f"talk.{ending}") as file:
        file.is_kept = True
        return MediaFile(name=file.name, kind=file.mime, bytes=file.size)


@pytest.mark.once
@pytest.mark.parametrize(
    ("form", "sound", "picture", "kind"),
    [
        ("mp3", "libmp3lame", "", "audio/mpeg"),
        ("ogg", "libopus", "", "audio/ogg"),
        ("mp4", "aac", "", "audio/mp4"),
        ("mp4", "aac", "mpeg4", "video/mp4"),
        ("webm", "libopus", "libvpx", "video/webm"),
    ],
)
def test_it_holds_what_was_asked_for_and_nothing_else(
    settings: object, form: str, sound: str, picture: str, kind: str
) -> None:
    av: Any = pytest.importorskip("av")
    whole = lying(made(form, sound, picture), names.ending_of(kind))
    assert whole.kind == kind
    cut = stretches.cut(whole, starts=4, ends=9)
    assert cut is not None
    data = store.read(MediaFile(name=cut.name, kind=cut.mime, bytes=cut.size))
    assert (cut.mime, cut.size, SECRET.encode() in data) == (kind, len(data), False)
    with av.open(io.BytesIO(data)) as file:
        assert abs(file.duration / 1_000_000 - 5) < 0.2
        for stream in file.streams.video:
            first = next(file.decode(stream))
            # The picture of the fourth second: a quarter lighter each second.
            assert abs(bytes(first.planes[0])[0] - 100) < 12


@pytest.mark.once
def test_what_cannot_be_cut_leaves_nothing(settings: object) -> None:
    pytest.importorskip("av")
    before = sorted(name for name, _came in folder.names())
    broken = lying(mp4(), "mp4")
    assert stretches.cut(broken, starts=0, ends=5) is None
    whole = lying(made("mp3", "libmp3lame"), "mp3")
    assert stretches.cut(whole, starts=50, ends=60) is None
    assert sorted(name for name, _came in folder.names()) == sorted([*before, broken.name, whole.name])
    assert list(folder.root().glob("tmp-*")) == []
