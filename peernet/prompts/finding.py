"""What is found of prompts and of answers to them, and which public pages show them, kept true by every verb.

References are made from ids under the secret key, another one for an answer without its author: a search row tells
neither the order of writing nor that an answer once had a name.
"""

from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from peernet import pages, search
from peernet.cohorts.models import CohortState
from peernet.prompts import access, library_access, seats_access
from peernet.prompts.addressed_access import search_keys
from peernet.prompts.models import Asking, Attribution, Prompt, Response, Visibility
from peernet.prompts.voices import CIRCLES, key_of
from peernet.text import plain

_NAMED, _UNATTRIBUTED = "search", "search unattributed"


def renew_prompt(db: Session, prompt: Prompt) -> None:
    """Bring up to date what everybody finds and reads of a prompt of the library."""
    touch(db, prompt.id)
    if not prompt.is_public:
        search.remove(db, "prompt", prompt.id)
        return
    search.put(
        db,
        kind="prompt",
        ref=prompt.id,
        audience="public",
        title=prompt.text,
        text=plain.of_html(prompt.why_html),
        language=prompt.language,
        url=f"/questions/{prompt.slug}",
    )


def renew_asking(db: Session, asking: Asking) -> None:
    """Let a cohort find what it is asked, where the question has no public page; and freshen the pages that show it."""
    pages.touch(db, f"cohort:{asking.cohort_id}")
    touch(db, asking.prompt_id)
    ref = f"asked-{asking.id}"
    if asking.withdrawn_at is not None or asking.prompt.is_public:
        search.remove(db, "prompt", ref)
        return
    search.put(
        db,
        kind="prompt",
        ref=ref,
        audience=search_keys(db, asking),
        title=asking.text,
        text="",
        language=asking.prompt.language,
        url=address(asking),
    )


def renew_answers(db: Session, asking: Asking, *, only: int | None = None) -> None:
    """Let exactly those find the answers to an asking, or the ``only`` one of that id, who may read them now."""
    copies = access.copies_of(asking.id)
    if only is not None:
        copies = copies.where(Response.id == only)
    released, inside = access.circles_released(db, asking.id), search_keys(db, asking)
    authors = seats_access.named_authors(db, asking.id)
    # In the order of their references: the order of the rows tells nothing of the order of writing.
    for ref, row in sorted(
        ((_ref(row.id, row.attribution), row) for row in db.execute(copies)), key=lambda copy: copy[0]
    ):
        forget(db, row.id, but=row.attribution)
        own = [f"person:{author}" for author in {row.person_id, *authors.get(row.id, ())}]
        _renew(db, asking, ref, row, _audiences(asking, row, released, own, inside))


def forget(db: Session, response_id: int, *, but: Attribution | None = None) -> None:
    """Let nobody find an answer any more, or no more as anything ``but`` of that attribution."""
    kept = None if but is None else _ref(response_id, but)
    for ref in {_ref(response_id, attribution) for attribution in Attribution} - {kept}:
        search.remove(db, "response", ref)


def rebuild(db: Session) -> None:
    """Put every row of this room anew, after all were cleared."""
    for prompt in db.scalars(library_access.all_prompts()):
        renew_prompt(db, prompt)
    for asking in db.scalars(access.all_asked()):
        renew_asking(db, asking)
        renew_answers(db, asking)


def touch(db: Session, prompt_id: int) -> None:
    """Say that the public pages that show a question are stale."""
    for key in ("home", "questions", f"prompt:{prompt_id}"):
        pages.touch(db, key)


def address(asking: Asking) -> str:
    """Where an asking is answered and read."""
    return f"/c/{asking.cohort.slug}/prompts/{asking.id}"


def _ref(response_id: int, attribution: Attribution) -> str:
    return key_of(response_id, _UNATTRIBUTED if attribution is Attribution.UNATTRIBUTED else _NAMED)


def _renew(db: Session, asking: Asking, ref: str, row: Row[Any], audiences: list[str]) -> None:
    if not audiences:
        search.remove(db, "response", ref)
        return
    search.put(
        db,
        kind="response",
        ref=ref,
        audience=audiences,
        title=asking.text,
        text=plain.of_html(row.html),
        language=asking.prompt.language,
        url=f"/questions/{asking.prompt.slug}" if "public" in audiences else address(asking),
    )


def _audiences(
    asking: Asking, row: Row[Any], released: frozenset[Visibility], own: list[str], inside: list[str]
) -> list[str]:
    """Who may find an answer: its authors and, unless it is held, the circle it is for; of an unattributed one, the
    widest circle to which those were released, and no author."""
    if asking.is_held:
        return [] if row.attribution is Attribution.UNATTRIBUTED else own
    if row.attribution is Attribution.UNATTRIBUTED:
        reached = [circle for circle in CIRCLES if circle in released and row.visibility in CIRCLES[circle]]
        return [key for circle in reached[-1:] for key in _circle_keys(asking, circle, inside)]
    return own if row.visibility is Visibility.PRIVATE else [*own, *_circle_keys(asking, row.visibility, inside)]


def _circle_keys(asking: Asking, circle: Visibility, inside: list[str]) -> list[str]:
    if circle is Visibility.FACILITATORS:
        return [f"facilitators:{asking.cohort_id}"]
    has_page = asking.prompt.is_public and asking.cohort.state is not CohortState.DRAFT
    return ["public"] if circle is Visibility.PUBLIC and has_page else inside
