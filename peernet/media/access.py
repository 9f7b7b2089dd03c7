"""Who may fetch a file: those who hold its audience key, asked at every fetch."""

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from peernet.media.models import MediaFile


def visible_to(audiences: Collection[str]) -> Select[MediaFile]:
    """The files that a holder of these audience keys may fetch. ``public`` must be among them to be granted."""
    return select(MediaFile).where(MediaFile.audience.in_(sorted(audiences)))


def find(db: Session, name: str, audiences: Collection[str]) -> MediaFile | None:
    """The file of that name, if one of the keys grants it."""
    return db.scalar(visible_to(audiences).where(MediaFile.name == name))


def known(db: Session, digest: str, audience: str) -> MediaFile | None:
    """A file made of the same bytes (SHA-256 in hex) for the same audience: an import brings nothing twice."""
    same = select(MediaFile).where(MediaFile.sha256 == digest, MediaFile.audience == audience)
    return db.scalar(same.order_by(MediaFile.id).limit(1))


def all_names() -> Select[str]:
    """The names of all files, for the sweep."""
    return select(MediaFile.name)


def held_by(person_id: int) -> Select[MediaFile]:
    """What a person brought, for quota, export and erasure."""
    return select(MediaFile).where(MediaFile.uploaded_by_id == person_id).order_by(MediaFile.id)
