"""Giving a thing another address, and finding what stood at an old one.

A *thing* is a row of a model with an ``id`` and a ``slug``. Its model is named in each call: this room knows none.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from peernet import clock
from peernet.addresses.models import FormerAddress
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.text.slugs import slugify

_LONGEST = 120


def is_taken(db: Session, model: Any, slug: str) -> bool:
    """Whether a thing of this model has the slug, or had it once. In one statement: a slug that is just being left is
    seen on one side or on the other."""
    return bool(db.scalar(select(_held(model, slug))))


def all_taken(db: Session, model: Any) -> set[str]:
    """Every slug that things of this model have or had."""
    former = select(FormerAddress.slug).where(FormerAddress.kind == _kind(model))
    return set(db.scalars(select(model.slug).union_all(former)))


def move(db: Session, thing: Any, *, to: str, is_public: bool, reserved: Collection[str] = ()) -> bool:
    """Give a thing another slug and keep the one that it has as its former; say whether anything changed.

    It may go back to one that was its own before. Its version stays, which somebody's form may hold. ``is_public``: it
    is or was for everybody; else readers are never told of the slug that it leaves. Raises Refused for what is no slug,
    is ``reserved``, or belongs or belonged to another; Conflict where somebody moved it meanwhile.
    """
    model = type(thing)
    if not to or slugify(to, length=_LONGEST) != to:
        suggestion = slugify(to, length=_LONGEST)
        raise Refused(_no_slug(suggestion), field="slug")
    if to == thing.slug:
        return False
    if to in reserved or db.scalar(select(_held(model, to, but=thing.id))):
        raise Refused(_("This address belongs to something else, or did once."), field="slug")
    _change(db, thing, to, is_public)
    return True


def forget(db: Session, thing: Any) -> None:
    """Let what is deleted leave no address behind. It must have been seen by nobody."""
    db.execute(delete(FormerAddress).where(*_of(type(thing), thing.id)))


def former(db: Session, thing: Any) -> list[str]:
    """The slugs that a thing had, the last one first."""
    chosen = select(FormerAddress.slug).where(*_of(type(thing), thing.id))
    return list(db.scalars(chosen.order_by(FormerAddress.left_at.desc(), FormerAddress.id.desc())))


def standing_at(model: Any, slug: str, *, for_all: bool) -> ColumnElement[bool]:
    """The condition that a thing of this model had the slug once; ``for_all``, that everybody could come to it
    there."""
    holder = _holder(model, slug).where(FormerAddress.was_public) if for_all else _holder(model, slug)
    found: ColumnElement[bool] = model.id == holder.scalar_subquery()
    return found


def present(
    db: Session,
    model: Any,
    slugs: Collection[str] | None = None,
    *,
    for_all: bool = False,
    among: Select[Any] | None = None,
) -> dict[str, str]:
    """For each of these slugs that was left, or for all that were, the one that its thing has now: ``for_all``, only of
    those to which everybody could come; where there is a statement ``among`` that loads public things, only of these as
    well. One query."""
    chosen = select(FormerAddress.slug, model.slug).join(model, model.id == FormerAddress.thing_id)
    chosen = chosen.where(FormerAddress.kind == _kind(model))
    if slugs is not None:
        chosen = chosen.where(FormerAddress.slug.in_(list(slugs)))
    if for_all or among is not None:
        chosen = chosen.where(FormerAddress.was_public)
    if among is not None:
        chosen = chosen.where(model.id.in_(among.with_only_columns(model.id).order_by(None)))
    return dict(db.execute(chosen.order_by(FormerAddress.left_at, FormerAddress.id)).all())


def first(model: Any) -> ColumnElement[str]:
    """A column: the slug that a thing had first for everybody. It names it for ever where an address is a name, as in
    feeds."""
    begun = select(FormerAddress.slug).where(FormerAddress.kind == _kind(model), FormerAddress.thing_id == model.id)
    begun = begun.where(FormerAddress.was_public).order_by(FormerAddress.left_at, FormerAddress.id)
    return func.coalesce(begun.limit(1).correlate(model).scalar_subquery(), model.slug)


def _change(db: Session, thing: Any, to: str, is_public: bool) -> None:
    model, before = type(thing), thing.slug
    changed = update(model).where(model.id == thing.id, model.slug == before).values(slug=to)
    found: Any = db.execute(changed, execution_options={"synchronize_session": False})
    if not found.rowcount:
        raise Conflict(_("Somebody else changed this address meanwhile."))
    set_committed_value(thing, "slug", to)
    db.execute(delete(FormerAddress).where(*_of(model, thing.id), FormerAddress.slug == to))
    facts = {"thing_id": thing.id, "left_at": clock.now(), "was_public": is_public}
    db.add(FormerAddress(kind=_kind(model), slug=before, **facts))
    db.flush()


def _no_slug(suggestion: str) -> str:
    if suggestion:
        return _("An address is made of small letters, digits and hyphens, for example %(slug)s.", slug=suggestion)
    return _("An address needs a letter or a digit.")


def _held(model: Any, slug: str, *, but: int | None = None) -> ColumnElement[bool]:
    now = exists().where(model.slug == slug)
    once = exists().where(FormerAddress.kind == _kind(model), FormerAddress.slug == slug)
    if but is not None:
        once = exists().where(
            FormerAddress.kind == _kind(model), FormerAddress.slug == slug, FormerAddress.thing_id != but
        )
    return or_(now, once)


def _holder(model: Any, slug: str) -> Select[int]:
    return select(FormerAddress.thing_id).where(FormerAddress.kind == _kind(model), FormerAddress.slug == slug)


def _of(model: Any, thing_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return FormerAddress.kind == _kind(model), FormerAddress.thing_id == thing_id


def _kind(model: Any) -> str:
    return str(model.__tablename__)
