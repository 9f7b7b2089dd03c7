"""What somebody says of a roundtable when it is over."""

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, Versioned


class Feedback(Versioned, Base):
    """The answers of one person or guest, any of which may be left out. ``id`` is drawn by lot and no time is kept, so
    that nothing tells an order. Whose it is stands there only as long as they may change it: then answers stay without,
    or go where fewer than three organisations gave one."""

    __tablename__ = "roundtable_feedback"
    __table_args__ = (
        UniqueConstraint("roundtable_id", "person_id"),
        UniqueConstraint("roundtable_id", "guest_id"),
        CheckConstraint("person_id IS NULL OR guest_id IS NULL", name="one_at_most"),
        CheckConstraint("worth BETWEEN 1 AND 5", name="worth"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guest.id", ondelete="CASCADE"), index=True)
    worth: Mapped[int | None] = mapped_column(Integer)
    will: Mapped[str] = mapped_column(default="")
    change: Mapped[str] = mapped_column(default="")
