"""Which names stand in a text. Pure."""

import re
from collections.abc import Iterable

# A name of more words is looked for as a whole only: its parts are words of every day.
_MOST_PARTS = 3
_LEAST_LETTERS = 3
_IN_BRACKETS = re.compile(r"\(([^)]+)\)")


def found(text: str, people: Iterable[str], organisations: Iterable[str]) -> list[str]:
    """The names that occur as whole words, as they are written there, each once, in their order: of people the whole,
    the first and the last name; of organisations the whole one and the short one that stands in brackets."""
    wanted = [*_of_people(people), *_of_organisations(organisations)]
    hits = [(hit.start(), hit[0]) for pattern in wanted for hit in pattern.finditer(text)]
    return list(dict.fromkeys(name for _place, name in sorted(hits)))


def _of_people(names: Iterable[str]) -> Iterable[re.Pattern[str]]:
    for name in names:
        parts = name.split()
        yield _word(name, re.IGNORECASE)
        if 1 < len(parts) <= _MOST_PARTS:
            # As it is written, with its capital: "grace" is a word, "Grace" may be somebody.
            yield from (_word(part) for part in (parts[0], parts[-1]) if len(part) >= _LEAST_LETTERS)


def _of_organisations(names: Iterable[str]) -> Iterable[re.Pattern[str]]:
    for name in names:
        yield _word(_IN_BRACKETS.sub("", name), re.IGNORECASE)
        yield from (_word(short) for short in _IN_BRACKETS.findall(name) if len(short) >= _LEAST_LETTERS)


def _word(name: str, flags: int = 0) -> re.Pattern[str]:
    spaced = r"\s+".join(re.escape(part) for part in name.split())
    return re.compile(rf"(?<!\w){spaced}(?!\w)" if spaced else r"(?!)", flags)
