"""Pictures of words on paper in the colours of the network: what other places show beside a link, and covers of books.

Fonts are those of the host. Where none of them has the letters of a title, the picture holds the colours alone.
"""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from peernet.brand import bands, logo, palette
from peernet.brand.bands import Band
from peernet.settings import current

# As Open Graph has it for a large picture, and a page of a book, in pixels: both are equally wide.
_WIDTH = 1200
LINK, COVER = 630, 1800
_BAR, _LEFT, _RIGHT = 24, 96, 1104
_ROOM = _RIGHT - _LEFT
# Where the line above, the title and the foot begin, the last from below, and the name of the network within the foot.
_ABOVE, _TITLE, _FOOT, _NAME = 84, 150, 90, 6
_SIZES, _LEADING = (76, 64, 54, 46, 40), 1.25
_SMALL, _SMALLEST = 34, 32
_FONTS = ("DejaVuSerif.ttf", "LiberationSerif-Regular.ttf", "NotoSerif-Regular.ttf", "FreeSerif.ttf")
# Shades of each colour at the edges of letters.
_STEPS = 21
_INKS = ("accent", "second", "ink", "ink-soft")
# Of what letters cover, as little as shows.
_COVERED = [255 if shade * (_STEPS - 1) >= 128 else 0 for shade in range(256)]
# The most that a logo takes, what stays free below it, and the number of its first colour.
_LOGO, _BELOW, _OWN = (320, 96), 40, len(_INKS) * _STEPS
# Whatever of the logo can be seen.
_ANY = [0, *[255] * 255]
_NO_LETTER = "\U0010fffe"


@dataclass(frozen=True)
class _Foot:
    """The lowest band, with the name and the logo of the network, and the colours of the logo."""

    band: Band
    colours: tuple[int, ...] = ()


def draw(kicker: str, title: str, height: int = LINK) -> bytes:
    """A PNG with a line above, the title large, and the network's name below. What was drawn lately is held, since each
    change of a material makes the files anew that have its cover."""
    return _drawn(current().network.model_dump_json(), kicker, title, height)


@lru_cache(maxsize=64)
def _drawn(network: str, kicker: str, title: str, height: int) -> bytes:
    day = palette.of(current().network).day
    is_written = _has_letters(f"{kicker}{title}{current().network.name}")
    foot = _foot(network, is_written=is_written)
    room = height - _TITLE - foot.band.rows
    shown = [_blank(_TITLE), _blank(room), foot.band]
    if is_written:
        title_band = _title(title, room)
        shown = [_blank(_ABOVE), _kicker(kicker), title_band, _blank(room - title_band.rows), foot.band]
    colours = _colours(tuple(day[name] for name in ("paper", *_INKS)))
    return bands.png(_WIDTH, [each for each in shown if each.rows], [*colours, *foot.colours])


@lru_cache(maxsize=16)
def _blank(rows: int) -> Band:
    return bands.band(_paper(rows)) if rows else Band(0, 0, 1, b"")


@lru_cache(maxsize=64)
def _kicker(text: str) -> Band:
    paper = _paper(_TITLE - _ABOVE)
    _line(paper, _cut(text, _SMALL), _SMALL, 0, "accent")
    return bands.band(paper)


# Held for the next picture with it: in another language, or the cover.
@lru_cache(maxsize=16)
def _title(text: str, room: int) -> Band:
    letters, lines = _fitted(text, room)
    return _lines(letters, tuple(lines), min(_top(letters, len(lines) - 1) + letters * 2, room))


@lru_cache(maxsize=16)
def _lines(letters: int, lines: tuple[str, ...], rows: int) -> Band:
    paper = _paper(rows)
    for place, line in enumerate(lines):
        _line(paper, line, letters, _top(letters, place), "ink")
    return bands.band(paper)


def _top(letters: int, place: int) -> int:
    return round(place * letters * _LEADING)


@lru_cache(maxsize=8)
def _foot(_network: str, *, is_written: bool) -> _Foot:
    own = logo.whole(current())
    if own:
        own.thumbnail(_LOGO, Image.Resampling.LANCZOS)
    paper = _paper(max(_FOOT, _BELOW + own.height if own else 0))
    if is_written:
        room = _ROOM - (own.width + _BELOW if own else 0)
        _line(paper, _cut(current().network.name, _SMALLEST, room), _SMALLEST, paper.height - _FOOT + _NAME, "ink-soft")
    if not own:
        return _Foot(bands.band(paper))
    ground = Image.new("RGBA", own.size, palette.of(current().network).day["paper"])
    ground.alpha_composite(own)
    few = ground.convert("RGB").quantize(256 - _OWN)
    numbers = Image.frombytes("L", few.size, few.tobytes()).point([min(_OWN + number, 255) for number in range(256)])
    paper.paste(numbers, (_RIGHT - own.width, paper.height - _BELOW - own.height), own.getchannel("A").point(_ANY))
    return _Foot(bands.band(paper), tuple((few.getpalette() or [])[: (256 - _OWN) * 3]))


def _paper(rows: int) -> Image.Image:
    """Its pixels are numbers of colours from the first: that takes a fraction of finding the nearest of each
    afterwards."""
    paper = Image.new("L", (_WIDTH, rows))
    paper.paste(_whole("second"), (0, 0, _BAR + 1, rows))
    return paper


@lru_cache(maxsize=4)
def _colours(day: tuple[str, ...]) -> list[int]:
    """Every colour that occurs: for each of the letters' the steps between it and the paper at their edges."""
    paper = ImageColor.getrgb(day[0])
    return [
        round(start + (end - start) * step / (_STEPS - 1))
        for ink in day[1:]
        for step in range(_STEPS)
        for start, end in zip(paper, ImageColor.getrgb(ink), strict=True)
    ]


def _whole(ink: str) -> int:
    """The number of a colour where nothing of the paper shows through."""
    return _INKS.index(ink) * _STEPS + _STEPS - 1


@lru_cache(maxsize=len(_INKS))
def _steps(ink: str) -> list[int]:
    """The number of a colour for each of the 256 shades in which letters are drawn."""
    first = _INKS.index(ink) * _STEPS
    return [first + step if (step := round(shade * (_STEPS - 1) / 255)) else 0 for shade in range(256)]


def _cut(text: str, size: int, room: int = _ROOM) -> str:
    """The text if it fits into one line, else its beginning."""
    lines = _wrapped(text, size, room)
    return lines[0] if len(lines) < 2 else f"{lines[0]} …"


def _fitted(title: str, room: int) -> tuple[int, list[str]]:
    """The largest size at which the title has room, and its lines; what is too long at any size is cut."""
    for size in _SIZES:
        lines, most = _wrapped(title, size), int(room / (size * _LEADING))
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], f"{lines[most - 1]} …"]


def _wrapped(text: str, size: int, room: int = _ROOM) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):  # at no other spaces, which hold words together
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _font(size).getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _line(picture: Image.Image, text: str, size: int, top: int, ink: str) -> None:
    """Letters may reach into the line below: only what they cover is drawn."""
    drawn = Image.new("L", (picture.width - _LEFT, size * 2))
    ImageDraw.Draw(drawn).text((0, 0), text, font=_font(size), fill=255)
    picture.paste(drawn.point(_steps(ink)), (_LEFT, top), drawn.point(_COVERED))


def _has_letters(text: str) -> bool:
    return all(_mask(letter) != _mask(_NO_LETTER) for letter in set(text) if not letter.isspace())


@lru_cache(maxsize=2_000)
def _mask(letter: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(40).getmask(letter)
    return mask.size, bytes(mask)


@lru_cache(maxsize=16)
def _font(size: int) -> FreeTypeFont:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    own = ImageFont.load_default(size)
    assert isinstance(own, FreeTypeFont), "Pillow is built without FreeType"
    return own
