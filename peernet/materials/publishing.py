"""Publishing: a draft becomes a version that never changes; a correction is the next one; a withdrawal leaves a page.

Whoever calls renders first, outside the transaction, and names the draft's version it rendered: should the draft have
moved on since, nothing is published.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session, joinedload

from peernet import clock, pages, search
from peernet.addresses import moving
from peernet.db import Conflict, Refused, take_turn
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.materials import (
    access,
    images,
    likeness,
    manuscripts,
    naming,
    parts,
    placement,
    related,
    translations,
    writing,
)
from peernet.materials.checklist import headings, links
from peernet.materials.checks import Check, check, of_kind
from peernet.materials.contributors import board as contributors
from peernet.materials.credits import as_they_stand, authors, kept_lines, turn_of
from peernet.materials.credits import replace as replace_credits
from peernet.materials.kinds import choosing, needs, particulars
from peernet.materials.kinds import reading as kinds_reading
from peernet.materials.manuscripts import PLAIN, Manuscript
from peernet.materials.models import ContentFile, Material, MaterialDraft, MaterialState, MaterialVersion
from peernet.materials.quotations import gate, resemblance, showing
from peernet.materials.quotations.overlap import Passage
from peernet.materials.reviews import gate as reviews
from peernet.materials.reviews.models import Ending
from peernet.text.markdown import Rendered
from peernet.web.viewer import Viewer


def publish(
    db: Session,
    viewer: Viewer,
    material: Material,
    *,
    draft_version: int,
    rendered: Rendered,
    passages: Iterable[Passage],
    note: str = "",
) -> MaterialVersion:
    """Make the draft the public version of the material, the first one or the next.

    ``passages`` are those that ``resemblance.look`` found for the viewer; ``note`` says what is new. Raises Refused
    where a check fails or there is no draft, Conflict where the draft is not the one that was rendered.
    """
    draft = ready(db, material, draft_version=draft_version, rendered=rendered, passages=passages)
    manuscript = placement.existing(db, manuscripts.of_draft(draft))
    action = "material.corrected" if material.state is MaterialState.PUBLISHED else "material.published"
    version = issue(db, material, manuscript, rendered, note=note, actor_id=viewer.person_id, action=action)
    reviews.settle(db, material, Ending.PUBLISHED, actor_id=viewer.person_id)
    db.delete(draft)
    db.flush()
    db.expire(material, ["draft", "current"])
    return version


def ready(
    db: Session, material: Material, *, draft_version: int, rendered: Rendered, passages: Iterable[Passage]
) -> MaterialDraft:
    """The draft, if it can be published as it was rendered; nobody opens or decides a review meanwhile. Raises Refused
    where a check fails or there is no draft, Conflict where it is another."""
    reviews.hold(db, material)
    draft = _draft_to_publish(material, draft_version)
    gate.refuse_unagreed(db, material, rendered.html)
    failed = missing(db, material, rendered, passages)
    if failed:
        raise Refused(" ".join(failed))
    return draft


def missing(db: Session, material: Material, rendered: Rendered, passages: Iterable[Passage]) -> list[str]:
    """What keeps the draft from being published, in sentences that repeat nothing of it."""
    if material.draft is None:
        return [_nothing()]
    manuscript = placement.existing(db, manuscripts.of_draft(material.draft))
    return [one.text for one in checked(db, material, manuscript, rendered, passages) if one.blocks]


def checked(
    db: Session, material: Material, manuscript: Manuscript, rendered: Rendered, passages: Iterable[Passage]
) -> list[Check]:
    """Everything that must be right before a draft is public, in the order of the page."""
    standing = resemblance.standing(db, material, manuscript, passages, rendered.html)
    open_chapters = choosing.titles(db, manuscript.particulars)
    found = needs.findings(
        manuscript.kind, manuscript.particulars, rendered.html, manuscript.language, open_chapters=open_chapters
    )
    of_text = [*check(manuscript, rendered), headings.check(manuscript.source), *of_kind(manuscript, found)]
    of_text += contributors.checks(db, material, manuscript)
    of_text += links.checks(db, material, manuscript, rendered.html)
    of_text += translations.checks(db, material, manuscript)
    of_text += [*parts.checks(db, material, manuscript, rendered.html), *parts.chapter_checks(db, manuscript)]
    return [*of_text, *gate.checks(db, material, rendered.html, standing), *reviews.checks(db, material)]


def correct(
    db: Session,
    viewer: Viewer,
    material: Material,
    *,
    draft_version: int,
    rendered: Rendered,
    passages: Iterable[Passage],
    note: str,
) -> MaterialVersion:
    """Publish the next version of what is public. Readers are told what was changed, so ``note`` must say it."""
    if not note.strip():
        raise Refused(note_missing(), field="note")
    return publish(db, viewer, material, draft_version=draft_version, rendered=rendered, passages=passages, note=note)


def note_missing() -> str:
    """That a correction needs a note."""
    return _("Say in a sentence what is changed. Readers see it with the new version.")


def withdraw(db: Session, viewer: Viewer, material: Material, *, why: str) -> None:
    """Take a material from the public. Its address says that it was withdrawn, when and why, and nothing else."""
    if material.state is not MaterialState.PUBLISHED or material.current is None:
        raise Refused(_("This material is not public."))
    if not why.strip():
        raise Refused(_("Give the reason in a sentence. It stands in the place of the material."), field="why")
    material.state = MaterialState.WITHDRAWN
    material.withdrawn_at = material.changed_at = material.told_at = clock.now()
    material.withdrawn_why = why
    material.recommended_at = None
    images.hide(db, material, viewer)
    search.remove(db, "material", material.id)
    near = related.around(db, material.id)
    likeness.forget(db, material)
    related.renew(db, material.id, near)
    was = manuscripts.of_published(db, material, material.current)
    placement.touch(db, material, was)
    naming.renew(db, was)
    _record(db, "material.withdrawn", material, viewer.person_id)


def issue(
    db: Session,
    material: Material,
    manuscript: Manuscript,
    rendered: Rendered,
    *,
    note: str,
    actor_id: int | None,
    action: str = "material.published",
    published_on: date | None = None,
) -> MaterialVersion:
    """Add the next version and let the public have it. The import calls this too; nothing is checked here.

    ``published_on`` is the day on which the material was first published, if that was elsewhere and earlier.
    """
    manuscript = replace(manuscript, particulars=particulars.fitting(manuscript.particulars, manuscript.kind))
    before = _as_published(db, material)
    at = _moment(published_on) if published_on and not material.number else clock.now()
    take_turn(db, turn_of(material.id))
    near = related.around(db, material.id)
    version = _add_version(db, material, manuscript, rendered, note=note, actor_id=actor_id, at=at)
    replace_credits(db, material, manuscript.credits)
    placement.replace(db, material, manuscript)
    _follow(material, version, published_on)
    images.show(db, material, rendered.html, manuscript.particulars.film)
    gate.pin(db, material, version)
    _make_findable(db, material, version)
    related.renew(db, material.id, near)
    placement.touch(db, material, manuscript, *before)
    naming.renew(db, manuscript, *before)
    _record(db, action, material, actor_id, number=version.number)
    return version


def show_anew(db: Session, material: Material) -> None:
    """Let everything that the public reads of a material follow what its quotations may show now."""
    if material.state is not MaterialState.PUBLISHED:
        return
    current = db.scalars(access.versions_of(material.id).where(MaterialVersion.number == material.number)).one()
    near = related.around(db, material.id)
    _make_findable(db, material, current)
    related.renew(db, material.id, near)
    placement.touch(db, material, manuscripts.of_published(db, material, current))


def move(db: Session, viewer: Viewer, material: Material, *, slug: str) -> bool:
    """Give it another address; the old one leads on. Says whether anything changed. Raises Refused, Conflict."""
    before = material.slug
    moved = moving.move(db, material, to=slug, is_public=bool(material.number))
    if moved:
        _take_file_along(db, before, material.slug)
        _record(db, "material.moved", material, viewer.person_id, before=before)
        if material.told_at is not None:
            material.told_at = clock.now()
        if material.state is MaterialState.WITHDRAWN:
            pages.touch(db, f"material:{material.id}")
        show_anew(db, material)
    return moved


def _take_file_along(db: Session, before: str, now: str) -> None:
    """What is known of its file, to where it is now. What is known of one there is of a draft that was thrown away."""
    of_material = ContentFile.kind == "material"
    db.execute(delete(ContentFile).where(of_material, ContentFile.slug == now))
    db.execute(update(ContentFile).where(of_material, ContentFile.slug == before).values(slug=now))


def rebuild(db: Session) -> None:
    """Put every search row of this room anew, after all were cleared."""
    for material in db.scalars(access.published().options(joinedload(Material.current))):
        if material.current is not None:
            _make_findable(db, material, material.current)
    related.rebuild(db)
    naming.rebuild(db)


def _draft_to_publish(material: Material, draft_version: int) -> MaterialDraft:
    draft = material.draft
    if draft is None:
        raise Refused(_nothing())
    if draft.version != draft_version:
        raise Conflict(
            _("The text was changed since you opened this page. Please look at it again."), theirs=draft.source
        )
    if draft.base != material.number:
        raise Conflict(
            _("Another version was published since this draft was begun. Please compare the two."),
            theirs=writing.text_as_it_stands(material),
        )
    return draft


def _nothing() -> str:
    return _("There is nothing to publish: everything that was written is public already.")


def _as_published(db: Session, material: Material) -> list[Manuscript]:
    if not material.number:
        return []
    current = db.scalars(access.versions_of(material.id).where(MaterialVersion.number == material.number)).one()
    return [manuscripts.of_published(db, material, current)]


def _moment(day: date) -> datetime:
    """When something was published of which only the day is known: its noon, or now if that is still to come."""
    return min(datetime.combine(day, time(12), UTC), clock.now())


def _add_version(
    db: Session,
    material: Material,
    manuscript: Manuscript,
    rendered: Rendered,
    *,
    note: str,
    actor_id: int | None,
    at: datetime,
) -> MaterialVersion:
    version = MaterialVersion(
        material_id=material.id,
        number=material.number + 1,
        **{name: getattr(manuscript, name) for name in PLAIN},
        html=rendered.html,
        toc=list(rendered.toc),
        words=rendered.words,
        reading_minutes=rendered.reading_minutes,
        credits=as_they_stand(db, material.id, manuscript.credits),
        lines=kept_lines(manuscript.credits),
        particulars=particulars.as_json(manuscript.particulars),
        note=note,
        published_at=at,
        published_by_id=actor_id,
    )
    db.add(version)
    return version


def _follow(material: Material, version: MaterialVersion, published_on: date | None) -> None:
    """The public columns of the material follow its current version."""
    for name in PLAIN:
        if name != "source":
            setattr(material, name, getattr(version, name))
    material.number = version.number
    material.state = MaterialState.PUBLISHED
    material.published_on = published_on or material.published_on or version.published_at.date()
    material.changed_at = material.told_at = clock.now()
    material.withdrawn_at, material.withdrawn_why = None, ""


def _make_findable(db: Session, material: Material, version: MaterialVersion) -> None:
    words = showing.words(version.html, showing.of_version(db, version))
    beside = kinds_reading.words(particulars.of_json(version.particulars))
    body = " · ".join(filter(None, [version.summary, *authors(version.credits), words, beside]))
    search.put(
        db,
        kind="material",
        ref=material.id,
        audience="public",
        title=version.title,
        text=body,
        language=version.language,
        url=material.address,
    )
    likeness.renew(db, material, title=version.title, body=f"{version.summary} {words} {beside}")


def _record(db: Session, action: str, material: Material, actor_id: int | None, **data: Any) -> None:
    scope = f"cohort:{material.cohort_id}" if material.cohort_id is not None else None
    ledger.record(db, action, subject=f"material:{material.id}", scope=scope, actor_id=actor_id, data=data)
