"""Public files, also while the database does not answer: who may fetch a file is asked at every fetch, and what the
answer was for everybody lies beside the ready-made pages until something that shows the file changes."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import pages
from peernet.materials.models import MaterialFile
from peernet.media import access
from peernet.media.models import MediaFile
from peernet.organisations.models import Organisation
from peernet.site import making
from peernet.web.request import database

_PUBLIC = ("public",)
# No address of a request begins so.
_FILE = "file:"
# What sending a file needs to know of it.
_KNOWN = ("name", "kind", "filename", "bytes", "width", "height")


def public(db: Session, name: str) -> MediaFile | None:
    """The file of that name, if everybody may fetch it. One query; three at the first fetch."""
    sweeper = making.sweeper()
    if sweeper is None or sweeper.store.look_up(_place(name)) is not None:
        return access.find(db, name, _PUBLIC)
    with pages.making(database(), known=sweeper.number) as made:
        found = access.find(db, name, _PUBLIC)
        shown_by = _shown_by(db, found) if found is not None else []
        # What nothing shows is not known to go when that changes.
        if found is not None and shown_by:
            pages.depend(*shown_by)
            body = json.dumps({key: getattr(found, key) for key in _KNOWN}).encode()
            made.keep(sweeper.store, path=_place(name), body=body, content_type="application/json")
        return found


def known(name: str) -> MediaFile | None:
    """The same as it was last known; without the database."""
    sweeper = making.sweeper()
    copy = sweeper.store.look_up(_place(name)) if sweeper is not None else None
    if copy is None:
        return None
    values: dict[str, Any] = json.loads(copy.coded(""))
    return MediaFile(**values)


def address_of(path: str) -> str:
    """The address at which what lies in the store under a path is made."""
    return f"/media/{path.removeprefix(_FILE)}" if path.startswith(_FILE) else path


def _place(name: str) -> str:
    return f"{_FILE}{name}"


def _shown_by(db: Session, file: MediaFile) -> list[str]:
    """The keys of what is touched when the file is no longer for everybody."""
    materials = db.scalars(select(MaterialFile.material_id).where(MaterialFile.media_id == file.id))
    logos = db.scalars(select(Organisation.id).where(Organisation.logo_id == file.id))
    return [*(f"material:{one}" for one in materials), *(f"organisation:{one}" for one in logos)]
