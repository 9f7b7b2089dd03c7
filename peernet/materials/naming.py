"""Organisations that published materials are by or about: the public meets and finds them, also without a seat."""

from sqlalchemy.orm import Session

from peernet.cohorts import access as cohorts_access
from peernet.materials import access
from peernet.materials.manuscripts import Manuscript
from peernet.organisations import organisations
from peernet.organisations.models import Organisation


def renew(db: Session, *manuscripts: Manuscript) -> None:
    """Bring up to date which organisations of these manuscripts are named in public, after one came, changed or went.

    The rows are held before it is looked, so that of two materials published at once the second sees the first.
    """
    ids = {one for manuscript in manuscripts for one in manuscript.organisations}
    held = db.scalars(access.organisations_held(ids)).all() if ids else ()
    named = set(db.scalars(access.organisations_named(ids))) if ids else set()
    for organisation in held:
        if organisation.is_named is not (organisation.id in named):
            listed = cohorts_access.is_listed(db, organisation)
            organisations.set_named(db, organisation, organisation.id in named, is_listed=listed)


def rebuild(db: Session) -> None:
    """Say anew which are named, and put their search rows, after all were cleared."""
    named = set(db.scalars(access.organisations_named()))
    before = set(db.scalars(access.organisations_called_named()))
    listed = set(db.scalars(cohorts_access.organisations_listed().with_only_columns(Organisation.id).order_by(None)))
    for organisation in db.scalars(access.organisations_held(named | before)).all():
        organisations.set_named(db, organisation, organisation.id in named, is_listed=organisation.id in listed)
