"""The life of a cohort: started as a draft, revised, opened, closed, opened again."""

from datetime import date
from typing import Any, TypedDict, Unpack

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.access import email_key
from peernet.addresses import moving
from peernet.cohorts import access, invitations, memberships, people, showing
from peernet.cohorts.models import Cohort, CohortFormat, CohortState, Role
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.text import slugs
from peernet.web.viewer import Viewer

# Words that stand where a slug could stand in an address.
_RESERVED = frozenset({"new"})


class Facts(TypedDict, total=False):
    """What can be said of a cohort. ``description`` is Markdown and comes with ``description_html``, its rendering."""

    name: str
    theme: str
    format: CohortFormat
    starts_on: date
    ends_on: date
    zone: str
    description: str
    description_html: str
    is_example: bool


def start(
    db: Session, *, actor: Viewer, slug: str = "", organiser_email: str | None = None, **facts: Unpack[Facts]
) -> Cohort:
    """A new cohort, as a draft. ``actor`` becomes its organiser unless ``organiser_email`` names somebody else, who is
    invited; the system (nobody) may start one without an organiser."""
    _check_dates(facts)
    cohort = Cohort(slug=slug or _free_slug(db, facts["name"]), created_at=clock.now(), **facts)
    cohort.state = CohortState.DRAFT
    db.add(cohort)
    db.flush()
    _record(db, cohort, actor, "cohort.started")
    if organiser_email and email_key(organiser_email) != email_key(actor.email):
        people.appoint(db, cohort, actor=actor, email=organiser_email)
    elif actor.person_id is not None:
        memberships.add(db, cohort, actor.person_id, actor=actor, role=Role.ORGANISER)
    return cohort


def revise(db: Session, cohort: Cohort, *, actor: Viewer, version: int, **facts: Unpack[Facts]) -> bool:
    """Change what is given, and say whether anything changed. Raises Conflict where ``version`` is no longer that."""
    if cohort.version != version:
        raise Conflict(_("Somebody else changed this cohort meanwhile."), theirs=as_text(cohort))
    _check_dates({"starts_on": cohort.starts_on, "ends_on": cohort.ends_on, **facts})
    changed = [name for name, value in facts.items() if getattr(cohort, name) != value]
    for name in changed:
        setattr(cohort, name, facts[name])  # type: ignore[literal-required]
    if changed:
        db.flush()
        _record(db, cohort, actor, "cohort.revised", fields=changed)
        showing.renew_with_organisations(db, cohort)
    return bool(changed)


def move(db: Session, cohort: Cohort, *, actor: Viewer, slug: str) -> bool:
    """Give it another address; the old one leads on. Says whether anything changed. Raises Refused, Conflict."""
    before = cohort.slug
    is_public = cohort.state is not CohortState.DRAFT
    moved = moving.move(db, cohort, to=slug, is_public=is_public, reserved=_RESERVED)
    if moved:
        _record(db, cohort, actor, "cohort.moved", before=before)
        showing.renew_with_organisations(db, cohort)
    return moved


def open(db: Session, cohort: Cohort, *, actor: Viewer) -> None:  # noqa: A001 - what people say of a cohort
    """Let a draft run: it gets a public page, and so do the organisations in it. A running one stays as it is."""
    if cohort.state is CohortState.CLOSED:
        raise Refused(_("This cohort is closed. It can be opened again."))
    if cohort.state is CohortState.DRAFT:
        _pass_to(db, cohort, CohortState.RUNNING, actor, "cohort.opened")


def close(db: Session, cohort: Cohort, *, actor: Viewer) -> None:
    """End a running cohort. Its people keep their roles and keep reading; open invitations are withdrawn."""
    if cohort.state is CohortState.DRAFT:
        raise Refused(_("This cohort was never opened, so it cannot be closed."))
    if cohort.state is CohortState.RUNNING:
        for invitation in db.scalars(access.open_invitations(cohort.id)).all():
            invitations.revoke(db, invitation, actor=actor)
        cohort.closed_at = clock.now()
        _pass_to(db, cohort, CohortState.CLOSED, actor, "cohort.closed")


def reopen(db: Session, cohort: Cohort, *, actor: Viewer) -> None:
    """Let a closed cohort run again."""
    if cohort.state is CohortState.DRAFT:
        raise Refused(_("This cohort was never opened."))
    if cohort.state is CohortState.CLOSED:
        cohort.closed_at = None
        _pass_to(db, cohort, CohortState.RUNNING, actor, "cohort.reopened")


def as_text(cohort: Cohort) -> str:
    """A cohort as it stands, for somebody whose change came second."""
    lines = (cohort.name, cohort.theme, f"{cohort.starts_on} – {cohort.ends_on}", cohort.zone, cohort.description)
    return "\n".join(filter(None, lines))


def _pass_to(db: Session, cohort: Cohort, state: CohortState, actor: Viewer, action: str) -> None:
    cohort.state = state
    db.flush()
    _record(db, cohort, actor, action)
    showing.renew_with_organisations(db, cohort)


def _check_dates(facts: Any) -> None:
    if facts["ends_on"] < facts["starts_on"]:
        raise Refused(_("The last day comes before the first."), field="ends_on")


def _free_slug(db: Session, name: str) -> str:
    def taken(slug: str) -> bool:
        return slug in _RESERVED or moving.is_taken(db, Cohort, slug)

    return slugs.free_slug(name, taken)


def _record(db: Session, cohort: Cohort, actor: Viewer, action: str, **data: Any) -> None:
    name = f"cohort:{cohort.id}"
    ledger.record(db, action, subject=name, scope=name, actor_id=actor.person_id, data=data)
