"""A material as Markdown, as ``content export`` writes it; with its pictures, a ZIP archive that is laid out alike."""

from collections.abc import Sequence
from typing import Any

from peernet.materials import corrections
from peernet.materials.exchange import beside, parts, recordings
from peernet.materials.exchange.materials import Materials, written_out
from peernet.materials.exchange.pictures import lies_at
from peernet.materials.models import Credit, Material, MaterialFile, MaterialVersion
from peernet.materials.reading import MaterialPage
from peernet.media import store
from peernet.settings import current
from peernet.text import front_matter


def document(page: MaterialPage, version: MaterialVersion, rows: Sequence[MaterialFile] = ()) -> bytes:
    """The file; of what the material hangs on, only what has a public page is named."""
    return front_matter.write(Materials().document(page.material.slug, _meaning(page, version, rows)))


def files(page: MaterialPage, version: MaterialVersion, rows: Sequence[MaterialFile]) -> list[tuple[str, bytes]]:
    """The file and the public pictures that it shows, by path."""
    home = Materials().path(page.material.slug, {})
    shown = recordings.shown(rows, version.source, "")
    there = [
        (lies_at(home, row.path), store.read(row.media))
        for row in shown
        if row.media.is_image and store.is_there(row.media)
    ]
    texts = beside.files(beside.of_version(version, {}), home)
    return [(home, document(page, version, rows)), *texts.items(), *there]


def _meaning(page: MaterialPage, version: MaterialVersion, rows: Sequence[MaterialFile]) -> dict[str, Any]:
    material: Material = page.material
    video = beside.video_of(version, f"{current().public_url}{material.address}")
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
        "beside": beside.of_version(
            version, {each.material.id: each.material.slug for each in page.chapters if each.version}
        ),
        "changes": version.note,
        "translation_of": page.original.slug if page.original else None,
        "made_from": page.made_from if page.original else None,
        "corrections": corrections.said(page.corrections),
        "assets": parts.of_rows([row for row in recordings.shown(rows, version.source, "") if row.media.is_image]),
        "files": {},
        "body": written_out(material, version, page.quoted),
        "extra": {},
    }


def _credit(entry: dict[str, Any]) -> dict[str, Any]:
    plainly = entry["credit"] in (Credit.AUTHOR.value, Credit.CONTRIBUTOR.value)
    values = {"name": entry["name"], "organisation": entry["organisation"], "role": entry["role"]}
    return values | {"credit": None if plainly else entry["credit"]}
