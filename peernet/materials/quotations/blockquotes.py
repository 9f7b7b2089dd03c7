"""Quotations in Markdown that leaves this site.

A source holds ``[quotation: ref]`` and no words. Written out, the words stand in its place as a blockquote whose last
line names who said them and ends with a link that names the reference::

    > We only trust data whose keepers tell us what they left out.
    >
    > — Peer, City Library ([quotation abcd2345](https://peers.example.org/library/who-was-there-first))

Elsewhere that is a blockquote with its source. On the site that knows the reference, the import takes the blockquote
for the reference again, whatever words stand in it, so that words only ever reach readers with the consent they have.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby

from peernet.i18n import gettext as _
from peernet.i18n.formats import format_month
from peernet.materials.quotations import marks
from peernet.materials.quotations.showing import Quoted

_LINE = re.compile(r" {0,3}\[quotation:[ \t]*([a-z2-7]{8})\][ \t]*")
_QUOTED = re.compile(r" {0,3}>[ \t]?")
_MARK = re.compile(r"\(\[quotation\s+([a-z2-7]{8})\]\([^()\s]*\)\)\s*$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPECIAL = re.compile(r"([\\`*_\[\]<>{}~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")


def written_out(source: str, refs: Collection[str], quoted: Mapping[str, Quoted], address: str) -> str:
    """A source with its quotations in words, in the language in use. ``refs`` are those that it has places for,
    ``quoted`` those of them that may be shown now, ``address`` is where the public reads the material."""
    lines: list[str] = []
    for line in source.split("\n"):
        if lines and _QUOTED.match(line) and _marked(lines[-1].split("\n")):
            lines.append("")  # else the two blockquotes would be one
        lines.append(_line_written_out(line, refs, quoted, address))
    return "\n".join(lines)


def refs_in(source: str) -> set[str]:
    """The references that blockquotes of a text end with."""
    return {match[1] for _number, lines in _runs(source) if (match := _marked(lines))}


def taken_back(source: str, refs: Collection[str], before: str = "") -> str:
    """A text in which the blockquotes that end with one of ``refs`` are references again, spelled as in ``before``,
    the source as it stands here."""
    spelled = {match[1]: line for line in before.split("\n") if (match := _LINE.fullmatch(line))}
    return "\n".join(line for _number, line in _folded(source, refs, spelled))


def line_before(source: str, refs: Collection[str], number: int) -> int:
    """At which line of ``source`` what stands at line ``number`` of it, once taken back, was written."""
    numbers = [before for before, _line in _folded(source, refs, {})]
    return numbers[min(number, len(numbers)) - 1]


def attribution(quoted: Quoted) -> str:
    """Who said it and in answer to what, as their consent has it, in one line and in the language in use."""
    who = ", ".join(filter(None, (quoted.name, quoted.organisation.name if quoted.organisation else "")))
    parts = [who or _("A member, unattributed")]
    if quoted.question:
        parts.append(f"{_('in answer to')} “{quoted.question.text}”")
        parts.append(format_month(quoted.question.month))
    return " ".join(", ".join(parts).split())


def escaped(text: str) -> str:
    """A text on one line that reads as it stands, whatever signs of Markdown it holds."""
    return _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\1", _CONTROL.sub("", text)))


def _line_written_out(line: str, refs: Collection[str], quoted: Mapping[str, Quoted], address: str) -> str:
    named = _LINE.fullmatch(line)
    if named is None or named[1] not in refs:
        return line
    mark, one = f"([quotation {named[1]}]({address}))", quoted.get(named[1])
    if one is None:
        return f"> {_('A contribution was withdrawn.')} {mark}"
    words = _CONTROL.sub("", re.sub(r"\r\n?", "\n", one.source)).strip("\n").split("\n")
    return "\n".join([*(f"> {each}".rstrip() for each in words), ">", f"> — {escaped(attribution(one))} {mark}"])


def _folded(source: str, refs: Collection[str], spelled: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for number, lines in _runs(source):
        match = _marked(lines)
        if match and match[1] in refs:
            yield number, spelled.get(match[1], marks.line_of(match[1]))
        else:
            yield from enumerate(lines, number)


def _runs(source: str) -> Iterator[tuple[int, list[str]]]:
    """The lines of a text, those of a blockquote together, each run with the number of its first line."""
    number = 1
    for _is_quoted, group in groupby(source.split("\n"), lambda line: bool(_QUOTED.match(line))):
        lines = list(group)
        yield number, lines
        number += len(lines)


def _marked(lines: list[str]) -> re.Match[str] | None:
    """What ends a blockquote, also where somebody wrapped its lines anew."""
    if not _QUOTED.match(lines[0]):
        return None
    return _MARK.search(" ".join(_QUOTED.sub("", line, count=1) for line in lines))
