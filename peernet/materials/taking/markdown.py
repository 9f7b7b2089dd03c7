"""A material as Markdown, as ``content export`` writes it; with its files, a ZIP archive that is laid out alike.

Films, recordings and papers come along as long as they are small; a link to a larger one leads to its public address.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from peernet.materials import corrections
from peernet.materials.exchange import beside, parts, recordings
from peernet.materials.exchange.materials import Materials, written_out
from peernet.materials.exchange.pictures import lies_at
from peernet.materials.kinds.particulars import of_json
from peernet.materials.models import Credit, Material, MaterialFile, MaterialVersion
from peernet.materials.reading import MaterialPage
from peernet.media import store
from peernet.settings import current
from peernet.text import front_matter
from peernet.text.targets import path_of, relative_targets

# Bytes of films, recordings and papers in one archive, which is made whole whenever its page is.
_MOST = 20_000_000


def files(page: MaterialPage, version: MaterialVersion, rows: Sequence[MaterialFile]) -> list[tuple[str, bytes]]:
    """The file, and what goes with it, by path. Of what the material hangs on, only what has a public page is named."""
    home = Materials().path(page.material.slug, {})
    shown = recordings.shown(rows, version.source, of_json(version.particulars).film)
    along = _along(shown)
    meaning = _meaning(page, version, along)
    left = {row.path: row.media.url for row in shown if row not in along and not row.media.is_image}
    meaning["body"] = _leading_here(meaning["body"], left)
    text = front_matter.write(Materials().document(page.material.slug, meaning))
    texts = beside.files(beside.of_version(version, {}), home)
    return [(home, text), *texts.items(), *((lies_at(home, row.path), store.read(row.media)) for row in along)]


def _along(shown: Sequence[MaterialFile]) -> list[MaterialFile]:
    """All pictures whose bytes are there; of the other files the smallest, as many as fit."""
    fitting, total = set(), 0
    for row in sorted(shown, key=lambda row: row.media.bytes):
        if not row.media.is_image and total + row.media.bytes <= _MOST:
            total += row.media.bytes
            fitting.add(row.id)
    return [row for row in shown if (row.media.is_image or row.id in fitting) and store.is_there(row.media)]


def _leading_here(source: str, left: Mapping[str, str]) -> str:
    """A text whose links to files that stay here lead to this site."""
    for target in relative_targets(source) if left else ():
        if url := left.get(path_of(target)):
            whole = rf"(\]\(\s*<?|^ {{0,3}}\[[^\]\n]+\]:\s*<?){re.escape(target)}(?=[\s>)]|$)"
            source = re.sub(whole, rf"\g<1>{current().public_url}{url}", source, flags=re.MULTILINE)
    return source


def _meaning(page: MaterialPage, version: MaterialVersion, rows: Sequence[MaterialFile]) -> dict[str, Any]:
    """As a file says it; ``rows`` are what goes with it."""
    material: Material = page.material
    chapters = {each.material.id: each.material.slug for each in page.chapters if each.version}
    said = beside.of_version(version, chapters, [row.path for row in rows])
    video = beside.video_of(version, f"{current().public_url}{material.address}", said["film"])
    return {
        "title": version.title,
        "summary": version.summary,
        "kind": version.kind.value,
        "language": version.language,
        "licence": version.licence,
        "published_on": material.published_on.isoformat() if material.published_on else None,
        "cohort": page.cohort.slug if page.cohort else None,
        "topics": [one.slug for one in page.topics],
        "organisations": [one.slug for one in page.organisations],
        "questions": [one.slug for one in page.questions],
        "authors": [_credit(one) for one in version.credits if one["credit"] == Credit.AUTHOR.value],
        "contributors": [_credit(one) for one in version.credits if one["credit"] != Credit.AUTHOR.value],
        "video": video,
        "beside": said,
        "changes": version.note,
        "translation_of": page.original.slug if page.original else None,
        "made_from": page.made_from if page.original else None,
        "corrections": corrections.said(page.corrections),
        "assets": parts.of_rows(rows),
        "files": recordings.of_rows(rows),
        "body": written_out(material, version, page.quoted),
        "extra": {},
    }


def _credit(entry: dict[str, Any]) -> dict[str, Any]:
    plainly = entry["credit"] in (Credit.AUTHOR.value, Credit.CONTRIBUTOR.value)
    values = {"name": entry["name"], "organisation": entry["organisation"], "role": entry["role"]}
    return values | {"credit": None if plainly else entry["credit"]}
