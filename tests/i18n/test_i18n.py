"""Languages, and dates in words."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from peernet import i18n
from peernet.i18n import formats

LOCALES = Path(i18n.__file__).parent / "locale"
NOON = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "own", "words"),
    [
        ("Europe/London", None, "15:00 London"),
        ("Europe/London", "Europe/London", "15:00 London"),
        ("Europe/London", "Asia/Kolkata", "15:00 London · 20:30 Kolkata, yours"),
        ("Europe/London", "Pacific/Auckland", "15:00 London · Wed 2 Dec 04:00 Auckland, yours"),
        ("UTC", "Europe/London", "15:00 UTC · 15:00 London, yours"),
    ],
)
def test_a_time_and_ones_own(zone: str, own: str | None, words: str) -> None:
    assert formats.time_pair(NOON, zone, own) == words


def test_dates_follow_the_language() -> None:
    day = date(2026, 11, 23)
    assert (formats.format_date(day), formats.format_weekday(day)) == ("23 November 2026", "Monday 23 November 2026")
    with i18n.use_language("fr"):
        assert formats.format_weekday(day) == "lundi 23 novembre 2026"


@pytest.mark.parametrize(("count", "words"), [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (2_340_000, "2.3 MB")])
def test_sizes(count: int, words: str) -> None:
    assert formats.filesize(count) == words


def test_an_unknown_language_falls_back() -> None:
    with i18n.use_language("tlh"):
        assert i18n.gettext("My page") == "My page"
    assert [i18n.is_language(code) for code in ("en", "fr", "tlh", "../fr")] == [True, True, False, False]


def test_directions_and_names() -> None:
    assert (i18n.direction("ar"), i18n.direction("fr"), i18n.native_name("fr")) == ("rtl", "ltr", "Français")


def test_one_english_word_is_as_many_french_ones_as_it_means() -> None:
    """Also where the word is kept at module level and looked up when it is written."""
    state = i18n.lazy_pgettext("state of a material", "Published")
    assert (str(state), i18n.pgettext("heading", "Published")) == ("Published", "Published")
    with i18n.use_language("fr"):
        assert (str(state), i18n.pgettext("heading", "Published")) == ("Publiée", "Ressources publiées")
        assert (i18n.gettext("Search"), i18n.pgettext("heading", "Search")) == ("Rechercher", "Recherche")
        assert i18n.pgettext("before a date", "Closed") == "Clôturée le"


def catalogues() -> list[Path]:
    return sorted(LOCALES.glob("*/LC_MESSAGES/messages.po"))


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parts[-3])
def test_a_language_is_complete_and_its_placeholders_are_right(path: Path) -> None:
    with path.open("rb") as file:
        catalogue: Catalog = read_po(file, locale=path.parts[-3])
    missing = [message.id for message in catalogue if message.id and not all(_strings(message.string))]
    wrong = [(message.id, str(error)) for message, errors in catalogue.check() for error in errors]
    fuzzy = [message.id for message in catalogue if message.fuzzy and message.id]
    assert (missing, wrong, fuzzy) == ([], [], [])


def _strings(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)
