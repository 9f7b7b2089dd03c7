"""How to name those who made a material, or a picture in it, as open licences ask for: title, author, source, licence.

Source: Creative Commons, recommended practices for attribution; CC BY 4.0, section 3(a).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape

from peernet.i18n import gettext as _
from peernet.materials.citation import Cited
from peernet.materials.licences import RESERVED, Licence, find, is_known
from peernet.materials.models import MaterialAsset, MaterialFile, MaterialVersion


@dataclass(frozen=True)
class PartLine:
    """One picture or file in the list of those that somebody else made: what is said of it, ready to be shown.

    ``name`` is its title, or what it shows; ``licence`` is None where it has none of its own.
    """

    name: str
    creator: str
    source_url: str
    licence: Licence | None
    is_reserved: bool
    changes: str
    permission: str
    permission_on: date | None
    media_url: str


def parts(version: MaterialVersion, rows: Iterable[MaterialFile]) -> list[PartLine]:
    """The pictures and files of a version of which something is said, its own film first, the others in the order in
    which the text shows them."""
    html, film = version.html, version.particulars.get("film")
    shown = [row for row in rows if row.asset is not None and (row.media.url in html or row.path == film)]
    found = [(html.find(row.media.url), row) for row in shown]
    lines = [of_file(row) for _place, row in sorted(found, key=lambda pair: pair[0])]
    return [line for line in lines if line is not None]


def of_file(row: MaterialFile) -> PartLine | None:
    """What is said of one picture; None where that is nothing."""
    return _line(row, row.asset) if row.asset is not None else None


def plain(cited: Cited, licence: str, *, has_parts: bool = False) -> str:
    """The text to put beside a copy, as words alone. No full stop follows an address that ends it: it would be copied
    with the address, and stand in a line of its own where the address fills one."""
    said = _(
        "“%(title)s” by %(names)s, %(url)s, licence: %(licence)s",
        title=cited.title,
        names=_names(cited),
        url=cited.url,
        licence=_licence(licence),
    )
    return f"{said}. {_beside()}" if has_parts else said


def html(cited: Cited, licence: str, *, has_parts: bool = False) -> str:
    """The same as HTML, to be put into a page."""
    code = find(licence) if is_known(licence) else None
    name = escape(code.name if code else licence)
    said = _(
        "“%(title)s” by %(names)s, licence: %(licence)s",
        title=f'<a href="{escape(cited.url)}">{escape(cited.title)}</a>',
        names=escape(_names(cited)),
        licence=f'<a rel="license" href="{escape(code.url)}">{name}</a>' if code else name,
    )
    return f"<p>{said}. {escape(_beside())}</p>" if has_parts else f"<p>{said}.</p>"


def _line(row: MaterialFile, asset: MaterialAsset) -> PartLine:
    return PartLine(
        name=f"“{asset.title}”" if asset.title else row.media.alt or row.path,
        creator=asset.creator,
        source_url=asset.source_url,
        licence=find(asset.licence) if asset.licence != RESERVED and is_known(asset.licence) else None,
        is_reserved=asset.licence == RESERVED,
        changes=asset.changes,
        permission=asset.permission,
        permission_on=asset.permission_on,
        media_url=row.media.url,
    )


def _names(cited: Cited) -> str:
    named = list(cited.authors)
    if cited.publisher not in named:
        named.append(cited.publisher)
    return ", ".join(named)


def _licence(code: str) -> str:
    if not is_known(code):
        return code
    licence = find(code)
    return licence.name if licence.name in licence.url else f"{licence.name} ({licence.url})"


def _beside() -> str:
    return _("Pictures that name another licence are under that one.")
