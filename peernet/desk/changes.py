"""What changed in my cohorts since I last looked: ledger rows, with their subjects loaded through access.

An event whose subject the viewer may not load is left out, so the ledger cannot tell more than the pages do. Nothing
about responses is here at all.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from peernet.cohorts import access as cohorts_access
from peernet.cohorts.models import Cohort, Membership
from peernet.i18n import lazy_gettext as _l
from peernet.ledger.models import Event
from peernet.materials import access as materials_access
from peernet.materials.models import Material
from peernet.prompts import access as prompts_access
from peernet.prompts.finding import address
from peernet.prompts.models import Asking
from peernet.roundtables import access as roundtables_access
from peernet.roundtables.models import Roundtable
from peernet.web.viewer import Viewer

MOST = 20

SENTENCES: dict[str, str] = {
    "prompt.asked": _l("New prompt"),
    "prompt.closed": _l("Prompt closed"),
    "roundtable.planned": _l("New roundtable"),
    "roundtable.moved": _l("Roundtable moved"),
    "roundtable.cancelled": _l("Roundtable cancelled"),
    "roundtable.reinstated": _l("Roundtable takes place after all"),
    "groups.announced": _l("It stands who sits with whom"),
    "material.published": _l("New material"),
    "material.corrected": _l("Material corrected"),
    "membership.began": _l("Joined the cohort"),
    "cohort.closed": _l("Cohort closed"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One line: what happened, to what, when, where to look (a path without a language), and in which cohort."""

    sentence: str
    title: str
    path: str
    cohort: str
    at: datetime


def since(
    db: Session,
    viewer: Viewer,
    cohorts: Collection[Cohort],
    moment: datetime | None,
    *,
    until: datetime | None = None,
    actions: Collection[str] = SENTENCES.keys(),
) -> list[Change]:
    """Changes in ``cohorts`` after ``moment`` (None: ever) and up to ``until`` (None: now) that others made, newest
    first, in at most six queries. ``cohorts`` were loaded for this viewer.
    """
    by_scope = {f"cohort:{cohort.id}": cohort for cohort in cohorts}
    span = _span(moment, until)
    events = list(db.scalars(_events(viewer, list(by_scope), actions).where(*span))) if by_scope else []
    subjects = _subjects(db, viewer, events)
    return [
        Change(str(SENTENCES[event.action]), title, path, by_scope[event.scope or ""].name, event.at)
        for event in events
        for title, path in subjects.get(event.subject, [])
    ]


def _events(viewer: Viewer, scopes: list[str], actions: Collection[str]) -> Select[Event]:
    return (
        select(Event)
        .where(Event.scope.in_(scopes), Event.action.in_(actions))
        .where(or_(Event.actor_id.is_(None), Event.actor_id != viewer.person_id))
        .order_by(Event.id.desc())
        .limit(MOST)
    )


def _span(moment: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    after = [] if moment is None else [Event.at > moment]
    return after if until is None else [*after, Event.at <= until]


def _subjects(db: Session, viewer: Viewer, events: list[Event]) -> dict[str, list[tuple[str, str]]]:
    ids: dict[str, list[int]] = {}
    for event in events:
        kind, _colon, number = event.subject.partition(":")
        ids.setdefault(kind, []).append(int(number))
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, (load, show) in _KINDS.items():
        if kind in ids:
            for row in db.scalars(load(viewer, ids[kind])).unique():
                found[f"{kind}:{row.id}"] = [show(row)]
    return found


def _askings(viewer: Viewer, ids: list[int]) -> Select[Asking]:
    return prompts_access.asked_to(viewer).where(Asking.id.in_(ids))


def _roundtables(viewer: Viewer, ids: list[int]) -> Select[Roundtable]:
    return roundtables_access.visible_to(viewer).where(Roundtable.id.in_(ids))


def _materials(_viewer: Viewer, ids: list[int]) -> Select[Material]:
    return materials_access.published().where(Material.id.in_(ids))


def _memberships(viewer: Viewer, ids: list[int]) -> Select[Membership]:
    inside = cohorts_access.present(viewer, cohorts_access.INSIDE, Membership.cohort_id)
    parts = joinedload(Membership.person), joinedload(Membership.cohort)
    others = (Membership.left_at.is_(None), Membership.person_id != viewer.person_id)
    return select(Membership).where(Membership.id.in_(ids), inside, *others).options(*parts)


def _cohorts(viewer: Viewer, ids: list[int]) -> Select[Cohort]:
    return cohorts_access.visible_to(viewer).where(Cohort.id.in_(ids))


def _show_asking(row: Asking) -> tuple[str, str]:
    return row.text, address(row)


def _show_roundtable(row: Roundtable) -> tuple[str, str]:
    return row.title, f"/c/{row.cohort.slug}/roundtables/{row.id}"


def _show_material(row: Material) -> tuple[str, str]:
    return row.title, f"/library/{row.slug}"


def _show_membership(row: Membership) -> tuple[str, str]:
    return row.person.name, f"/c/{row.cohort.slug}#people"


def _show_cohort(row: Cohort) -> tuple[str, str]:
    return row.name, f"/c/{row.slug}"


_KINDS: dict[str, tuple[Callable[[Viewer, list[int]], Select[Any]], Callable[[Any], tuple[str, str]]]] = {
    "asking": (_askings, _show_asking),
    "roundtable": (_roundtables, _show_roundtable),
    "material": (_materials, _show_material),
    "membership": (_memberships, _show_membership),
    "cohort": (_cohorts, _show_cohort),
}
