"""Keep what a draft said before it is saved over, and let most of it go in time."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.materials import manuscripts
from peernet.materials.earlier.models import EarlierDraft
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialDraft

# Everything of the last hour is kept, then the last state of each hour for a day, then the last one of each day.
_ALL, _HOURLY = timedelta(hours=1), timedelta(days=1)
# What somebody typed that met a saving of somebody else's waits as long for them.
_ASIDE = timedelta(days=30)
_AT_ONCE = 500


def keep(db: Session, draft: MaterialDraft) -> EarlierDraft:
    """Keep what the draft says, before it says something else."""
    row = EarlierDraft(
        material_id=draft.material_id,
        version=draft.version,
        base=draft.base,
        saved_at=draft.saved_at,
        saved_by_id=draft.saved_by_id,
    )
    manuscripts.write_into(row, manuscripts.of_draft(draft))
    db.add(row)
    return row


def set_aside(db: Session, material: Material, person_id: int | None, *, version: int, manuscript: Manuscript) -> None:
    """Keep what somebody typed while another saved: the last of it, for each person and material."""
    mine = (EarlierDraft.saved_by_id == person_id, EarlierDraft.is_aside)
    before = delete(EarlierDraft).where(EarlierDraft.material_id == material.id, *mine)
    db.execute(before, execution_options={"synchronize_session": False})
    row = EarlierDraft(
        material_id=material.id,
        version=version,
        base=material.number,
        saved_at=clock.now(),
        saved_by_id=person_id,
        is_aside=True,
    )
    manuscripts.write_into(row, manuscript)
    db.add(row)


def common(db: Session, material: Material, version: int) -> Manuscript | None:
    """What both had before them who made something else of the draft of that version: the nearest state that is kept;
    None where there is none."""
    if version == 0:
        return manuscripts.of_published(db, material, material.current) if material.current else None
    found = select(EarlierDraft).where(
        EarlierDraft.material_id == material.id, EarlierDraft.version <= version, ~EarlierDraft.is_aside
    )
    if material.draft is not None:
        found = found.where(EarlierDraft.base == material.draft.base)
    row = db.scalars(found.order_by(EarlierDraft.id.desc()).limit(1)).first()
    return manuscripts.of_draft(row) if row is not None else None


def forget(db: Session, draft: MaterialDraft) -> None:
    """A draft is thrown away, and its earlier states with it."""
    states = delete(EarlierDraft).where(EarlierDraft.material_id == draft.material_id, EarlierDraft.base == draft.base)
    db.execute(states, execution_options={"synchronize_session": False})


def thin(db: Session) -> int:
    """Let go of states that lie too close together; gives how many. By the clock."""
    now = clock.now()
    rows = db.execute(
        select(EarlierDraft.id, EarlierDraft.material_id, EarlierDraft.saved_at)
        .where(EarlierDraft.saved_at < now - _ALL, ~EarlierDraft.is_aside)
        .order_by(EarlierDraft.material_id, EarlierDraft.id)
    )
    aside = select(EarlierDraft.id).where(EarlierDraft.saved_at < now - _ASIDE, EarlierDraft.is_aside)
    gone = [*_superfluous(rows, now), *db.scalars(aside)]
    for start in range(0, len(gone), _AT_ONCE):
        chunk = gone[start : start + _AT_ONCE]
        db.execute(
            delete(EarlierDraft).where(EarlierDraft.id.in_(chunk)), execution_options={"synchronize_session": False}
        )
    return len(gone)


def _superfluous(rows: Iterable[Row[int, int, datetime]], now: datetime) -> Iterator[int]:
    """Those that a later one of the same material, and of the same hour or day, stands for."""
    last: dict[tuple[int, str], int] = {}
    for row_id, material_id, saved_at in rows:
        stretch = saved_at.strftime("%Y-%m-%d %H" if saved_at > now - _HOURLY else "%Y-%m-%d")
        earlier = last.get((material_id, stretch))
        if earlier is not None:
            yield earlier
        last[(material_id, stretch)] = row_id
