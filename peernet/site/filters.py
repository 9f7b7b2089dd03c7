"""The library's filters as they stand in an address: ``?kind=report&topic=trust&part=2``."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from werkzeug.datastructures import MultiDict

from peernet.i18n import gettext as _
from peernet.i18n import lazy_gettext as _l
from peernet.i18n import native_name
from peernet.materials import licences
from peernet.materials.library import Filters, Option
from peernet.materials.models import MaterialKind
from peernet.materials.shelf import LENGTHS
from peernet.materials.words import KINDS
from peernet.search.words import fold

# In the order in which they are offered.
NAMES: dict[str, str] = {
    "kind": _l("Kind"),
    "topic": _l("Topic"),
    "cohort": _l("Cohort"),
    "organisation": _l("Organisation"),
    "language": _l("Language"),
    "length": _l("Length"),
    "licence": _l("Licence"),
    "question": _l("Question"),
}
# Set by the pages of questions, and not offered here: there are many, and they have pages of their own.
_NOT_OFFERED = ("question",)
# Those whose values can be very many; and how many of them a list of materials offers without leading to the rest.
LISTED = ("topic", "cohort", "organisation", "language")
_MOST_OFFERED, _FIRST_OFFERED = 20, 12
# Of more beginnings a list of them would be no help: of names in Chinese, nearly each has its own.
_MOST_BEGINNINGS = 40
_LONGEST = 200
_MOST_PAGES = 100_000


@dataclass(frozen=True)
class Facet:
    """One filter with what it can be set to. ``chosen`` is the option that is set; ``options`` are the others, and
    ``unlisted`` how many of them are so rare that they stand on a page of their own."""

    name: str
    label: str
    chosen: Option | None
    options: list[Option]
    unlisted: int = 0

    @property
    def total(self) -> int:
        """How many values there are."""
        return len(self.options) + self.unlisted + (self.chosen is not None)


def read(arguments: MultiDict[str, str]) -> Filters:
    """The filters of an address. What is no kind or length is left out; another value may find nothing."""
    values = {name: arguments.get(name, "")[:_LONGEST] or None for name in NAMES if name != "kind"}
    kind = arguments.get("kind", "")
    if values["length"] not in LENGTHS:
        values["length"] = None
    return Filters(kind=MaterialKind(kind) if kind in set(MaterialKind) else None, **values)


def page_number(arguments: MultiDict[str, str]) -> int:
    """The page of a list, from 1."""
    return _number(arguments.get("page", "")) or 1


def part_number(arguments: MultiDict[str, str]) -> int | None:
    """The part of a list, from 1; None for its first page."""
    return _number(arguments.get("part", ""))


def arguments_of(filters: Filters, **changes: str | None) -> dict[str, Any]:
    """The filters as arguments of an address, some of them set otherwise or left out (None)."""
    values = ((name, changes[name] if name in changes else getattr(filters, name)) for name in NAMES)
    return {name: str(value) for name, value in values if value}


def facets(filters: Filters, options: Mapping[str, list[Option]], total: int) -> list[Facet]:
    """The filters that narrow the list of ``total`` materials, or could."""
    found = [_facet(name, getattr(filters, name), options[name]) for name in NAMES]
    return [facet for facet in found if facet.chosen or any(option.count < total for option in facet.options)]


def chosen(found: list[Facet]) -> list[Facet]:
    """Only those that are set, and nothing else to set them to."""
    return [replace(facet, options=[], unlisted=0) for facet in found if facet.chosen]


def commonest(found: list[Facet]) -> list[Facet]:
    """The same, each with no more options than can be looked through beside a list."""
    return [_shortened(facet) for facet in found]


def whole(filters: Filters, options: Mapping[str, list[Option]], name: str) -> Facet:
    """One filter with all that it can be set to."""
    return _facet(name, getattr(filters, name), options[name])


def by_beginning(facet: Facet) -> list[tuple[str, list[Option]]]:
    """All options by name, under the letter with which the name begins; under none where letters are no help."""
    every = [*facet.options, *([facet.chosen] if facet.chosen and facet.chosen.count else [])]
    every.sort(key=lambda option: (_beginning(option.name), fold(option.name), option.name))
    groups = [(letter, list(some)) for letter, some in groupby(every, lambda option: _beginning(option.name))]
    return groups if 1 < len(groups) <= _MOST_BEGINNINGS else [("", every)] if every else []


def _shortened(facet: Facet) -> Facet:
    if facet.name not in LISTED or len(facet.options) <= _MOST_OFFERED:
        return facet
    first = facet.options[:_FIRST_OFFERED]
    return replace(facet, options=first, unlisted=len(facet.options) - len(first))


def _beginning(name: str) -> str:
    """The letter under which a name stands; "#" for what begins with none."""
    first = fold(name)[:1].upper()
    return first if first.isalpha() else "#"


def _facet(name: str, value: str | None, options: list[Option]) -> Facet:
    offered = [_named(name, option) for option in options]
    chosen = next((option for option in offered if option.value == value), None)
    if value and chosen is None:
        chosen = Option(value, value, 0)
    if name == "length":
        offered.sort(key=lambda option: list(LENGTHS).index(option.value))
    others = [] if name in _NOT_OFFERED else [option for option in offered if option.value != value]
    return Facet(name, str(NAMES[name]), chosen, others)


def _named(name: str, option: Option) -> Option:
    if name == "kind":
        return replace(option, name=str(KINDS[MaterialKind(option.value)]))
    if name == "language":
        return replace(option, name=native_name(option.value))
    if name == "length":
        return replace(option, name=_length(*LENGTHS[option.value]))
    if name == "licence" and licences.is_known(option.value):
        return replace(option, name=licences.find(option.value).name)
    return option


def _length(least: int, most: int | None) -> str:
    if most is None:
        return _("%(minutes)s minutes or more", minutes=least)
    if not least:
        return _("Up to %(minutes)s minutes", minutes=most)
    return _("%(least)s to %(most)s minutes", least=least, most=most)


def _number(said: str) -> int | None:
    is_number = said.isascii() and said.isdigit() and len(said) < 8
    return max(1, min(int(said), _MOST_PAGES)) if is_number else None
