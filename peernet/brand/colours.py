"""Colours as numbers: contrast as WCAG 2.2 has it, and shades of one hue in OKLCH. Knows no settings.

Sources: WCAG 2.2, relative luminance and contrast ratio; Björn Ottosson, "A perceptual color space for image
processing" (OKLab); CSS Color Module Level 4, 9.2 and 13.2 (OKLCH, gamut).
"""

import math
from collections.abc import Callable
from typing import NamedTuple

_STEPS = 400
_Triple = tuple[float, float, float]


class Shade(NamedTuple):
    """A colour in OKLCH: lightness from 0 to 1, chroma, and hue in degrees."""

    lightness: float
    chroma: float
    hue: float


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shade(colour: str) -> Shade:
    """``#rrggbb`` in OKLCH."""
    lightness, a, b = _oklab(colour)
    return Shade(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def colour(of: Shade) -> str:
    """``#rrggbb``; where no screen shows a shade, the most colourful one that it shows of that lightness and hue."""
    lightness, chroma, hue = of
    low, high = 0.0, chroma
    if _is_shown(_linear(of)):
        low = chroma
    else:
        for _ in range(16):
            middle = (low + high) / 2
            low, high = (middle, high) if _is_shown(_linear(Shade(lightness, middle, hue))) else (low, middle)
    return "#" + "".join(f"{_to_byte(part):02x}" for part in _linear(Shade(lightness, low, hue)))


def mixed(one: str, other: str, share: float) -> str:
    """As ``color-mix(in oklab, one share, other)`` gives it."""
    a, b, c = (share * x + (1 - share) * y for x, y in zip(_oklab(one), _oklab(other), strict=True))
    return colour(Shade(a, math.hypot(b, c), math.degrees(math.atan2(c, b)) % 360))


def nearest(wanted: str, fits: Callable[[str], bool]) -> str:
    """``wanted`` if it fits, else the shade of its hue that fits with the least change of lightness. Raises ValueError
    where none does."""
    if fits(wanted):
        return wanted
    lightness, chroma, hue = shade(wanted)
    for step in range(1, _STEPS + 1):
        for other in (lightness - step / _STEPS, lightness + step / _STEPS):
            if 0 <= other <= 1 and fits(found := colour(Shade(other, chroma, hue))):
                return found
    raise ValueError(f"No shade of {wanted} can be read there")


def _parts(colour: str) -> _Triple:
    red, green, blue = (_from_byte(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return red, green, blue


def _from_byte(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _to_byte(part: float) -> int:
    part = min(max(part, 0.0), 1.0)
    return round(255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))


def _luminance(colour: str) -> float:
    red, green, blue = _parts(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklab(colour: str) -> _Triple:
    r, g, b = _parts(colour)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear(of: Shade) -> _Triple:
    a, b = of.chroma * math.cos(math.radians(of.hue)), of.chroma * math.sin(math.radians(of.hue))
    long = (of.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (of.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (of.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _is_shown(linear: _Triple) -> bool:
    return all(-0.0005 <= part <= 1.0005 for part in linear)
