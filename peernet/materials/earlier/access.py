"""Earlier states of a material that was itself loaded by somebody who may write it."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, load_only

from peernet.materials.earlier.models import EarlierDraft

# So many are listed; with one a day beyond yesterday that is more than half a year.
MOST = 300


def of_material(material_id: int) -> Select[EarlierDraft, int]:
    """The states of a loaded material, the last one first: how many characters each text has, and not the text."""
    shown = (EarlierDraft.saved_at, EarlierDraft.title, EarlierDraft.is_aside, EarlierDraft.saved_by_id)
    length = func.length(EarlierDraft.source)
    return _of(material_id).options(load_only(*shown)).add_columns(length).limit(MOST)


def some_of_material(material_id: int, ids: list[int]) -> Select[EarlierDraft]:
    """These states of a loaded material, whole."""
    return _of(material_id).where(EarlierDraft.id.in_(ids))


def _of(material_id: int) -> Select[EarlierDraft]:
    found = select(EarlierDraft).where(EarlierDraft.material_id == material_id)
    return found.options(joinedload(EarlierDraft.saved_by)).order_by(EarlierDraft.id.desc())
