"""Where things stood before."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, Slug, pk, short


class FormerAddress(Base):
    """A slug that something had until ``left_at``. ``kind`` is the table of the thing, ``thing_id`` its row there.

    Together with the slugs that things have now no slug of a kind is given twice; ``moving`` sees to that.
    ``was_public``: whether everybody could come to it; of another one readers are told nothing, also when the thing is
    public now.
    """

    __tablename__ = "former_address"
    __table_args__ = (UniqueConstraint("kind", "slug"), Index(None, "kind", "thing_id"))

    id: Mapped[pk]
    kind: Mapped[short]
    slug: Mapped[Slug]
    thing_id: Mapped[int] = mapped_column()
    left_at: Mapped[datetime]
    was_public: Mapped[bool]
