"""Learning materials as files, with the images that they show."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peernet import clock
from peernet.addresses import moving
from peernet.cohorts.models import Cohort
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.i18n import use_language, written_language
from peernet.materials import assets, corrections, publishing, translations
from peernet.materials.credits import with_people
from peernet.materials.exchange import beside, origins, parts, pictures, recordings
from peernet.materials.exchange.finding import Faulty, Found
from peernet.materials.exchange.foreign import name_of
from peernet.materials.exchange.inputs import MaterialMeta, plain
from peernet.materials.exchange.kinds import Kind, Meaning, Work, without_empty
from peernet.materials.kinds.particulars import of_json
from peernet.materials.manuscripts import CreditLine, Manuscript, line_of, many_published
from peernet.materials.models import (
    Credit,
    Material,
    MaterialFile,
    MaterialKind,
    MaterialState,
    MaterialVersion,
)
from peernet.materials.parts import refuse_unfit
from peernet.materials.quotations import access as quotations
from peernet.materials.quotations import blockquotes, marks, showing
from peernet.materials.quotations.showing import Quoted
from peernet.media import store
from peernet.media.images import Prepared
from peernet.media.incoming import Brought
from peernet.media.models import MediaFile
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt, Topic
from peernet.settings import current as settings
from peernet.text.front_matter import Document
from peernet.text.slugs import slugify


class Materials(Kind):
    """Published materials. A draft is nobody's business but its authors', and is neither changed nor exported."""

    name, folder, model = "material", "materials", MaterialMeta
    references = {"topics": "topic", "organisations": "organisation", "questions": "prompt", "cohort": "cohort"}

    def meaning(self, found: Found) -> Meaning:
        """The front matter, the text, and a hash of each image that the text names and the folder has."""
        if found.is_foreign and (found.meta.get("draft") is True or found.meta.get("published") is False):
            key = "draft" if "draft" in found.meta else "published"
            raise Faulty(_("The file says that it is a draft."), found.line_of(key))
        topics = [slugify(name) for name in found.meta.get("topics") or []] if found.is_foreign else None
        kept = {key: value for key, value in found.meta.items() if found.is_foreign and key in beside.KEYS}
        meta = {key: value for key, value in found.meta.items() if key not in kept}
        said = plain(self.parsed(replace(found, meta=meta if topics is None else meta | {"topics": topics})))
        said["beside"] = beside.said_in(found, said)
        number, text = said["made_from"], said.pop("made_from_text")
        said["made_from"] = (1 if number is None else number) if said["translation_of"] else None
        if text and said["translation_of"]:
            said["made_from_text"] = text
        said["language"] = said["language"] or settings().network.language
        extra = self.unknown(found) | kept
        if topics:
            extra["tags"] = found.meta["topics"]  # as they were written, for the export
        shown = pictures.named_in(found)
        files = recordings.said_in(found, said["files"], said["beside"]["film"])
        said["assets"] = parts.said_in(found, said["assets"], [*shown, *files])
        return said | {"body": found.body, "extra": extra, "images": shown, "files": files}

    def refers_to(self, meaning: Meaning) -> dict[str, list[tuple[str, str]]]:
        """The organisations that are credited as well."""
        named = super().refers_to(meaning)
        for key in ("authors", "contributors"):
            credited = [(one["organisation"], key) for one in meaning[key] if one["organisation"]]
            named["organisation"] = named.get("organisation", []) + credited
        named["material"] = [(slug, "chapters") for slug in meaning["beside"]["chapters"]]
        if meaning["translation_of"]:
            named["material"].append((meaning["translation_of"], "translation_of"))
        return named

    def aligned(self, meaning: Meaning, before: Meaning, kept: Mapping[str, MediaFile]) -> Meaning:
        """A file without a date keeps the one it got; an image that is the one kept, only encoded anew, stays; so do
        films and papers that the folder lacks."""
        same = {
            path: kept[path].sha256
            for path, hash_ in meaning["images"].items()
            if pictures.is_same(kept.get(path), hash_)
        }
        day = meaning["published_on"] or before["published_on"]
        told = meaning["corrections"] or before["corrections"]
        made = meaning | {"images": meaning["images"] | same, "published_on": day, "corrections": told}
        made = origins.aligned(made, before)
        return recordings.aligned(made, before, f"{settings().public_url}/library/")

    def current(self, db: Session, slugs: Collection[str] | None) -> dict[str, Meaning]:
        """All that are public, or those of them that are named."""
        rows = _published(db, slugs)
        ids = [material.id for material, _ in rows]
        said, slugs_of = many_published(db, rows), _Slugs(db)
        kept = pictures.rows_of(db, ids)
        rows_of = {one.id: _shown(kept.get(one.id, ()), version) for one, version in rows}
        links, made_from = translations.links_of(db, ids), origins.texts_of(db, ids)
        corrected = corrections.of_many(db, [material for material, _ in rows])
        return {
            material.slug: _meaning(material, version, said[material.id], slugs_of, rows_of[material.id])
            | {
                "images": pictures.of_rows(rows_of[material.id]),
                "files": recordings.of_rows(rows_of[material.id]),
                **_link(links.get(material.id), made_from.get(material.id), slugs_of),
                "corrections": corrections.said(corrected[material.id]),
                "assets": parts.of_rows(rows_of[material.id]),
            }
            for material, version in rows
        }

    def quoted_here(self, db: Session, meanings: Collection[Meaning]) -> set[str]:
        """Those that blockquotes name and this site knows. One query where there are any."""
        named = {ref for meaning in meanings for ref in blockquotes.refs_in(meaning["body"])}
        return set(db.scalars(quotations.known(named))) if named else set()

    def waves(self, reads: Sequence[Any]) -> list[list[Any]]:
        """Translations after what they were made from, and what has chapters after all that can be one."""
        first = [each for each in reads if not each.said["beside"]["chapters"]]
        last = [each for each in reads if each.said["beside"]["chapters"]]
        return [
            [each for each in some if bool(each.said["translation_of"]) is is_made]
            for some in (first, last)
            for is_made in (False, True)
        ]

    def at_home(self, meaning: Meaning, before: Meaning | None, refs: Collection[str]) -> Meaning:
        """References again, spelled as they stand here."""
        if not refs:
            return meaning
        return meaning | {"body": blockquotes.taken_back(meaning["body"], refs, before["body"] if before else "")}

    def leaving(self, db: Session) -> dict[str, Meaning]:
        """All that are public, with their quotations in words as far as they have consent now."""
        said = self.current(db, None)
        rows = _published(db, [slug for slug, meaning in said.items() if "[quotation:" in meaning["body"]])
        quoted = showing.of_versions(db, [version for _, version in rows])
        for material, version in rows:
            words = written_out(material, version, quoted[version.id])
            said[material.slug] = said[material.slug] | {"body": words}
        return said

    def pictures(self, found: Found, meaning: Meaning, before: Meaning | None) -> dict[str, Prepared]:
        """Images that are new or are others than before."""
        kept = before["images"] if before else {}
        wanted = [path for path, hash_ in meaning["images"].items() if kept.get(path) != hash_]
        return {path: pictures.prepared(found, path) for path in wanted}

    def brought(self, found: Found, meaning: Meaning, before: Meaning | None, held: ExitStack) -> dict[str, Brought]:
        """Films, recordings and papers that are new or are others than before."""
        wanted = recordings.wanted(meaning, before)
        return {path: held.enter_context(recordings.taken(found, path)) for path in wanted}

    def rows(self, db: Session, slugs: Collection[str]) -> dict[str, Any]:
        """By slug, in whatever state."""
        return {row.slug: row for row in db.scalars(select(Material).where(Material.slug.in_(list(slugs))))}

    def write(self, db: Session, work: Work) -> None:
        """Publish the next version. What was withdrawn here, or is a draft here, is not overwritten by a file."""
        said, ids = work.meaning, work.ids
        row: Material | None = work.row
        if row is not None and row.state is MaterialState.WITHDRAWN:
            raise Refused(_("This material was withdrawn here. Publish it again on its page first."))
        if row is not None and row.state is MaterialState.DRAFT:
            raise Refused(_("A draft of this name is being written here."))
        action = "material.corrected" if row else "material.published"
        manuscript = replace(_manuscript(said, ids), particulars=beside.particulars(db, said["beside"]))
        if row is not None:
            manuscript = replace(manuscript, credits=with_people(db, row.id, _lines(db, row), manuscript.credits))
        row = row or _new(db, work)
        row.cohort_id = ids["cohort"][said["cohort"]] if said["cohort"] else None
        row.extra = said["extra"]
        row.corrections = corrections.from_elsewhere(said["corrections"], corrections.of_many(db, [row])[row.id])
        original = ids["material"][said["translation_of"]] if said["translation_of"] else None
        translations.set_original(db, row, original, origins.number_of(db, original, said) if original else 0)
        html = pictures.keep(db, row, work)
        recordings.keep(db, row, work)
        assets.replace_all(db, row, parts.values(said["assets"], [*said["images"], *said["files"]]))
        refuse_unfit(db, row, manuscript, html)
        publishing.issue(
            db,
            row,
            manuscript,
            replace(work.rendered, html=html),
            note=said["changes"],
            actor_id=work.actor.person_id,
            action=action,
            published_on=date.fromisoformat(said["published_on"]) if said["published_on"] else None,
        )

    def path(self, slug: str, meaning: Meaning) -> str:
        """Where it came from, so that relative links lead where they led."""
        path: str = meaning.get("path") or ""
        return path or f"{self.folder}/{slug}.md"

    def files(self, db: Session, slug: str, path: str) -> Mapping[str, bytes | MediaFile]:
        """The images and files that its public text names, its film, its captions and its data."""
        made: dict[str, bytes | MediaFile] = {}
        for material, version in _published(db, [slug]):
            rows = _shown(pictures.rows_of(db, [material.id]).get(material.id, ()), version)
            made |= beside.files(beside.of_version(version, {}), path)
            for row in rows:
                made[pictures.lies_at(path, row.path)] = store.read(row.media) if row.media.is_image else row.media
        return made

    def document(self, slug: str, meaning: Meaning) -> Document:
        """In the order in which one reads it."""
        keys = ("title", "summary", "kind", "language", "licence", "published_on", "cohort")
        meta: dict[str, Any] = without_empty({key: meaning[key] for key in keys})
        if name_of(self.path(slug, meaning), "") != slug:
            meta = {"slug": slug} | meta
        meta["published_on"] = date.fromisoformat(meaning["published_on"])
        meta |= without_empty({key: meaning[key] for key in ("topics", "organisations", "questions")})
        named = {key: [without_empty(one) for one in meaning[key]] for key in ("authors", "contributors")}
        meta |= without_empty(named)
        if meaning["video"]:
            meta["video"] = without_empty(meaning["video"])
        meta |= beside.front_matter(meaning["beside"], self.path(slug, meaning), meta.get("video"))
        meta |= without_empty({key: meaning.get(key) for key in (*origins.KEYS, "changes")})
        told = [{"day": date.fromisoformat(one["day"]), "note": one["note"]} for one in meaning["corrections"]]
        meta |= without_empty({"corrections": told}) | recordings.front_matter(meaning["files"])
        meta |= parts.front_matter(meaning["assets"])
        return Document(meta | meaning["extra"], meaning["body"])


def brought_with(db: Session, slugs: Collection[str]) -> dict[str, dict[str, MediaFile]]:
    """The images and files that materials have already, by slug and path."""
    by_id = dict(db.execute(select(Material.id, Material.slug).where(Material.slug.in_(list(slugs)))).all())
    return {
        by_id[key]: {row.path: row.media for row in rows} for key, rows in pictures.rows_of(db, list(by_id)).items()
    }


def kept_path(found: Found) -> str:
    """Where an export writes the file of a foreign folder."""
    return f"materials/{found.path}" if found.is_foreign else found.path


def written_out(material: Material, version: MaterialVersion, quoted: Mapping[str, Quoted]) -> str:
    """The source of a public version as it leaves this site: its quotations in words, in the text's own language."""
    refs = marks.refs_in(version.html)
    with use_language(written_language(version.language)):
        return blockquotes.written_out(version.source, refs, quoted, f"{settings().public_url}{material.address}")


class _Slugs:
    """Slugs by id of all that a material can name."""

    def __init__(self, db: Session) -> None:
        self.topics, self.organisations, self.questions, self.cohorts = (
            dict(db.execute(select(model.id, model.slug)).all()) for model in (Topic, Organisation, Prompt, Cohort)
        )
        self.published = beside.published(db)
        now = {slug: one for one, slug in self.organisations.items()}
        self.organisations_then = {old: now[new] for old, new in moving.present(db, Organisation).items()}


def _shown(rows: Sequence[MaterialFile], version: MaterialVersion) -> list[MaterialFile]:
    """What goes with a public version, of all that its material has."""
    return recordings.shown(rows, version.source, of_json(version.particulars).film)


def _meaning(
    material: Material, version: MaterialVersion, said: Manuscript, slugs_of: _Slugs, rows: Sequence[MaterialFile]
) -> Meaning:
    films = beside.of_version(version, slugs_of.published, [row.path for row in rows])
    video = beside.video_of(version, f"{settings().public_url}{material.address}", films["film"])
    named = _named(version, said, slugs_of)
    return {
        "title": version.title,
        "summary": version.summary,
        "kind": version.kind.value,
        "language": version.language,
        "licence": version.licence,
        "published_on": material.published_on.isoformat() if material.published_on else None,
        "cohort": slugs_of.cohorts[material.cohort_id] if material.cohort_id is not None else None,
        "topics": [slugs_of.topics[one] for one in said.topics],
        "organisations": [slugs_of.organisations[one] for one in said.organisations],
        "questions": [slugs_of.questions[one] for one in said.questions],
        "authors": [_credit(one, slugs_of) for one in named if one.credit is Credit.AUTHOR],
        "contributors": [_credit(one, slugs_of) for one in named if one.credit is not Credit.AUTHOR],
        "video": video,
        "beside": films,
        "changes": version.note,
        "body": version.source.strip("\n"),  # as a file can say it
        "extra": material.extra,
    }


def _link(link: tuple[int, int] | None, text: str | None, slugs_of: _Slugs) -> Meaning:
    """What it was translated from; nothing where that is not public any more."""
    slug = slugs_of.published.get(link[0]) if link else None
    made: Meaning = {"translation_of": slug, "made_from": link[1] if link and slug else None}
    return made | ({"made_from_text": text} if slug and text else {})


def _lines(db: Session, row: Material) -> list[CreditLine]:
    """The people among those who are named now."""
    chosen = select(MaterialVersion.lines).where(MaterialVersion.material_id == row.id)
    return [line_of(values) for values in db.scalars(chosen.where(MaterialVersion.number == row.number)).one()]


def _named(version: MaterialVersion, said: Manuscript, slugs_of: _Slugs) -> Sequence[CreditLine]:
    """Who is named, people with an account as they wish."""
    if not version.lines:
        return said.credits
    ids = slugs_of.organisations_then | {slug: one for one, slug in slugs_of.organisations.items()}
    return [
        CreditLine(Credit(one["credit"]), one["name"], ids.get(one["organisation"] or ""), one["role"])
        for one in version.credits
    ]


def _credit(line: CreditLine, slugs_of: _Slugs) -> dict[str, Any]:
    plainly = line.credit in (Credit.AUTHOR, Credit.CONTRIBUTOR)
    return {
        "name": line.name,
        "organisation": slugs_of.organisations[line.organisation_id] if line.organisation_id is not None else None,
        "role": line.role,
        "credit": None if plainly else line.credit.value,
    }


def _manuscript(said: Meaning, ids: Mapping[str, Mapping[str, int]]) -> Manuscript:
    video = said["video"] or {"url": "", "minutes": None}
    named = [(Credit.AUTHOR, one) for one in said["authors"]]
    named += [(Credit(one["credit"] or Credit.CONTRIBUTOR), one) for one in said["contributors"]]
    return Manuscript(
        kind=MaterialKind(said["kind"]),
        title=said["title"],
        summary=said["summary"],
        source=said["body"],
        language=said["language"],
        licence=said["licence"],
        video_url=video["url"],
        video_minutes=video["minutes"],
        topics=tuple(ids["topic"][slug] for slug in said["topics"]),
        organisations=tuple(ids["organisation"][slug] for slug in said["organisations"]),
        questions=tuple(ids["prompt"][slug] for slug in said["questions"]),
        credits=tuple(
            CreditLine(
                credit,
                one["name"],
                ids["organisation"][one["organisation"]] if one["organisation"] else None,
                one["role"],
            )
            for credit, one in named
        ),
    )


def _published(db: Session, slugs: Collection[str] | None) -> list[tuple[Material, MaterialVersion]]:
    chosen = (
        select(Material)
        .where(Material.state == MaterialState.PUBLISHED)
        .options(joinedload(Material.current))
        .order_by(Material.slug)
    )
    rows = db.scalars(chosen if slugs is None else chosen.where(Material.slug.in_(list(slugs))))
    return [(row, row.current) for row in rows if row.current is not None]


def _new(db: Session, work: Work) -> Material:
    now = clock.now()
    row = Material(
        slug=work.found.slug,
        title=work.meaning["title"],
        kind=MaterialKind(work.meaning["kind"]),
        state=MaterialState.DRAFT,
        number=0,
        created_by_id=work.actor.person_id,
        created_at=now,
        changed_at=now,
    )
    db.add(row)
    db.flush()  # images and version need the id
    return row
