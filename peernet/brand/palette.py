"""The colours of a network, by day and in the dark: those of the settings where they can be read, else their nearest
shades that can.

Each of them serves for words as well as for lines and fields, so all reach what WCAG 2.2 AA asks of text (1.4.3), which
is more than it asks of controls and of focus (1.4.11, 2.4.13).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from peernet.brand.colours import Shade, colour, contrast, mixed, nearest, shade
from peernet.settings.tree import Network

# Contrast of words, of coloured words in the dark, where they seem thinner, and of lines that show where a field is.
TEXT, TEXT_IN_THE_DARK, LINE = 4.5, 6.0, 3.0
# As the style sheet has them where the settings name no ground.
_DAY = {
    "paper": "#fbf8f1", "paper-deep": "#f2ede1", "field": "#fffdf8", "rule": "#dcd4c4", "rule-strong": "#827968",
}  # fmt: skip
_DARK = {
    "paper": "#181613", "paper-deep": "#24211c", "field": "#1f1c18", "rule": "#3b362f", "rule-strong": "#8f8677",
}  # fmt: skip
# Words of every network, on any ground.
_DAY_WORDS = {"ink": "#201d18", "ink-soft": "#5a5448", "done": "#20663a", "waits": "#824c00", "warn": "#a3261d"}
_DARK_WORDS = {"ink": "#ece6da", "ink-soft": "#b7ae9e", "done": "#86d3a0", "waits": "#e8ba6e", "warn": "#ffa193"}
# A ground is a tint: more colour than this would tire. In the dark a little is seen as much.
_MOST_BY_DAY, _MOST_IN_THE_DARK = 0.04, 0.025
# How much of the accent stands behind marked words, and behind words of a table of those who met.
_WASH, _DEEPEST = 0.12, 0.42
# What words stand on.
_FIELDS = ("paper", "paper-deep", "field")


@dataclass(frozen=True)
class Palette:
    """Colours by the names that the style sheet gives them, by day and in the dark; ``sheet`` is the style sheet that
    says so, ``changes`` a sentence for each colour of the settings that is not shown as it is."""

    day: Mapping[str, str]
    dark: Mapping[str, str]
    sheet: str
    changes: tuple[str, ...]


def of(network: Network) -> Palette:
    """The colours of these settings."""
    return _of(network.accent.lower(), network.second_colour.lower(), network.ground.lower())


@lru_cache(maxsize=16)
def _of(accent: str, second: str, ground: str) -> Palette:
    day, dark = _grounds(ground, _DAY, _DAY_WORDS), _in_the_dark(ground)
    day |= _inks(accent, second, day, _DAY_WORDS["ink"], day["field"], TEXT)
    dark |= _inks(accent, second, dark, _DARK_WORDS["ink"], dark["paper"], TEXT_IN_THE_DARK)
    changes = [*_changes("network.accent", accent, day["accent"], dark["accent"])]
    if second:
        changes += _changes("network.second_colour", second, day["second"], dark["second"])
    if ground and day["paper"] != ground:
        changes.append(f"network.ground {ground} is shown as {day['paper']}, on which words can be read")
    return Palette(day | _DAY_WORDS, dark | _DARK_WORDS, _sheet(day, dark, has_ground=bool(ground)), tuple(changes))


def _grounds(ground: str, own: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    """Paper and what lies on it, in the tint of ``ground``; ``own`` where there is none."""
    if not ground:
        return dict(own)
    tint = shade(ground)
    toned = ground if tint.chroma <= _MOST_BY_DAY else colour(Shade(tint.lightness, _MOST_BY_DAY, tint.hue))
    paper = nearest(toned, lambda one: _carries(_toned(one, own), words))
    made = _toned(paper, own)
    grey = Shade(shade(own["rule-strong"]).lightness, min(shade(paper).chroma, 0.03), tint.hue)
    fields = [made[name] for name in _FIELDS]
    return made | {
        "rule-strong": nearest(colour(grey), lambda one: all(contrast(one, field) >= LINE for field in fields))
    }


def _in_the_dark(ground: str) -> dict[str, str]:
    if not ground:
        return dict(_DARK)
    tint = shade(ground)
    dark = shade(_DARK["paper"])
    paper = colour(Shade(dark.lightness, min(tint.chroma, _MOST_IN_THE_DARK), tint.hue))
    return _grounds(paper, _DARK, _DARK_WORDS)


def _toned(paper: str, own: Mapping[str, str]) -> dict[str, str]:
    """What stands to ``paper`` as the colours of ``own`` stand to theirs."""
    tint, before = shade(paper), shade(own["paper"])
    made = {"paper": paper}
    for name in ("paper-deep", "field", "rule"):
        lightness = shade(own[name]).lightness - before.lightness + tint.lightness
        made[name] = colour(Shade(min(max(lightness, 0.0), 1.0), tint.chroma * 1.4, tint.hue))
    return made


def _carries(grounds: Mapping[str, str], words: Mapping[str, str]) -> bool:
    fields = [grounds[name] for name in _FIELDS]
    return all(contrast(word, field) >= TEXT for word in words.values() for field in fields)


def _inks(
    accent: str, second: str, grounds: Mapping[str, str], ink: str, on_accent: str, least: float
) -> dict[str, str]:
    fields = [grounds[name] for name in _FIELDS]
    paper = grounds["paper"]

    def can_be_read(one: str, *beside: str) -> bool:
        on = [*fields, *beside, on_accent, mixed(one, paper, _WASH)]
        return all(contrast(one, each) >= least for each in on) and contrast(ink, mixed(one, paper, _DEEPEST)) >= TEXT

    shown = nearest(accent, can_be_read)
    made = {"accent": shown, "accent-wash": mixed(shown, paper, _WASH), "on-accent": on_accent, "second": shown}
    if second:
        made["second"] = made["second-ink"] = nearest(second, lambda one: can_be_read(one, made["accent-wash"]))
    return made


def _changes(key: str, wanted: str, day: str, dark: str) -> list[str]:
    where = [f"{shown} {place}" for shown, place in ((day, "by day"), (dark, "in the dark")) if shown != wanted]
    if not where:
        return []
    return [f"{key} {wanted} is shown as {' and '.join(where)}, so that words in it can be read"]


def _sheet(day: Mapping[str, str], dark: Mapping[str, str], *, has_ground: bool) -> str:
    """In the layer of the style sheet's own tokens. Colours that readers chose in their system are left alone."""
    named = _named(day, _DAY), _named(dark, _DARK)
    rules = [_unless("forced-colors: active", *named)]
    if has_ground:
        by_day, by_night = ({name: found[name] for name in _DAY} for found in (day, dark))
        rules.append(_unless("forced-colors: active", by_day, by_night, also="prefers-contrast: more"))
    return "@layer tokens{\n" + "".join(rules) + "}\n"


def _named(found: Mapping[str, str], grounds: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in found.items() if name not in grounds}


def _unless(state: str, day: Mapping[str, str], dark: Mapping[str, str], also: str = "") -> str:
    root, night = (
        ":root{" + "".join(f"--{name}:{value};" for name, value in each.items()) + "}" for each in (day, dark)
    )
    inside = f"{root}\n@media (prefers-color-scheme:dark){{{night}}}\n"
    if also:
        inside = f"@media not all and ({also}){{\n{inside}}}\n"
    return f"@media not all and ({state}){{\n{inside}}}\n"
