"""Files that somebody made to do harm: each refused in words, before anything of it is kept."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from peernet.db import Refused
from peernet.media import names
from peernet.media.images import prepare
from peernet.media.polyglots import is_polyglot
from tests.media.pictures import chunk, noise, opened, picture, png

TWO = "This file is an image and something else as well. Save the image again and bring the new file."
DRAWN = "SVG and EPS are not taken, since they can hold programs. Save the drawing as PNG or WebP."
MOVES = "This animation has too many pictures. Bring one of them, or a film."

pytestmark = pytest.mark.usefixtures("settings")


def archive():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as files:
        files.writestr("run.js", "alert(1)")
    return target.getvalue()


def jpeg_script():
    """A JPEG whose first segment is as long as "/*" says, and that ends in a comment's end: it runs as JavaScript."""
    data = picture("JPEG")
    return data[:4] + b"/*" + data[6:20] + b"\0" * (0x2F2A - 16) + data[20:] + b"*/=alert(1)//"


@pytest.mark.parametrize(
    "data",
    [
        picture("GIF") + b"<html><script>alert(1)</script></html>",
        b"GIF89a/*" + picture("GIF")[8:] + b"*/=1;alert(1)",
        b'GIF89a="' + picture("GIF")[8:] + b'";alert(1)',
        picture("PNG") + archive(),
        png(2, 2, zlib.compress(b"\0\1\1" * 2), chunk(b"tEXt", b"Comment\0<SCRIPT src=/x>")),
        b"%PDF-1.7\n<html><body>both</body></html>\n%%EOF",
        picture("JPEG") + b"%PDF-1.4\n",
        jpeg_script(),
        picture("WEBP") + b"<?php system(1);",
        picture("AVIF") + b"<!DOCTYPE  html><p>",
    ],
)
def test_polyglots_are_refused(data):
    with pytest.raises(Refused) as refused:
        prepare(data, field="image")
    assert (refused.value.message, refused.value.field) == (TWO, "image")


def test_images_are_no_polyglots():
    kinds = ("JPEG", "PNG", "WEBP", "AVIF")
    assert [is_polyglot(noise(kind, (400, 300))) for kind in kinds] == [False] * 4
    assert not is_polyglot(picture("GIF", size=(61, 9)))  # its width is the letter "="
    assert opened(prepare(picture("GIF", size=(61, 9))).whole).size == (61, 9)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\n<?xml version='1.0'?><svg/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\xc5\xd0\xd3\xc6" + b"\0" * 30,
    ],
)
def test_drawings_that_hold_programs_are_refused(data):
    with pytest.raises(Refused) as refused:
        prepare(data)
    assert refused.value.message == DRAWN


def test_animated_bombs_are_refused():
    frames = [Image.new("L", (9, 9), number % 2) for number in range(1001)]
    moving = io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    claimed = chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))
    for data in (moving.getvalue(), png(2, 2, zlib.compress(b"\0\1\1" * 2), claimed)):
        with pytest.raises(Refused) as refused:
            prepare(data)
        assert refused.value.message == MOVES


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../../etc/passwd", "The name of this file holds a path. Give it a name without slashes."),
        ("C:\\photos\\us.png", "The name of this file holds a path. Give it a name without slashes."),
        ("..", "The name of this file holds a path. Give it a name without slashes."),
        ("a\0.png", "The name of this file holds a control character. Give it another name."),
        ("a\r\nX-Evil: 1.png", "The name of this file holds a control character. Give it another name."),
        ("a\x9b.png", "The name of this file holds a control character. Give it another name."),
        (
            "cod\u202egnp.exe",
            "The name of this file holds marks that turn the direction of reading. Give it another name.",
        ),
        ("a" * 4000 + ".png", "The name of this file is too long: 200 characters are the most."),
    ],
)
def test_names_that_deceive_are_refused(name, sentence):
    with pytest.raises(Refused) as refused:
        prepare(picture(), field="logo", filename=name)
    assert (refused.value.message, refused.value.field) == (sentence, "logo")


@pytest.mark.parametrize("name", ["", "photo.png", "Œuvre d’été.PNG", "تصویر‌ها.png", "no ending", "v1.2 final", ".png"])
def test_names_that_people_give_are_taken(name):
    names.check(name, field="file")
    names.check_ending(name, "image/png", field="file")


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "PNG"), ("a.svg", "PNG"), ("a.PNG", "WEBP"), ("a.zip", "JPEG")])
def test_an_ending_that_says_something_else_is_refused(name, kind):
    with pytest.raises(Refused, match=r"^This file ends in ") as refused:
        prepare(picture(kind), field="image", filename=name)
    right = {"PNG": "png", "WEBP": "webp", "JPEG": "jpg"}[kind]
    assert refused.value.message == (
        f"This file ends in .{name[2:].lower()}, and what is in it is .{right}. Name it rightly, or save it again."
    )


def test_a_gif_may_end_as_one_though_it_is_written_as_png():
    assert prepare(picture("GIF"), filename="a.gif").mime == "image/png"


def test_copies_keep_to_their_weight():
    grain = Image.effect_noise((2000, 1500), 24).convert("RGB")
    target = io.BytesIO()
    grain.save(target, "JPEG", quality=95)
    made = prepare(target.getvalue())
    assert {width: len(copy) <= 150 * width for width, copy in made.copies.items()} == {480: 1, 960: 1, 1600: 1}
