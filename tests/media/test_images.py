"""Images: what is taken, what is left behind, and what is refused in words."""

import hashlib
import io
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from peernet.db import Refused
from peernet.media.images import prepare
from peernet.settings import use
from tests.media.pictures import chunk, noise, opened, picture, png

UNKNOWN = "This is not an image that can be shown here. Use JPEG, PNG, WebP, AVIF or GIF."
BROKEN = "This image is damaged and cannot be read to its end. Save it again and bring the new file."
HEAVY = "This image takes too much work to read. Make it smaller and bring the new file."

pytestmark = pytest.mark.usefixtures("settings")


@pytest.mark.parametrize(
    ("kind", "mime", "written"),
    [
        ("JPEG", "image/jpeg", "JPEG"),
        ("PNG", "image/png", "PNG"),
        ("WEBP", "image/webp", "WEBP"),
        ("AVIF", "image/avif", "AVIF"),
        ("GIF", "image/png", "PNG"),
    ],
)
def test_each_kind_is_written_anew(kind, mime, written):
    data = picture(kind)
    made = prepare(data)
    image = opened(made.whole)
    assert (made.mime, image.format) == (mime, written)
    assert (made.width, made.height) == image.size == (60, 40)
    assert made.digest == hashlib.sha256(data).hexdigest()
    assert made.copies == {}
    assert made.size == len(made.whole)
    assert all(
        abs(one - other) < 12 for one, other in zip(image.convert("RGB").getpixel((5, 5)), (200, 30, 60), strict=True)
    )


def test_a_large_image_gets_smaller_copies():
    made = prepare(noise())
    assert (made.width, made.height) == (2000, 1500)
    assert {width: opened(data).size for width, data in made.copies.items()} == {
        480: (480, 360),
        960: (960, 720),
        1600: (1600, 1200),
    }
    assert {opened(data).format for data in made.copies.values()} == {"WEBP"}


def test_a_very_large_image_is_made_smaller():
    made = prepare(picture("JPEG", (6000, 1500)))
    assert (made.width, made.height) == (4096, 1024)


def test_nothing_but_pixels_goes_through():
    exif = Image.Exif()
    exif[0x010E] = "somewhere secret"
    exif.get_ifd(0x8825)[1] = "N"
    for kind in ("JPEG", "WEBP", "PNG", "AVIF"):
        data = picture(kind, exif=exif) + b"what a camera appends"
        made = prepare(data)
        assert b"secret" in data
        assert not any(word in made.whole for word in (b"secret", b"Exif", b"camera"))
        assert dict(opened(made.whole).getexif()) == {}
    text = chunk(b"tEXt", b"Comment\x00secret") + chunk(b"zTXt", b"a\x00\x00" + zlib.compress(b"secret" * 100))
    assert b"secret" not in prepare(png(2, 2, zlib.compress(b"\0\1\1" * 2), text)).whole


def test_a_turned_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    made = prepare(picture("JPEG", (60, 40), exif=exif))
    assert (made.width, made.height) == (40, 60)


def test_transparency_palettes_and_grey_stay():
    assert opened(prepare(picture("PNG", mode="RGBA", colour=(1, 2, 3, 4))).whole).getpixel((0, 0)) == (1, 2, 3, 4)
    assert opened(prepare(picture("PNG", mode="P", colour=7)).whole).mode == "P"
    assert opened(prepare(picture("PNG", mode="L", colour=9)).whole).getpixel((0, 0)) == 9
    assert opened(prepare(picture("PNG", mode="1", colour=1)).whole).mode == "1"
    assert opened(prepare(picture("PNG", mode="LA", colour=(9, 0))).whole).getpixel((0, 0)) == (9, 9, 9, 0)
    assert opened(prepare(picture("PNG", mode="I;16", colour=0x4000)).whole).getpixel((0, 0)) == 0x40
    assert opened(prepare(picture("JPEG", mode="CMYK", colour=(0, 0, 0, 0))).whole).getpixel((0, 0)) == (255, 255, 255)


def test_a_palette_gets_smaller_copies_too():
    made = prepare(picture("PNG", (1000, 10), mode="P", colour=7))
    assert {width: opened(data).size for width, data in made.copies.items()} == {480: (480, 5)}


def test_an_animation_keeps_its_first_picture():
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        target = io.BytesIO()
        frames[0].save(target, kind, save_all=True, append_images=frames[1:])
        image = opened(prepare(target.getvalue()).whole)
        assert getattr(image, "n_frames", 1) == 1
        assert image.convert("RGB").getpixel((4, 4))[0] > 240


@pytest.mark.parametrize(
    "data",
    [
        b"just words",
        b"GIF",
        b"\x89PNG\r\n\x1a\n",
        b"BM" + b"\0" * 100,
        b"II*\0" + b"\0" * 100,
        b"PK\x03\x04" + b"\0" * 100,
        picture("BMP"),
        picture("TIFF"),
        picture("ICO"),
    ],
)
def test_other_files_are_refused(data):
    with pytest.raises(Refused) as refused:
        prepare(data, field="picture")
    assert (refused.value.message, refused.value.field) in [(UNKNOWN, "picture"), (BROKEN, "picture")]


def test_empty_large_and_heic_files_are_refused(settings):
    for data, sentence in [
        (b"", "This file is empty."),
        (b"x" * 10_000_001, "This file is too large: 10 MB is the most."),
        (b"\0\0\0\x18ftypheic" + b"\0" * 99, "This is a HEIC photo, which many browsers cannot show. Save it as JPEG."),
    ]:
        with pytest.raises(Refused, match=sentence.replace(".", r"\.")):
            prepare(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_truncated_image_is_refused(kind):
    data = noise(kind, (200, 200))
    with pytest.raises(Refused) as refused:
        prepare(data[: len(data) // 2])
    assert refused.value.message in (BROKEN, UNKNOWN)


def test_a_small_file_that_claims_many_pixels_is_refused():
    begin = time.perf_counter()
    with pytest.raises(Refused, match="too many pixels: 40 million is the most"):
        prepare(png(60_000, 60_000, zlib.compress(b"\0" * 10_000_000, 9)))
    with pytest.raises(Refused, match="too many pixels"):
        prepare(picture("PNG", (8000, 6000), mode="1", colour=0))
    assert time.perf_counter() - begin < 20


def test_compressed_bombs_are_refused():
    bomb = zlib.compress(b"\0" * 300_000_000, 9)
    data = png(2, 2, zlib.compress(b"\0\1\1" * 2), chunk(b"zTXt", b"a\x00\x00" + bomb))
    with pytest.raises(Refused) as refused:
        prepare(data)
    assert refused.value.message in (BROKEN, HEAVY)
    many = png(
        2, 2, zlib.compress(b"\0\1\1" * 2), *[chunk(b"zTXt", b"a\x00\x00" + zlib.compress(b"x" * 900_000))] * 2000
    )
    with pytest.raises(Refused):
        prepare(many)


def test_work_beyond_the_limits_is_refused(settings, monkeypatch):
    monkeypatch.setattr("peernet.media.images.CPU_SECONDS", 1)
    with pytest.raises(Refused, match="too much work"):
        prepare(noise("AVIF", (4000, 3000), quality=20, speed=10))
    monkeypatch.undo()
    monkeypatch.setattr("peernet.media.images._BASE_MEMORY", 60_000_000)
    monkeypatch.setattr("peernet.media.images._BYTES_PER_PIXEL", 0)
    with pytest.raises(Refused):
        prepare(noise("JPEG", (3000, 3000)))


def test_limits_come_from_the_settings(settings):
    small = settings.model_copy(update={"media": settings.media.model_copy(update={"max_pixels": 10_000})})
    use(small)
    try:
        with pytest.raises(Refused, match="too many pixels"):
            prepare(picture(size=(101, 100)))
    finally:
        use(settings)


@given(st.integers(0, 400), st.binary(min_size=1, max_size=6), st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "AVIF"]))
@settings(max_examples=25, deadline=None)
def test_a_damaged_image_is_taken_or_refused(at, damage, kind):
    data = bytearray(picture(kind, (16, 16)))
    at %= len(data)
    data[at : at + len(damage)] = damage
    try:
        made = prepare(bytes(data))
    except Refused:
        return
    assert opened(made.whole).size == (made.width, made.height)
