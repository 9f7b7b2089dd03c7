"""Countries: their ISO 3166-1 alpha-2 codes, and their names in the language in use."""

from functools import cache

from babel import Locale

from peernet.i18n import language

# Codes that CLDR knows and ISO 3166-1 gives to no country: regions, unions, outliers, test values.
_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})


@cache
def _names(code: str) -> dict[str, str]:
    names = Locale.parse(code, sep="-").territories
    return {key: name for key, name in names.items() if len(key) == 2 and key.isalpha() and key not in _NO_COUNTRY}


@cache
def codes() -> frozenset[str]:
    """All codes."""
    return frozenset(_names("en"))


def choices() -> list[tuple[str, str]]:
    """Pairs (code, name) for a form, by name."""
    return sorted(_names(language()).items(), key=lambda pair: pair[1].casefold())


def name_of(code: str) -> str:
    """The country's name; empty for no code, the code itself for one that is not known."""
    return _names(language()).get(code, code)
