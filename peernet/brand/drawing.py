"""Pictures of words on paper in the colours of the network: what other places show beside a link, and covers of books.

Fonts are those of the host. Where none of them has the letters of a title, the picture holds the colours alone.
"""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from peernet.brand import logo, palette
from peernet.settings import current

# As Open Graph has it for a large picture, and a page of a book, in pixels.
LINK, COVER = (1200, 630), (1200, 1800)
_LEFT, _RIGHT, _TOP = 96, 1104, 150
_SIZES, _LEADING, _TAKEN = (76, 64, 54, 46, 40), 1.25, 240
_FONTS = ("DejaVuSerif.ttf", "LiberationSerif-Regular.ttf", "NotoSerif-Regular.ttf", "FreeSerif.ttf")
# Shades of each colour at the edges of letters.
_STEPS = 21
_INKS = ("accent", "second", "ink", "ink-soft")
# Of what letters cover, as little as shows.
_COVERED = [255 if shade * (_STEPS - 1) >= 128 else 0 for shade in range(256)]
# The most that a logo takes, and what stays free below it.
_LOGO, _BELOW = (320, 96), 40
_NO_LETTER = "\U0010fffe"


def draw(kicker: str, title: str, size: tuple[int, int] = LINK) -> bytes:
    """A PNG with a line above, the title large, and the network's name below. What was drawn lately is held, since each
    change of a material makes the files anew that have its cover."""
    return _drawn(current().network.model_dump_json(), kicker, title, size)


@lru_cache(maxsize=64)
def _drawn(_network: str, kicker: str, title: str, size: tuple[int, int]) -> bytes:
    day = palette.of(current().network).day
    height = size[1]
    # Its pixels are numbers of colours from the first: that takes a fraction of finding the nearest of each afterwards.
    picture = Image.new("L", size, 0)
    ImageDraw.Draw(picture).rectangle((0, 0, 24, height), fill=_whole("second"))
    if _has_letters(f"{kicker}{title}{current().network.name}"):
        letters, lines = _fitted(title, height - _TAKEN)
        _line(picture, _cut(kicker, 34), 34, 84, "accent")
        for place, line in enumerate(lines):
            _line(picture, line, letters, _TOP + round(place * letters * _LEADING), "ink")
        _line(picture, current().network.name, 32, height - 84, "ink-soft")
    picture.putpalette(_colours(tuple(day[name] for name in ("paper", *_INKS))))
    made = BytesIO()
    if own := logo.whole(current()):
        own.thumbnail(_LOGO, Image.Resampling.LANCZOS)
        coloured = picture.convert("RGB")
        coloured.paste(own, (_RIGHT - own.width, height - _BELOW - own.height), own)
        coloured.quantize(256).save(made, "PNG", compress_level=6)
        return made.getvalue()
    # The next levels take twice as long for a fifth less.
    picture.save(made, "PNG", compress_level=3)
    return made.getvalue()


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


def _cut(text: str, size: int) -> str:
    """The text if it fits into one line, else its beginning."""
    lines = _wrapped(text, size)
    return lines[0] if len(lines) < 2 else f"{lines[0]} …"


def _fitted(title: str, room: int) -> tuple[int, list[str]]:
    """The largest size at which the title has room, and its lines; what is too long at any size is cut."""
    for size in _SIZES:
        lines, most = _wrapped(title, size), int(room / (size * _LEADING))
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], f"{lines[most - 1]} …"]


def _wrapped(text: str, size: int) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):  # at no other spaces, which hold words together
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _font(size).getlength(longer) <= _RIGHT - _LEFT:
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
