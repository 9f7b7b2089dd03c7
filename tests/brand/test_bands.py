"""A PNG put together from bands is the picture that it would be if it were drawn in one."""

from io import BytesIO
from random import Random

from PIL import Image

from peernet.brand import bands, drawing

COLOURS = [255, 0, 0, 0, 255, 0, 0, 0, 255]


def test_bands_follow_each_other() -> None:
    chance = Random(1)
    # The last is long enough that sums pass their modulus many times.
    parts = [
        Image.frombytes("L", (50, rows), bytes(chance.choices((0, 1, 2), k=50 * rows))) for rows in (1, 7, 3, 4000)
    ]
    one, two, three, four = map(bands.band, parts)
    made = _opened(bands.png(50, [two, one, two, four, three], COLOURS))
    expected = b"".join(parts[place].tobytes() for place in (1, 0, 1, 3, 2))
    assert (made.size, made.mode, made.tobytes()) == ((50, 4018), "P", expected)
    assert made.getpalette()[:9] == COLOURS


def test_a_picture_in_another_language_differs_in_its_first_line_alone() -> None:
    english, french = (_opened(drawing.draw(kind, "On soil", drawing.LINK)) for kind in ("Report", "Rapport"))
    cover = _opened(drawing.draw("The editors", "On soil", drawing.COVER))
    assert (english.size, french.size, cover.size) == ((1200, 630), (1200, 630), (1200, 1800))
    above, below = (0, 84, 1200, 150), (0, 150, 1200, 250)
    assert english.crop(above).tobytes() != french.crop(above).tobytes()
    assert english.crop(below).tobytes() == french.crop(below).tobytes() == cover.crop(below).tobytes()
    assert len(set(english.crop(below).tobytes())) > 10


def _opened(data: bytes) -> Image.Image:
    """Pillow checks the sums of chunks, and of the stream, when it reads all pixels."""
    with Image.open(BytesIO(data)) as picture:
        picture.load()
        return picture
