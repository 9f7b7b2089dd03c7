"""How much may be kept: by one person, and by all together. What a cohort may keep its rooms ask here as well."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from peernet.db import Refused, take_turn
from peernet.i18n import gettext as _
from peernet.media import access
from peernet.media.images import megabytes
from peernet.media.models import MediaFile
from peernet.settings import current


def check(db: Session, person_id: int | None, size: int, *, field: str) -> None:
    """Whether so many bytes more may be kept, of a person or of nobody. Raises Refused at ``field``."""
    hold(db)
    limits = current().media
    if person_id is not None:
        beyond = _("Your files would take more than %(most)s MB. Remove some first.")
        refuse_beyond(of_person(db, person_id) + size, limits.quota_bytes, beyond, field=field)
    beyond = _("The files of this network would take more than %(most)s MB. Ask its administrators for more room.")
    refuse_beyond(of_network(db) + size, limits.network_quota_bytes, beyond, field=field)


def hold(db: Session) -> None:
    """Let nobody else keep a file until this transaction ends, so that two at once count each other."""
    take_turn(db, "media.quota")


def refuse_beyond(size: int, most: int, sentence: str, *, field: str) -> None:
    """Raise Refused in these words, in which ``%(most)s`` stands for the limit, if that is more than the limit."""
    if size > most:
        raise Refused(sentence % {"most": megabytes(most)}, field=field)


def of_person(db: Session, person_id: int) -> int:
    """Bytes that a person's files take."""
    mine = access.held_by(person_id).order_by(None).subquery()
    return int(db.scalar(select(func.coalesce(func.sum(mine.c.bytes), 0))) or 0)


def of_network(db: Session) -> int:
    """Bytes that all files take."""
    return int(db.scalar(all_bytes()) or 0)


def all_bytes() -> Select[int]:
    """The same as a statement, for whoever counts other things as well."""
    return select(func.coalesce(func.sum(MediaFile.bytes), 0))
