"""Catalogues and the functions that look strings up in them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations

from peernet.text.messages import Message

SOURCE_LANGUAGE = "en"
_FOLDER = Path(__file__).parent / "locale"
_language: ContextVar[str] = ContextVar("peernet_language", default=SOURCE_LANGUAGE)


def language() -> str:
    """Code of the language in use ("en", "fr")."""
    return _language.get()


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Write in ``code`` within the block. An unknown code falls back to the source language's strings."""
    before = _language.set(code)
    try:
        yield
    finally:
        _language.reset(before)


def gettext(message: str, **values: Any) -> str:
    """The message in the language in use, with ``%(name)s`` filled in when values are given."""
    text = _catalogue(language()).gettext(message)
    return text % values if values else text


def plural(one: str, many: str, count: int) -> str:
    """The message in the plural form of ``count``, with nothing filled in: templates fill in what they know."""
    return _catalogue(language()).ngettext(one, many, count)


def ngettext(one: str, many: str, count: int, **values: Any) -> str:
    """The message in the plural form of ``count``, which is available as ``%(num)s``."""
    return plural(one, many, count) % {"num": count, **values}


def pgettext(context: str, message: str, **values: Any) -> str:
    """Like gettext, for a word that needs its context to be translated."""
    text: str = _catalogue(language()).pgettext(context, message)
    return text % values if values else text


def said(sentence: str) -> str:
    """A sentence of a room that stands below the translations, in the language in use; any other text as it is."""
    return gettext(sentence.msgid) % sentence.values if isinstance(sentence, Message) else sentence


def lazy_gettext(message: str, **values: Any) -> str:
    """A gettext that is looked up when it is written, for strings at module level."""
    proxy: Any = LazyProxy(_look_up(message, values), enable_cache=False)
    return proxy  # type: ignore[no-any-return]


def lazy_pgettext(context: str, message: str) -> str:
    """A pgettext that is looked up when it is written, for strings at module level."""
    proxy: Any = LazyProxy(lambda: pgettext(context, message), enable_cache=False)
    return proxy  # type: ignore[no-any-return]


def is_language(code: str) -> bool:
    """Whether there is a complete set of strings for ``code``."""
    return code == SOURCE_LANGUAGE or (_FOLDER / code / "LC_MESSAGES" / "messages.po").is_file()


def written_language(code: str) -> str:
    """The language in which to write round a text in ``code``: that of the text if there are strings for it."""
    return code if is_language(code) else SOURCE_LANGUAGE


def direction(code: str) -> str:
    """The way a language is written: "rtl" from the right, else "ltr"."""
    return _locale(code).text_direction


def native_name(code: str) -> str:
    """The language's own name, as its speakers write it."""
    name = _locale(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]


def _look_up(message: str, values: dict[str, Any]) -> Callable[[], str]:
    return lambda: gettext(message, **values)


@cache
def _locale(code: str) -> Locale:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE_LANGUAGE)


@cache
def _catalogue(code: str) -> NullTranslations:
    path = _FOLDER / code / "LC_MESSAGES" / "messages.po"
    if code == SOURCE_LANGUAGE or not is_language(code) or not path.is_file():
        return Translations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
