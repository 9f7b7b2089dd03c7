"""The menu of public pages: peernet's own entries, those of the settings, and pages of the network's own."""

from dataclasses import dataclass

from peernet.brand import texts
from peernet.i18n import gettext as _
from peernet.i18n import language
from peernet.settings import current
from peernet.settings.tree import MenuEntry


@dataclass(frozen=True)
class Entry:
    """``address`` without a language where it leads to a page here; ``name`` is how that page says which it is."""

    name: str
    address: str
    label: str

    @property
    def is_inside(self) -> bool:
        """Whether it leads to a page of this site."""
        return self.address.startswith("/")


def entries() -> list[Entry]:
    """All of it, in its order."""
    network = current().network
    own = _own()
    named = {entry.address: entry for entry in own}
    found = [] if network.menu_replaces and network.menu else own
    found += [_entry(each, named) for each in network.menu if each.address not in {one.address for one in found}]
    taken = {one.address for one in found}
    more = (Entry("", f"/pages/{text.slug}", text.title) for text in texts.placed("menu"))
    return [*found, *(entry for entry in more if entry.address not in taken)]


def _own() -> list[Entry]:
    return [
        Entry("questions", "/questions", _("Questions")),
        Entry("library", "/library", _("Library")),
        Entry("cohorts", "/cohorts", _("Cohorts")),
        Entry("organisations", "/organisations", _("Organisations")),
    ]


def _entry(given: MenuEntry, named: dict[str, Entry]) -> Entry:
    known = named.get(given.address)
    if known is not None:
        return Entry(known.name, known.address, _label(given) or known.label)
    return Entry("", given.address, _label(given) or given.address)


def _label(given: MenuEntry) -> str:
    if isinstance(given.label, str):
        return given.label
    spoken = given.label.get(language()) or given.label.get(current().network.language)
    return spoken or next(iter(given.label.values()), "")
