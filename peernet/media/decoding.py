"""The child process that decodes an image and writes it anew: the only place that touches what a stranger sent.

Reads limits as a line of JSON and then the bytes; writes a line of JSON and then the new files, one after another.
Nothing but pixels goes through: no EXIF, no profile, no comment, nothing behind the end of the image.
"""

import io
import json
import resource
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

_FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF"]
# Format found -> format written. An animation keeps its first picture only, so a GIF has no advantage over PNG.
_WRITTEN = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP", "AVIF": "AVIF"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "optimize": True, "progressive": True},
    "PNG": {"compress_level": 7},
    "WEBP": {"quality": 86, "method": 4},
    "AVIF": {"quality": 72, "speed": 8},
}
# A copy may weigh so many bytes for each pixel of its width, and is made of less quality where it would weigh more, so
# that a page of pictures stays light on a phone. A photo takes about so large a share of its best at each quality.
_BYTES_A_WIDTH = 150
_BEST, _LEAST = 82, 20
_LOWER = ((70, 0.7), (55, 0.52), (40, 0.42))
# More pictures than these in one file, or more pixels in all of them than this many of the largest image, are a bomb.
_MOST_PICTURES, _MOST_TIMES = 1000, 8
# No screen shows more; what is larger is made smaller.
_LONGEST = 4096


class Refusal(Exception):
    """Why the image is not taken, as a word that the parent says in full."""


def main() -> None:
    """Serve one image and end."""
    order = json.loads(sys.stdin.buffer.readline())
    _bound(order)
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before anything is decoded
    try:
        head, files = _made(sys.stdin.buffer.read(), order)
    except Refusal as refusal:
        head, files = {"refused": str(refusal)}, []
    except UnidentifiedImageError:
        head, files = {"refused": "unknown"}, []
    except MemoryError:
        head, files = {"refused": "heavy"}, []
    except Exception:  # decoders raise all sorts on broken input (OSError, SyntaxError, ValueError, struct.error)
        head, files = {"refused": "broken"}, []
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(files))


def _bound(order: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _made(data: bytes, order: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    image, kind, brought = _decoded(data, order["pixels"])
    widths = [width for width in order["widths"] if width * 1.1 < image.width]
    files = list(_written(image, kind, widths))
    head = {"kind": kind, "brought": brought, "width": image.width, "height": image.height, "widths": widths}
    return head | {"sizes": [len(file) for file in files]}, files


def _decoded(data: bytes, most_pixels: int) -> tuple[Image.Image, str, str]:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        kind = _WRITTEN[opened.format or ""]
        if opened.width * opened.height > most_pixels:
            raise Refusal("large")
        pictures = getattr(opened, "n_frames", 1)
        if pictures > _MOST_PICTURES or pictures * opened.width * opened.height > _MOST_TIMES * most_pixels:
            raise Refusal("moves")
        opened.load()
        image = ImageOps.exif_transpose(opened)
        profile = opened.info.get("icc_profile")
        brought = f"image/{'jpeg' if kind == 'JPEG' else str(opened.format).lower()}"
    image = _in_plain_colours(image, profile, has_alpha=kind != "JPEG")
    image.thumbnail((_LONGEST, _LONGEST), Image.Resampling.LANCZOS)
    return image, kind, brought


def _in_plain_colours(image: Image.Image, profile: bytes | None, *, has_alpha: bool) -> Image.Image:
    """RGB, RGBA, or grey and palettes as they are; in sRGB, since the profile is left behind."""
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    transparent = has_alpha and image.has_transparency_data
    if profile:
        image = _in_srgb(image, profile)
    if image.mode in ("1", "P") and not transparent and "transparency" not in image.info:
        return _bare(image)
    wanted = "RGBA" if transparent else "L" if image.mode in ("1", "L", "LA", "I", "F") else "RGB"
    return _bare(image if image.mode == wanted else image.convert(wanted))


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        rgb = image if image.mode in ("RGB", "RGBA", "CMYK", "L") else image.convert("RGBA")
        mode = "RGBA" if rgb.mode == "RGBA" else "RGB"
        made = ImageCms.profileToProfile(rgb, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return made or image


def _bare(image: Image.Image) -> Image.Image:
    image.info = {}
    return image


def _written(image: Image.Image, kind: str, widths: list[int]) -> Iterator[bytes]:
    yield _encoded(image, kind, _OPTIONS[kind])
    smooth = image if image.mode in ("RGB", "RGBA", "L") else image.convert("RGB")
    for width in widths:
        height = max(1, round(image.height * width / image.width))
        yield _light(smooth.resize((width, height), Image.Resampling.LANCZOS))


def _light(copy: Image.Image) -> bytes:
    """A copy within its weight, or as light as it gets. At most three tries, since each takes its time: the first says
    how far down to go."""
    data = _encoded(copy, "WEBP", _copied(_BEST))
    share = copy.width * _BYTES_A_WIDTH / len(data)
    tries = [] if share >= 1 else [next((quality for quality, at in _LOWER if share >= at), _LEAST), _LEAST]
    for quality in dict.fromkeys(tries):
        if len(data) > copy.width * _BYTES_A_WIDTH:
            data = _encoded(copy, "WEBP", _copied(quality))
    return data


def _copied(quality: int) -> dict[str, Any]:
    return {"quality": quality, "method": 4}


def _encoded(image: Image.Image, kind: str, options: dict[str, Any]) -> bytes:
    if kind != "PNG" and image.mode in ("1", "P"):
        image = image.convert("RGB")
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()
