"""The stretch of a recording that can be heard or seen where it is quoted: cut into a file of its own, so that the
recording itself never becomes public.

It plays as long as the words have consent, all who speak are named under them, and everybody in the recording agrees to
that; its bytes go with the recording. A voice tells whose it is: where somebody's name may not stand, words are all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session, joinedload

from peernet import clock
from peernet.db import Database, Refused
from peernet.jobs import jobs
from peernet.materials import publishing
from peernet.materials.models import Material
from peernet.materials.quotations import access
from peernet.materials.quotations.models import Quotation, Stretch, Wording
from peernet.media import names, store, stretches
from peernet.media.incoming import Brought
from peernet.media.models import MediaFile
from peernet.prompts.models import Attribution
from peernet.roundtables.recordings.models import Recording

JOB = "quotation.cut"
# Longer is no passage: in seconds.
LONGEST = 600


class Plays(StrEnum):
    """Whether a quotation of a recording can be heard, and why not."""

    YES = "yes"
    WAITS = "waits"
    UNNAMED = "unnamed"
    NAMELESS = "nameless"
    ELSEWHERE = "elsewhere"
    LONG = "long"
    UNABLE = "unable"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True)
class Heard:
    """How it stands with one quotation; ``file`` is there where it plays."""

    plays: Plays
    file: MediaFile | None = None
    recording: Recording | None = None


def ask_for(db: Session, stretch: Stretch, recording: Recording) -> None:
    """Have a new stretch cut, if that can be."""
    if recording.media_id is None or stretch.was_unnamed or _is_long(stretch) or not stretches.is_able():
        return
    stretch.source_id = recording.media_id
    db.flush()
    jobs.enqueue(db, JOB, {"quotation_id": stretch.quotation_id}, key=f"{JOB}:{stretch.quotation_id}")


def work_out(database: Database, payload: dict[str, Any]) -> Callable[[Session], None]:
    """Do the job: cut with no transaction open, and give back what keeps the file. A second time nothing is left."""
    made: Brought | None = None
    with database.reading() as db:
        stretch = _waiting(db, payload["quotation_id"])
        source = db.get(MediaFile, stretch.source_id) if stretch is not None else None
        at = (stretch.starts, stretch.ends) if stretch is not None else (0, None)
        if source is not None:
            db.expunge(source)
    if source is not None and at[1] is not None:
        made = stretches.cut(source, starts=at[0], ends=at[1])
    return partial(_keep, quotation_id=payload["quotation_id"], made=made)


def stand(db: Session, quotation: Quotation, wording: Wording) -> Heard:
    """How it stands with a loaded quotation of a recording, in this wording. At most three queries."""
    stretch = quotation.stretch
    assert stretch is not None
    recording = db.get(Recording, stretch.recording_id) if stretch.recording_id is not None else None
    if stretch.is_unnamed or wording.attribution is not Attribution.PERSON:
        return Heard(Plays.UNNAMED if stretch.is_unnamed else Plays.NAMELESS)
    if recording is None or recording.brought_at is None:
        return Heard(Plays.GONE)
    if stretch.source_id is None:
        return Heard(_without_source(stretch, recording), recording=recording)
    if stretch.media_id is None:
        return Heard(Plays.FAILED if stretch.tried_at is not None else Plays.WAITS)
    playing = db.scalars(access.playing([quotation.id])).unique().one_or_none()
    return Heard(Plays.YES, playing.media) if playing is not None else Heard(Plays.GONE)


def forget_due(db: Session) -> int:
    """Remove what was cut from recordings that are there no more, or belongs to no quotation; how many. Where nobody
    can be named any more, that is kept, and the search follows. By the clock."""
    _settle_unnamed(db)
    for stretch in db.scalars(access.stretches_of_gone()).all():
        stretch.media_id = None
    db.flush()
    gone = db.scalars(access.files_of_no_stretch()).all()
    for file in gone:
        _remove(db, file)
    return len(gone)


def follow(db: Session, _payload: dict[str, Any]) -> None:
    """Renew what the search knows of stretches in which nobody can be named by now: at once, not by the clock."""
    _settle_unnamed(db)


def _settle_unnamed(db: Session) -> None:
    found = db.scalars(access.newly_unnamed()).all()
    for stretch in found:
        stretch.was_unnamed = True
    db.flush()
    of_those = Quotation.id.in_([stretch.quotation_id for stretch in found])
    for material in db.scalars(select(Material).where(Material.id.in_(select(Quotation.material_id).where(of_those)))):
        publishing.show_anew(db, material)


def forget(db: Session, stretch: Stretch) -> None:
    """Remove the file of a stretch; its bytes as soon as this is committed."""
    file = db.get(MediaFile, stretch.media_id) if stretch.media_id is not None else None
    stretch.media_id = stretch.source_id = None
    db.flush()
    if file is not None:
        _remove(db, file)


def _remove(db: Session, file: MediaFile) -> None:
    event.listen(db, "after_commit", partial(_drop, file.name), once=True)
    store.remove(db, file)


def _drop(name: str, _db: Session) -> None:
    store.drop(name)


def _is_long(stretch: Stretch) -> bool:
    return stretch.ends is None or stretch.ends - stretch.starts > LONGEST


def _without_source(stretch: Stretch, recording: Recording) -> Plays:
    if recording.url:
        return Plays.ELSEWHERE
    return Plays.LONG if _is_long(stretch) else Plays.UNABLE


def _waiting(db: Session, quotation_id: int) -> Stretch | None:
    """The stretch that is still to be cut, while its recording is the one that it was taken from."""
    own = (Stretch.quotation_id == quotation_id, Stretch.media_id.is_(None), Stretch.source_id.is_not(None))
    # Nothing is cut where nobody can be named any more.
    found = (
        select(Stretch)
        .join(Stretch.recording)
        .where(*own, Recording.media_id == Stretch.source_id, ~Stretch.is_unnamed)
    )
    return db.scalar(found.options(joinedload(Stretch.recording)))


def _keep(db: Session, *, quotation_id: int, made: Brought | None) -> None:
    stretch = _waiting(db, quotation_id)
    if stretch is not None:
        stretch.tried_at = clock.now()
        stretch.media_id = _kept(db, quotation_id, made) if made is not None else None
        material = select(Material).join(Quotation).where(Quotation.id == quotation_id)
        publishing.show_anew(db, db.scalars(material).one())
    if made is not None and not made.is_kept:
        store.drop(made.name)


def _kept(db: Session, quotation_id: int, made: Brought) -> int | None:
    """The id of its row; None where no room is left for it."""
    name = f"clip.{names.ending_of(made.mime)}"
    try:
        # No audience has this key: it is fetched through its quotation alone.
        row = store.keep_brought(db, file=made, filename=name, audience=f"quotation:{quotation_id}", uploaded_by=None)
    except Refused:
        return None
    made.is_kept = True
    return row.id
