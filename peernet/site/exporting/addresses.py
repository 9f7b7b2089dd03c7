"""Where the page of an address lies in a folder, and which addresses stand in a page. No database, no files.

A page ``/library/soil`` lies in ``library/soil/index.html``, which every server of files finds under its old address.
A list that is narrowed by one filter, or turned over, is a page of its own below a name that no slug can have:
``/library?kind=report&part=2`` is ``/library/~kind=report~part=2``. Files get the ending that their kind asks for,
since servers of files know a kind by it.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

# The kinds of file that readers take away or see, by what the server said of them.
ENDINGS = {
    "application/epub+zip": ".epub", "application/pdf": ".pdf", "application/x-bibtex": ".bib",
    "application/x-research-info-systems": ".ris", "application/vnd.citationstyles.csl+json": ".csl.json",
    "text/markdown": ".md", "text/html": ".html", "text/vtt": ".vtt", "text/csv": ".csv", "application/zip": ".zip",
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/avif": ".avif", "image/gif": ".gif",
    "image/svg+xml": ".svg", "video/mp4": ".mp4", "video/webm": ".webm", "audio/mpeg": ".mp3", "audio/mp4": ".m4a",
    "audio/ogg": ".ogg", "video/ogg": ".ogv", "audio/webm": ".weba",
}  # fmt: skip
# A query that is a page of its own: one filter and the number of a part. Any other is left to whoever can answer it.
_NAMED = re.compile(r"[a-z]+")
_PART = "part"
_ATTRIBUTE = re.compile(r'\b(?:href|src|poster|content)="([^"]*)"')
_SET = re.compile(r'\bsrcset="([^"]*)"')
_LOC = re.compile(r"<loc>([^<]*)</loc>")
# Addresses whose page or file lies elsewhere than they say, after their first stroke.
_MOVED = (
    r"(?:[a-z]{2,3}(?:-[A-Za-z]+)?/)?"
    r"""(?:media/[\w.-]+(?:/\d+|\?w=\d+)?|(?:library|cohorts)/[^\s"'<>&;,()?#]+/(?:download|book)/[a-z0-9-]+"""
    r"""|library\?[^\s"'<>]*)"""
)


# The same links stand in pages without number.
@lru_cache(maxsize=20_000)
def known(address: str) -> str | None:
    """The address in its one form: without a fragment, its query sorted; None for one that cannot be a page here."""
    parts = urlsplit(address)
    if not parts.path.startswith("/") or parts.path.startswith("//") or parts.netloc or parts.scheme:
        return None
    path = quote(unquote(parts.path), safe="/~!$&'()*+,;=:@-._")
    pairs = sorted((name, value) for name, value in parse_qsl(parts.query) if (name, value) != ("page", "1"))
    if not pairs:
        return path
    filters = [name for name, _value in pairs if name != _PART]
    if (
        len(filters) > 1
        or "page" in filters
        or len(pairs) > 2
        or not all(_NAMED.fullmatch(name) for name, _value in pairs)
    ):
        return None
    return f"{path}?{urlencode(pairs, quote_via=quote)}"


def public(address: str, content_type: str, *, is_file: bool) -> str:
    """The address under which it is read in the folder: as a rule the same."""
    path, _mark, query = address.partition("?")
    kind = content_type.partition(";")[0].strip()
    if "/media/" in path:
        # "name/480" beside a file "name" could not lie in one folder.
        start, _media, name = f"{path}{query.replace('w=', '/')}".partition("/media/")
        return f"{start}/media/{name.replace('/', '-')}{ENDINGS.get(kind, '')}"
    if query:
        return f"{path.rstrip('/')}/~{query.replace('&', '~')}"
    ending = ENDINGS.get(kind, "") if is_file else ""
    last = path.rpartition("/")[2]
    return path if last.endswith(ending) or (kind == "text/html" and "." in last) else f"{path}{ending}"


def place(address: str, *, is_page: bool) -> str:
    """The path in the folder, from what :func:`public` gave. Raises ValueError for one that leaves the folder."""
    path = unquote(address).strip("/")
    parts = path.split("/") if path else []
    if any(part in ("", ".", "..") or "\0" in part or len(part.encode()) > 255 for part in parts):
        raise ValueError(f"No file can be called {address}")
    return "/".join([*parts, "index.html"] if is_page else parts)


def links(text: str, base: str) -> Iterator[str]:
    """The addresses of this site that a page or a sitemap leads to, each as often as it stands there."""
    found = _ATTRIBUTE.findall(text)
    if "<loc>" in text:
        found += _LOC.findall(text)
    if "srcset=" in text:
        found += [one.split()[0] for many in _SET.findall(text) for one in many.split(",") if one.strip()]
    for each in found:
        address = unescape(each).removeprefix(base)
        one = known(address) if address.startswith("/") else None
        if one is not None:
            yield one


def moved(text: str, base: str, where: Callable[[str], str | None]) -> str:
    """The text with each address whose page lies elsewhere changed to where that is; ``where`` says so."""

    def change(found: re.Match[str]) -> str:
        address = known(unescape(found[0]))
        return (where(address) if address else None) or found[0]

    return _pattern(base).sub(change, text)


@lru_cache(maxsize=8)
def _pattern(base: str) -> re.Pattern[str]:
    """In any text (HTML, Atom, JSON), after the site's own host or what cannot be a part of an address. That is looked
    at behind the first stroke, which is found sooner than anything else."""
    return re.compile(rf"""/(?:(?<=["'\s,;(>]/)|(?<={re.escape(base)}/)){_MOVED}""")
