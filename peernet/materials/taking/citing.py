"""Citations as files for reference managers: RIS, CSL-JSON; and what a citation says of a material.

Sources: RIS Format Specifications (Thomson ResearchSoft, 2011 edition); the schema of CSL 1.0.2 for input data,
https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json. Citations are written in English.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from peernet.i18n import use_language
from peernet.materials import licences
from peernet.materials.citation import Cited
from peernet.materials.credits import authors
from peernet.materials.models import Material, MaterialKind, MaterialVersion
from peernet.materials.words import KINDS
from peernet.settings import current
from peernet.text.xml import legal

_ENGLISH = "en"
_RIS = {"Blog post": "BLOG", "Video": "VIDEO", "Graphic": "ART", "Report": "RPRT"}
_CSL = {"Blog post": "post-weblog", "Video": "motion_picture", "Graphic": "graphic", "Report": "report"}


def cited(material: Material, version: MaterialVersion, topics: Sequence[str] = ()) -> Cited:
    """What citations of one version say."""
    address = f"{current().public_url}{material.address}"
    return Cited(
        slug=material.slug,
        title=version.title,
        authors=authors(version.credits),
        day=day(material, version),
        kind=_in_english(version.kind),
        publisher=current().network.name,
        url=address if version.number == material.number else f"{address}/v/{version.number}",
        licence=licence_name(version.licence),
        number=version.number,
        language=version.language,
        summary=version.summary,
        topics=topics,
    )


def day(material: Material, version: MaterialVersion) -> date:
    """When a version came out."""
    first = version.number == 1 and material.published_on is not None
    return material.published_on if first and material.published_on else version.published_at.date()


def licence_name(code: str) -> str:
    """What a licence is called."""
    return licences.find(code).name if licences.is_known(code) else code


def ris(cited: Cited) -> str:
    """One RIS record. A comma would part a name into a family's and a person's, so a name has none."""
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in _ris(cited) if value or tag == "ER")


def csl_json(cited: Cited) -> str:
    """A list of one item; names are literal, so that no style takes them apart."""
    item: dict[str, Any] = {
        "id": cited.slug,
        "type": _CSL.get(cited.kind, "document"),
        "title": _line(cited.title),
        "author": [{"literal": _line(name)} for name in cited.authors or [cited.publisher]],
        "issued": {"date-parts": [[cited.day.year, cited.day.month, cited.day.day]]},
        "genre": cited.kind,
        "publisher": _line(cited.publisher),
        "version": str(cited.number),
        "URL": cited.url,
        "language": cited.language,
        "abstract": _line(cited.summary),
        "keyword": ", ".join(_line(topic) for topic in cited.topics),
        "note": cited.licence,
    }
    return json.dumps([{key: value for key, value in item.items() if value}], ensure_ascii=False, indent=2) + "\n"


def _ris(cited: Cited) -> Iterator[tuple[str, str]]:
    yield "TY", _RIS.get(cited.kind, "GEN")
    yield "TI", cited.title
    for name in cited.authors or [cited.publisher]:
        yield "AU", name.replace(",", " –")
    yield "PY", str(cited.day.year)
    yield "DA", f"{cited.day:%Y/%m/%d}"
    yield "PB", cited.publisher
    yield "ET", str(cited.number)
    yield "M3", cited.kind
    yield "LA", cited.language
    yield "AB", cited.summary
    for topic in cited.topics:
        yield "KW", topic
    yield "N1", cited.licence
    yield "UR", cited.url
    yield "ER", ""


def _in_english(kind: MaterialKind) -> str:
    with use_language(_ENGLISH):
        return str(KINDS[kind])


def _line(text: str) -> str:
    """On one line, so that no value can begin another field."""
    return " ".join(legal(text).split())
