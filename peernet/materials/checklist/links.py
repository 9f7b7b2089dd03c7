"""Links to this site's own pages: each must lead to something that everybody may read.

Relative links that the renderer could not resolve are found by the renderer; this looks at what it made of the others.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from html import unescape
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy.orm import Session

from peernet.i18n import gettext as _
from peernet.materials import access as materials
from peernet.materials.checklist import access
from peernet.materials.checks import Check
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material
from peernet.settings import current

_HREF = re.compile(r"""<a\b[^>]*?\shref="([^"]*)\"""")
_THING = re.compile(r"/(library|questions|cohorts|organisations)/([^/]+)(?:/v/([0-9]{1,9}))?(/.*)?$")
_PLAIN = re.compile(r"/(?:about|library|questions|cohorts|organisations|search|sitemap\.xml|feeds/.+)?$")


def checks(db: Session, material: Material, manuscript: Manuscript, html: str) -> Iterator[Check]:
    """How a rendered text stands with the site's own pages. The material's own address, and organisations that it is
    by or about, are public once it is. Says nothing where there are no such links. At most five queries."""
    found = dict.fromkeys(own_paths(html, current().public_url, current().network.languages))
    paths = [path for path in found if path != material.address]
    if not paths:
        return
    if any(path.startswith("/media/") for path in paths):  # its own files are public once it is
        own = {row.media.url for row in db.scalars(materials.files_of(material.id))}
        paths = [path for path in paths if path not in own]
    dead, unknown = _sorted(db, paths, manuscript.organisations)
    good = _("Links to pages of this site lead to what everybody may read.")
    bad = _("Links to pages of this site lead to what is not public.")
    yield Check("own-links", not dead, bad if dead else good, dead)
    if unknown:
        text = _("Not everybody may be able to open these addresses of this site:")
        yield Check("other-links", False, text, unknown, required=False)


def own_paths(html: str, base: str, languages: Collection[str]) -> Iterator[str]:
    """The paths within the site at ``base`` that the links of ``html`` lead to, as they come, each without the language
    before it."""
    site = urlsplit(base)
    root = site.path.rstrip("/")
    before = re.compile(f"^/(?:{'|'.join(map(re.escape, languages))})(?=/|$)")
    for href in _HREF.findall(html):
        url = _split(unescape(href))
        if url is None or (url.netloc or site.netloc).lower() != site.netloc.lower():
            continue
        if url.scheme in ("", "http", "https") and url.path.startswith(f"{root}/"):
            yield before.sub("", unquote(url.path[len(root) :]), count=1) or "/"


def _split(href: str) -> SplitResult | None:
    try:
        return urlsplit(href)
    except ValueError:
        return None


def _sorted(db: Session, paths: Collection[str], soon: Collection[int]) -> tuple[list[str], list[str]]:
    """Those that are not public, and those of which that cannot be said."""
    things = {path: found for path in paths if (found := _THING.match(path.rstrip("/")))}
    slugs: dict[str, set[str]] = {}
    for found in things.values():
        slugs.setdefault(found[1], set()).add(found[2])
    public = {room: access.public(db, room, some, soon) for room, some in slugs.items()}
    dead = [path for path, found in things.items() if not _is_public(found, public)]
    unknown = [path for path in paths if path not in things and not _PLAIN.match(path.rstrip("/") or "/")]
    return dead, unknown


def _is_public(found: re.Match[str], public: Mapping[str, Mapping[str, int]]) -> bool:
    last = public[found[1]].get(found[2])
    return last is not None and (found[3] is None or (found[1] == "library" and 1 <= int(found[3]) <= last))
