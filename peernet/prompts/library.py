"""The library: prompts that can be asked again and again, and a cohort's own."""

from typing import Any, TypedDict, Unpack

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.addresses import moving
from peernet.db import Conflict
from peernet.i18n import gettext as _
from peernet.jobs import jobs
from peernet.ledger import ledger
from peernet.prompts import access, finding, library_access
from peernet.prompts.models import Asking, KeptPrompt, Moment, Prompt, Topic
from peernet.text import slugs
from peernet.web.viewer import Viewer

# Words that stand where a slug could stand in an address.
_RESERVED = frozenset({"new", "mine"})
# Whoever weighs what a prompt brings together looks anew: it was made public, or is not any more.
JOB = "prompt.public"


class Facts(TypedDict, total=False):
    """What can be said of a prompt. ``why`` is Markdown and comes with ``why_html``, its rendering. With ``cohort_id``
    it is one cohort's own and not offered to others; with ``is_public`` it has a page that everybody reads."""

    text: str
    why: str
    why_html: str
    topic: Topic | None
    moment: Moment
    language: str
    is_public: bool
    cohort_id: int | None


def add(db: Session, *, actor: Viewer, slug: str = "", **facts: Unpack[Facts]) -> Prompt:
    """A new prompt. Its slug is made from the text, and made free, where none is given."""
    prompt = Prompt(
        slug=slug or _free_slug(db, facts["text"]), created_by_id=actor.person_id, created_at=clock.now(), **facts
    )
    db.add(prompt)
    db.flush()
    _record(db, prompt, actor, "prompt.added")
    finding.renew_prompt(db, prompt)
    return prompt


def revise(db: Session, prompt: Prompt, *, actor: Viewer, version: int, **facts: Unpack[Facts]) -> bool:
    """Change what is given, and say whether anything changed. Where it was asked, its wording there stays. Raises
    Conflict where ``version`` is no longer that."""
    if prompt.version != version:
        raise Conflict(_("Somebody else changed this prompt meanwhile."), theirs=as_text(prompt))
    changed = [name for name, value in facts.items() if getattr(prompt, name) != value]
    for name in changed:
        setattr(prompt, name, facts[name])  # type: ignore[literal-required]
    if changed:
        db.flush()
        _record(db, prompt, actor, "prompt.revised", fields=changed)
        finding.renew_prompt(db, prompt)
    if "is_public" in changed:
        _renew_where_asked(db, prompt)
        jobs.enqueue(db, JOB, {"prompt_id": prompt.id})
    return bool(changed)


def move(db: Session, prompt: Prompt, *, actor: Viewer, slug: str) -> bool:
    """Give it another address; the old one leads on. Says whether anything changed. Raises Refused, Conflict."""
    before = prompt.slug
    moved = moving.move(db, prompt, to=slug, is_public=prompt.is_public, reserved=_RESERVED)
    if moved:
        _record(db, prompt, actor, "prompt.moved", before=before)
        finding.renew_prompt(db, prompt)
        _renew_where_asked(db, prompt)
    return moved


def keep(db: Session, prompt: Prompt, *, actor: Viewer) -> None:
    """Put a prompt into the actor's own set; twice is once."""
    if actor.person_id is not None and db.scalar(library_access.own_kept(actor, prompt.id)) is None:
        try:
            with db.begin_nested():
                db.add(KeptPrompt(person_id=actor.person_id, prompt_id=prompt.id))
        except IntegrityError:
            # Another click was first.
            return


def let_go(db: Session, prompt: Prompt, *, actor: Viewer) -> None:
    """Take a prompt out of the actor's own set. The library keeps it."""
    kept = db.scalar(library_access.own_kept(actor, prompt.id))
    if kept is not None:
        db.delete(kept)
        db.flush()


def as_text(prompt: Prompt) -> str:
    """A prompt as it stands, for somebody whose change came second."""
    return "\n\n".join(filter(None, (prompt.text, prompt.why)))


def _renew_where_asked(db: Session, prompt: Prompt) -> None:
    """What was said to it is found on its public page, or no more."""
    for asking in db.scalars(access.all_asked(Asking.prompt_id == prompt.id)).all():
        finding.renew_asking(db, asking)
        finding.renew_answers(db, asking)


def _free_slug(db: Session, text: str) -> str:
    def taken(slug: str) -> bool:
        return slug in _RESERVED or moving.is_taken(db, Prompt, slug)

    return slugs.free_slug(text, taken)


def _record(db: Session, prompt: Prompt, actor: Viewer, action: str, **data: Any) -> None:
    scope = f"cohort:{prompt.cohort_id}" if prompt.cohort_id else None
    ledger.record(db, action, subject=f"prompt:{prompt.id}", scope=scope, actor_id=actor.person_id, data=data)
