"""Organisations are made and revised; what the public sees of them follows in the same transaction.

Whether one is listed publicly depends on the seats that it holds, which a room above knows: callers say so. So is one
that a published material names.
"""

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from peernet import clock, pages, search
from peernet.addresses import moving
from peernet.db import Conflict
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.media import store
from peernet.media.models import MediaFile
from peernet.organisations.models import Organisation
from peernet.settings import current
from peernet.text import plain, slugs
from peernet.web.viewer import Viewer

# Words that stand where a slug could stand in an address.
_RESERVED = frozenset({"new"})


class Facts(TypedDict, total=False):
    """What can be said of an organisation. ``purpose`` is Markdown and comes with ``purpose_html``, its rendering."""

    name: str
    stewards: str
    purpose: str
    purpose_html: str
    home_page: str
    country: str
    is_host: bool
    is_example: bool


def create(db: Session, *, actor: Viewer, slug: str = "", **facts: Unpack[Facts]) -> Organisation:
    """A new organisation. Its slug is made from the name, and made free, where none is given."""
    organisation = Organisation(slug=slug or _free_slug(db, facts["name"]), created_at=clock.now(), **facts)
    db.add(organisation)
    db.flush()
    _record(db, organisation, actor, "organisation.created")
    renew(db, organisation, is_listed=False)
    return organisation


def create_many(db: Session, many: Sequence[Facts], *, actor: Viewer) -> list[Organisation]:
    """New organisations that no reader sees yet, in a number of statements that hardly grows with them."""
    taken = moving.all_taken(db, Organisation) | _RESERVED
    made: list[Organisation] = []
    for facts in many:
        slug = slugs.free_slug(facts["name"], taken.__contains__)
        taken.add(slug)
        made.append(Organisation(slug=slug, created_at=clock.now(), **facts))
    db.add_all(made)
    db.flush()
    for organisation in made:
        _record(db, organisation, actor, "organisation.created")
    return made


def revise(
    db: Session,
    organisation: Organisation,
    *,
    actor: Viewer,
    version: int,
    is_listed: bool,
    **facts: Unpack[Facts],
) -> bool:
    """Change what is given, and say whether anything changed. Raises Conflict where ``version`` is no longer that."""
    if organisation.version != version:
        raise Conflict(_("Somebody else changed this organisation meanwhile."), theirs=as_text(organisation))
    changed = [name for name, value in facts.items() if getattr(organisation, name) != value]
    for name in changed:
        setattr(organisation, name, facts[name])  # type: ignore[literal-required]
    if changed:
        db.flush()
        _record(db, organisation, actor, "organisation.revised", fields=changed)
        renew(db, organisation, is_listed=is_listed)
    return bool(changed)


def move(db: Session, organisation: Organisation, *, actor: Viewer, slug: str, is_listed: bool) -> bool:
    """Give it another address; the old one leads on. Says whether anything changed. Raises Refused, Conflict."""
    before, is_public = organisation.slug, is_listed or organisation.is_named
    moved = moving.move(db, organisation, to=slug, is_public=is_public, reserved=_RESERVED)
    if moved:
        _record(db, organisation, actor, "organisation.moved", before=before)
        renew(db, organisation, is_listed=is_listed)
    return moved


def set_logo(db: Session, organisation: Organisation, *, actor: Viewer, logo: MediaFile | None) -> None:
    """Show a picture that the media room keeps as the logo, or none; the one before is removed. ``organisation`` comes
    with its logo."""
    before = organisation.logo
    organisation.logo_id = logo.id if logo else None
    db.flush()
    if before is not None:
        store.remove(db, before)
    db.expire(organisation, ["logo", "logo_name"])
    _record(db, organisation, actor, "organisation.logo_set" if logo else "organisation.logo_removed")
    touch(db, organisation)


def set_named(db: Session, organisation: Organisation, is_named: bool, *, is_listed: bool) -> None:
    """Say whether a published material is by or about an organisation. It leaves the version alone, which somebody's
    form may hold."""
    told = update(Organisation).where(Organisation.id == organisation.id).values(is_named=is_named)
    db.execute(told, execution_options={"synchronize_session": False})
    set_committed_value(organisation, "is_named", is_named)
    renew(db, organisation, is_listed=is_listed)


def renew(db: Session, organisation: Organisation, *, is_listed: bool) -> None:
    """Bring what readers see and find of an organisation up to date."""
    touch(db, organisation)
    if not (is_listed or organisation.is_host or organisation.is_named):
        search.remove(db, "organisation", organisation.id)
        return
    search.put(
        db,
        kind="organisation",
        ref=organisation.id,
        audience="public",
        title=organisation.name,
        text=" · ".join(filter(None, (organisation.stewards, plain.of_html(organisation.purpose_html)))),
        language=current().network.language,
        url=f"/organisations/{organisation.slug}",
    )


def touch(db: Session, organisation: Organisation) -> None:
    """Say that the public pages that show an organisation are stale."""
    for key in ("organisations", f"organisation:{organisation.id}"):
        pages.touch(db, key)


def as_text(organisation: Organisation) -> str:
    """An organisation as it stands, for somebody whose change came second."""
    lines = (organisation.name, organisation.stewards, organisation.home_page, organisation.country)
    return "\n".join(filter(None, (*lines, organisation.purpose)))


def _free_slug(db: Session, name: str) -> str:
    def taken(slug: str) -> bool:
        return slug in _RESERVED or moving.is_taken(db, Organisation, slug)

    return slugs.free_slug(name, taken)


def _record(db: Session, organisation: Organisation, actor: Viewer, action: str, **data: Any) -> None:
    ledger.record(db, action, subject=f"organisation:{organisation.id}", actor_id=actor.person_id, data=data)
