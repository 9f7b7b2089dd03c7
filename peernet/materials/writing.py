"""Writing: begin a material, save what is typed, throw it away. Only publishing shows any of it to readers."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.addresses import moving
from peernet.cohorts.models import Cohort
from peernet.db import Conflict
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.materials import choices, images, licences, manuscripts
from peernet.materials.earlier import keeping
from peernet.materials.kinds import choosing, sections
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialDraft, MaterialKind
from peernet.materials.quotations import resemblance
from peernet.materials.quotations.overlap import Passage
from peernet.materials.reviews import gate as reviews
from peernet.materials.reviews import schedules
from peernet.materials.reviews.models import Ending
from peernet.text.slugs import free_slug
from peernet.web.viewer import Viewer


def start(
    db: Session,
    viewer: Viewer,
    *,
    title: str,
    kind: MaterialKind = MaterialKind.BLOGPOST,
    language: str = "en",
    cohort: Cohort | None = None,
) -> Material:
    """Begin a material with a draft that is empty, but for the sections of a case study. Its slug follows from the
    title and stays."""
    now = clock.now()
    material = Material(
        slug=free_slug(title, lambda slug: moving.is_taken(db, Material, slug)),
        title=title,
        kind=kind,
        language=language,
        cohort_id=cohort.id if cohort else None,
        created_by_id=viewer.person_id,
        created_at=now,
        changed_at=now,
    )
    db.add(material)
    db.flush()  # the draft needs the id
    text = sections.skeleton(kind, language)
    first = Manuscript(kind=kind, title=title, source=text, language=language, licence=licences.DEFAULT)
    _add_draft(db, viewer, material, first)
    ledger.record(db, "material.started", subject=f"material:{material.id}", actor_id=viewer.person_id)
    return material


def save(
    db: Session,
    viewer: Viewer,
    material: Material,
    *,
    version: int,
    manuscript: Manuscript,
    passages: Sequence[Passage] = (),
) -> int:
    """Keep ``manuscript`` as the material's draft; give the draft's new version (0: there is nothing to keep).

    ``version`` is that of the draft which the author had before them, 0 where there was none; ``passages`` are its
    words that an answer has as well (see ``quotations.resemblance``). Raises Conflict, with
    the text as it now stands, when somebody else saved, published or threw away meanwhile; Refused for naming what the
    viewer may not choose.
    """
    draft = material.draft
    if (draft.version if draft else 0) != version:
        # A page that saves by itself may have been quicker with these very words than its own button.
        if draft is not None and _says(db, draft, manuscript):
            return draft.version
        raise Conflict(_overtaken(db, viewer, material), theirs=text_as_it_stands(material), mine=manuscript.source)
    choices.refuse_others(db, viewer, material, manuscript)
    manuscript = replace(manuscript, particulars=choosing.settled(db, manuscript.particulars, material.id))
    if draft is None:
        return _save_first(db, viewer, material, manuscript, passages)
    draft.passages = resemblance.kept(draft, manuscript, passages)
    before = manuscripts.of_draft(draft)
    manuscript = manuscripts.in_order_of(manuscript, before)
    if manuscript != before:
        keeping.keep(db, draft)
    manuscripts.write_into(draft, manuscript)
    if db.is_modified(draft):
        draft.saved_at, draft.saved_by_id = clock.now(), viewer.person_id
        _show_in_lists(material, manuscript)
        schedules.call_off(db, material)
        db.flush()  # raises the version, which the page needs for the next save
    return draft.version


def _says(db: Session, draft: MaterialDraft, manuscript: Manuscript) -> bool:
    kept = manuscripts.of_draft(draft)
    settled = replace(manuscript, particulars=choosing.settled(db, manuscript.particulars, draft.material_id))
    return manuscripts.in_order_of(settled, kept) == kept


def append(db: Session, viewer: Viewer, material: Material, line: str) -> None:
    """Put a line at the end of the text, in a paragraph of its own; begins a draft where there is none."""
    if material.draft is not None:
        manuscript, version = manuscripts.of_draft(material.draft), material.draft.version
    else:
        assert material.current is not None
        manuscript, version = manuscripts.of_published(db, material, material.current), 0
    longer = replace(manuscript, source=f"{manuscript.source.rstrip()}\n\n{line}\n".lstrip())
    save(db, viewer, material, version=version, manuscript=longer)


def discard(db: Session, viewer: Viewer, material: Material, *, version: int) -> bool:
    """Throw the draft away; a material that was never published goes with it (gives True). Raises Conflict."""
    draft = material.draft
    if draft is None or draft.version != version:
        raise Conflict(_overtaken(db, viewer, material), theirs=text_as_it_stands(material))
    ledger.record(db, "material.draft_discarded", subject=f"material:{material.id}", actor_id=viewer.person_id)
    reviews.settle(db, material, Ending.DISCARDED, actor_id=viewer.person_id)
    keeping.forget(db, draft)
    db.delete(draft)
    if material.number:
        return False
    images.remove_all(db, material)
    moving.forget(db, material)
    db.flush()  # the draft goes before what it hangs on
    db.delete(material)
    return True


def text_as_it_stands(material: Material) -> str:
    """The draft's text, or where there is none what is published."""
    if material.draft is not None:
        return material.draft.source
    return material.current.source if material.current is not None else ""


def _save_first(
    db: Session, viewer: Viewer, material: Material, manuscript: Manuscript, passages: Sequence[Passage]
) -> int:
    if material.current is not None:
        published = manuscripts.of_published(db, material, material.current)
        manuscript = manuscripts.in_order_of(manuscript, published)
        if manuscript == published:
            return 0
    return _add_draft(db, viewer, material, manuscript, passages).version


def _add_draft(
    db: Session, viewer: Viewer, material: Material, manuscript: Manuscript, passages: Sequence[Passage] = ()
) -> MaterialDraft:
    draft = MaterialDraft(
        material_id=material.id, base=material.number, saved_at=clock.now(), saved_by_id=viewer.person_id
    )
    manuscripts.write_into(draft, manuscript)
    draft.passages = resemblance.as_json(passages)
    db.add(draft)
    _show_in_lists(material, manuscript)
    db.flush()
    db.expire(material, ["draft"])
    return draft


def _show_in_lists(material: Material, manuscript: Manuscript) -> None:
    material.changed_at = clock.now()
    if not material.number:
        material.title, material.kind, material.language = manuscript.title, manuscript.kind, manuscript.language


def _overtaken(db: Session, viewer: Viewer, material: Material) -> str:
    """Who was first: whoever saved the draft, or whoever published it or threw it away, which nobody is named for."""
    saved_by = material.draft.saved_by_id if material.draft is not None else None
    if saved_by is not None and saved_by == viewer.person_id:
        return _("You changed this text in another window. What you typed here is kept.")
    name = db.scalar(select(Person.name).where(Person.id == saved_by)) if saved_by else None
    return _("%(name)s changed this text since you opened it. Yours is kept.", name=name or _("Somebody else"))
