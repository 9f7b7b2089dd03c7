"""What can be found: one plain row for each thing and audience; the full-text index follows it by triggers."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, pk, short, titled


class SearchRow(Base):
    """A copy of a thing's words for those who hold ``audience``. ``ref`` is its id within its ``kind``."""

    __tablename__ = "search_row"
    __table_args__ = (UniqueConstraint("kind", "ref", "audience"),)

    id: Mapped[pk]
    kind: Mapped[short]
    ref: Mapped[short]
    audience: Mapped[short] = mapped_column(index=True)
    title: Mapped[titled]
    text: Mapped[str]
    language: Mapped[short]
    url: Mapped[str]
    # What is looked up where it is not what is written, on SQLite; vectors of PostgreSQL are made of it.
    spelled_title: Mapped[str | None]
    spelled_text: Mapped[str | None]
