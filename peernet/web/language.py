"""Language of a request: a prefix of the address ("/fr/library") names it; signed in, the person's own comes first.

The prefix goes into SCRIPT_NAME before routing, so every address that a page builds keeps it. Pages that are kept
ready-made depend on their address alone, hence on no cookie and no Accept-Language.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, g, request

from peernet import i18n
from peernet.settings import Settings
from peernet.web.request import viewer
from peernet.web.rules import Rule, rule_of

_ENVIRON = "peernet.language"


class LanguagePrefix:
    """WSGI middleware that takes a language off the front of the path."""

    def __init__(self, application: Callable[..., Iterable[bytes]], languages: Iterable[str]) -> None:
        self.application = application
        self.languages = frozenset(languages)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer the request as if the prefix were not there."""
        first, _slash, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        if first in self.languages:
            environ[_ENVIRON] = first
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = f"/{rest}"
        return self.application(environ, start_response)


def install(app: Flask, settings: Settings) -> None:
    """Set the language before each view."""
    others = [code for code in settings.network.languages if code != settings.network.language]
    app.wsgi_app = LanguagePrefix(app.wsgi_app, others)  # type: ignore[method-assign]

    @app.before_request
    def _enter() -> None:
        block = i18n.use_language(_chosen(app, settings))
        block.__enter__()
        g.language_block = block

    @app.teardown_request
    def _leave(_error: BaseException | None) -> None:
        if "language_block" in g:
            g.pop("language_block").__exit__(None, None, None)


def _chosen(app: Flask, settings: Settings) -> str:
    named: str | None = request.environ.get(_ENVIRON)
    if request.endpoint and rule_of(app, request.endpoint) is not Rule.READER and viewer().language:
        return viewer().language
    if named:
        return named
    return settings.network.language
