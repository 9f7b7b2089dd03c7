"""How somebody wishes to be named with a material."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.db import Base, choice, pk, titled
from peernet.materials.models import Material


class Wish(StrEnum):
    """By name, as they write it; by their organisation alone; not at all, which lets the material be published; or no:
    it is not published as long as they are among those who made it."""

    NAME = "name"
    ORGANISATION = "organisation"
    UNNAMED = "unnamed"
    REFUSED = "refused"


class Contributor(Base):
    """Somebody with an account among those who made a material, and what they said of being named with it.

    ``wish`` is None until they answered; ``name`` is the name as they write it. Their lines in a draft or a version
    name the person and hold no name.
    """

    __tablename__ = "material_contributor"
    __table_args__ = (UniqueConstraint("material_id", "person_id"),)

    id: Mapped[pk]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    wish: Mapped[Wish | None] = mapped_column(choice(Wish))
    name: Mapped[titled] = mapped_column(default="")
    asked_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    material: Mapped[Material] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
