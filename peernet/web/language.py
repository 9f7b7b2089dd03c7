"""Language of a request: a prefix of the address ("/fr/library") names it; signed in, the person's own comes first.

The prefix goes into SCRIPT_NAME before routing, so every address that a page builds keeps it. Pages that are kept
ready-made depend on their address alone, hence on no cookie and no Accept-Language.
"""

import re
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

from flask import Flask, g, request
from markupsafe import Markup

from peernet import i18n
from peernet.settings import Settings
from peernet.web.request import viewer
from peernet.web.rules import Rule, rule_of

_ENVIRON = "peernet.language"
_ASKED = "peernet.asked"
# A link of a rendered text to a page here. Attributes hold no quotation mark; "//" would be another host.
_LINK = re.compile(r'(<a\b(?:[^<>"]|"[^"]*")*?\shref=")/(?!/)([^"/?#]*)')
# Addresses that are the same in every language.
_ALIKE = frozenset({"media", "static"})
# Nobody need be known for these: readers see pictures also while the database does not answer.
_FILES = ("/media/", "/static/")


class LanguagePrefix:
    """WSGI middleware that takes a language off the front of the path."""

    def __init__(self, application: Callable[..., Iterable[bytes]], languages: Iterable[str]) -> None:
        self.application = application
        self.languages = frozenset(languages)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer the request as if the prefix were not there."""
        first, slash, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        if first in self.languages:
            environ[_ASKED] = f"/{first}{slash}{rest}"
            environ[_ENVIRON] = first
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = f"/{rest}"
        return self.application(environ, start_response)


def asked_path() -> str:
    """The path of the request as it was sent: "/fr" and "/fr/" are two of one page."""
    given: str | None = request.environ.get(_ASKED)
    return given if given == request.root_path and given else f"{request.root_path}{request.path}"


def install(app: Flask, settings: Settings) -> None:
    """Set the language before each view."""
    others = [code for code in settings.network.languages if code != settings.network.language]
    app.wsgi_app = LanguagePrefix(app.wsgi_app, others)  # type: ignore[method-assign]
    app.jinja_env.filters["prose"] = partial(prose, _ALIKE.union(others))

    @app.before_request
    def _enter() -> None:
        block = i18n.use_language(_chosen(app, settings))
        block.__enter__()
        g.language_block = block

    @app.teardown_request
    def _leave(_error: BaseException | None) -> None:
        if "language_block" in g:
            g.pop("language_block").__exit__(None, None, None)


def prose(others: Collection[str], html: str) -> Markup:
    """A rendered text, safe as it is, whose links to pages here stay in the language in which it is read: texts are
    rendered once, when they are written. A link that begins with one of ``others`` says where it leads."""
    root = request.script_root
    if not root:
        return Markup(html)  # noqa: S704 - sanitised when it was rendered
    return Markup(_LINK.sub(lambda link: _rooted(link, root, others), html))  # noqa: S704 - the same


def _rooted(link: re.Match[str], root: str, others: Collection[str]) -> str:
    return link[0] if link[2] in others else f"{link[1]}{root}/{link[2]}"


def _chosen(app: Flask, settings: Settings) -> str:
    named: str | None = request.environ.get(_ENVIRON)
    is_for_all = request.path.startswith(_FILES)
    if request.endpoint and not is_for_all and rule_of(app, request.endpoint) is not Rule.READER and viewer().language:
        return viewer().language
    if named:
        return named
    return settings.network.language
