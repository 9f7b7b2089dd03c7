"""A state of a draft that was saved over."""

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.db import Base, pk
from peernet.materials.models import Written


class EarlierDraft(Written, Base):
    """What a draft said before it was saved over; read by those who may write the material, like the draft.

    ``version`` is that of the draft it was. ``is_aside``: it never was the draft, because somebody else had saved
    meanwhile; then ``version`` is that of the draft which it changed.
    """

    __tablename__ = "material_draft_earlier"

    id: Mapped[pk]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    is_aside: Mapped[bool] = mapped_column(default=False)
    saved_by: Mapped[Person | None] = relationship(lazy="raise")
