"""The sections of a case study: the skeleton that one begins with, and whether they are all there. Pure but for the
translation of their names.

A section is known by its heading's id, so that it can be called otherwise in the text, or by its usual name.
"""

import re

from peernet.i18n import lazy_gettext as _l
from peernet.i18n import use_language, written_language
from peernet.materials.models import MaterialKind
from peernet.text import plain

SECTIONS = {
    "background": _l("Background"),
    "challenge": _l("The challenge"),
    "done": _l("What was done"),
    "outcome": _l("What came of it"),
    "learnt": _l("What we learnt"),
}
_HEADING = re.compile(r'<h([2-6])(?: id="([^"]*)")?>(.*?)</h\1>', re.DOTALL)


def skeleton(kind: MaterialKind, language: str) -> str:
    """The text with which a material of a kind begins."""
    if kind is not MaterialKind.CASE_STUDY:
        return ""
    with use_language(written_language(language)):
        return "\n\n".join(f"## {name} {{#{key}}}" for key, name in SECTIONS.items()) + "\n"


def lacking(html: str, language: str) -> list[str]:
    """The sections that a rendered case study lacks, or that say nothing, in words of the language in use."""
    called = [_called(), *(_in(each) for each in ("en", written_language(language)))]
    known = {key: {names[key] for names in called} for key in SECTIONS}
    said = [(ident, heading) for ident, heading, text in _parts(html) if text]
    there = {key for key in SECTIONS for ident, heading in said if _is(key, ident, heading, known[key])}
    return [str(name) for key, name in SECTIONS.items() if key not in there]


def _called() -> dict[str, str]:
    return {key: _plain(str(name)) for key, name in SECTIONS.items()}


def _in(language: str) -> dict[str, str]:
    with use_language(language):
        return _called()


def _is(key: str, ident: str, called: str, names: set[str]) -> bool:
    return ident.removeprefix("c-") == key or _plain(called) in names


def _parts(html: str) -> list[tuple[str, str, str]]:
    """Each heading: its id, its words, and all that stands under it up to the next of its level or above."""
    found = list(_HEADING.finditer(html))
    parts = []
    for place, heading in enumerate(found):
        following = (each.start() for each in found[place + 1 :] if each[1] <= heading[1])
        under = _HEADING.sub(" ", html[heading.end() : next(following, len(html))])
        parts.append((heading[2] or "", plain.words_of_html(heading[3]), plain.words_of_html(under)))
    return parts


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())
