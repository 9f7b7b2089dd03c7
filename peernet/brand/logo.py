"""The logo of a network, decoded like any picture that is brought here, and the icons for tabs and home screens.

Pictures of pixels only (PNG, WebP, JPEG): an SVG can hold programs, and it would have to be drawn for share
pictures and icons, which takes a renderer that this program does without.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from peernet.brand import palette
from peernet.db import Refused
from peernet.media import images
from peernet.settings import Settings

# Three times as large as in the head of a page, for sharp screens.
_SHARP = 3
# The bytes of a logo that is carried inside a file, before they are written as text, which makes four of three.
CARRIED = 8_000
HEIGHT, WIDTH, _WIDTH_WITH_NAME = 40, 160, 224
_FORMATS = ("PNG", "WEBP", "JPEG")
# The sign of networks that have none: six seats round a table, in squares of 32 (middle and radius of each circle).
_SEATS = (
    (16, 16, 7.5), (16, 3.5, 2.9), (26.8, 9.75, 2.9), (26.8, 22.25, 2.9), (16, 28.5, 2.9), (5.2, 22.25, 2.9),
    (5.2, 9.75, 2.9),
)  # fmt: skip
_SMALL, _TOUCH = 48, 180
_FINER = 4


@dataclass(frozen=True)
class Logo:
    """``files`` by name as they are served; width and height as it stands in the head of a page."""

    width: int
    height: int
    has_dark: bool
    has_name: bool
    files: dict[str, bytes] = field(repr=False)


def of(settings: Settings) -> Logo | None:
    """The logo of these settings; None if they name none, or none that can be shown."""
    return _made(settings, (_SHARP,))


def carried(settings: Settings) -> Logo | None:
    """The same for a file that is passed on: as sharp as few bytes allow."""
    return _made(settings, (2, 1))


def whole(settings: Settings) -> Image.Image | None:
    """The logo with all its pixels and what shows through it."""
    picture = _read(settings.network.logo)
    return _opened(picture) if isinstance(picture, bytes) else None


def small_png(settings: Settings) -> bytes | None:
    """The logo for the first page of what is printed."""
    image = whole(settings)
    if image is None:
        return None
    image.thumbnail((900, 300), Image.Resampling.LANCZOS)
    return _png(image)


def icons(settings: Settings) -> dict[str, bytes]:
    """Icons by the names of those that they stand in for: of the picture in the settings, else our own in its
    colours."""
    network, own = settings.network, palette.of(settings.network)
    picture = _read(network.icon or network.logo)
    if isinstance(picture, bytes):
        return _icons(picture, own.day["paper"])
    return _seats(own.day["accent"], own.day["paper"])


def problems(settings: Settings) -> list[str]:
    """What is wrong with the pictures that the settings name, a sentence each."""
    named = {key: getattr(settings.network, key) for key in ("logo", "logo_dark", "icon")}
    found = {f"network.{key} {path}": _read(path) for key, path in named.items() if path}
    return [f"{what}: {said}" for what, said in found.items() if isinstance(said, str)]


def sources(settings: Settings) -> list[Path]:
    """The files that it is made from."""
    network = settings.network
    return [Path(path) for path in (network.logo, network.logo_dark, network.icon) if path]


def _read(path: str) -> bytes | str | None:
    """The picture in bytes that we wrote ourselves, or why there is none; None where no file is named."""
    if not path:
        return None
    try:
        seen = Path(path).stat()
    except OSError as error:
        return error.strerror or "It cannot be read."
    return _decoded(path, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=12)
def _decoded(path: str, _changed: int, _size: int) -> bytes | str:
    try:
        prepared = images.prepare(Path(path).read_bytes(), filename=Path(path).name)
    except Refused as refused:
        return str(refused)
    except OSError as error:
        return error.strerror or "It cannot be read."
    return prepared.whole if prepared.mime in ("image/png", "image/webp", "image/jpeg") else "Use PNG, WebP or JPEG."


def _opened(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture), formats=_FORMATS) as image:
        return image.convert("RGBA")


def _made(settings: Settings, sharpness: tuple[int, ...]) -> Logo | None:
    """Drawn as sharp as the first of these that is small enough, else as the last."""
    network = settings.network
    picture = _read(network.logo)
    if not isinstance(picture, bytes):
        return None
    dark = _read(network.logo_dark)
    most = (_WIDTH_WITH_NAME if network.logo_has_name else WIDTH, HEIGHT)
    size, shown = _fitting(picture, most, sharpness)
    files = {"brand/logo.webp": shown}
    if isinstance(dark, bytes):
        files["brand/logo-dark.webp"] = _fitting(dark, most, sharpness)[1]
    return Logo(*size, len(files) > 1, network.logo_has_name, files)


def _fitting(picture: bytes, most: tuple[int, int], sharpness: tuple[int, ...]) -> tuple[tuple[int, int], bytes]:
    *better, last = sharpness
    for sharp in better:
        size, shown = _shown(picture, most, sharp)
        if len(shown) <= CARRIED:
            return size, shown
    return _shown(picture, most, last)


@lru_cache(maxsize=24)
def _shown(picture: bytes, most: tuple[int, int], sharp: int) -> tuple[tuple[int, int], bytes]:
    image = _opened(picture)
    scale = min(most[0] / image.width, most[1] / image.height)
    size = max(round(image.width * scale), 1), max(round(image.height * scale), 1)
    image.thumbnail((size[0] * sharp, size[1] * sharp), Image.Resampling.LANCZOS)
    made = BytesIO()
    image.save(made, "WEBP", quality=90, method=6)
    return size, made.getvalue()


@lru_cache(maxsize=4)
def _icons(picture: bytes, paper: str) -> dict[str, bytes]:
    image = _opened(picture)
    small, touch = _in_a_square(image, _SMALL, _SMALL), _in_a_square(image, _TOUCH, _TOUCH * 4 // 5)
    ground = Image.new("RGBA", touch.size, paper)
    ground.alpha_composite(touch)
    return {"favicon.png": _png(small), "touch-icon.png": _png(ground.convert("RGB"))}


def _in_a_square(image: Image.Image, side: int, most: int) -> Image.Image:
    fitted = image.copy()
    fitted.thumbnail((most, most), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (side, side))
    square.alpha_composite(fitted, ((side - fitted.width) // 2, (side - fitted.height) // 2))
    return square


@lru_cache(maxsize=4)
def _seats(accent: str, paper: str) -> dict[str, bytes]:
    circles = "".join(f'<circle cx="{x}" cy="{y}" r="{radius}"/>' for x, y, radius in _SEATS)
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="{accent}">{circles}</svg>\n'
    touch = Image.new("RGBA", (_TOUCH, _TOUCH), paper)
    inner = _drawn(accent, _TOUCH * 3 // 4)
    touch.alpha_composite(inner, ((_TOUCH - inner.width) // 2,) * 2)
    return {
        "favicon.svg": drawing.encode(),
        "favicon.png": _png(_drawn(accent, _SMALL)),
        "touch-icon.png": _png(touch.convert("RGB")),
    }


def _drawn(colour: str, side: int) -> Image.Image:
    large = side * _FINER
    shape = Image.new("L", (large, large))
    pen = ImageDraw.Draw(shape)
    for x, y, radius in _SEATS:
        pen.ellipse([part * large / 32 for part in (x - radius, y - radius, x + radius, y + radius)], fill=255)
    made = Image.new("RGBA", (side, side), colour)
    made.putalpha(shape.resize((side, side), Image.Resampling.LANCZOS))
    return made


def _png(image: Image.Image) -> bytes:
    made = BytesIO()
    image.save(made, "PNG", optimize=True)
    return made.getvalue()
