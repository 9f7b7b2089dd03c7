"""Files that people brought: the row; the bytes lie in the store under ``name``."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, pk, short, titled


class MediaFile(Base):
    """One file. ``name`` is random; ``audience`` is the audience key of those who may fetch it."""

    __tablename__ = "media_file"

    id: Mapped[pk]
    name: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[short]
    filename: Mapped[titled]
    bytes: Mapped[int] = mapped_column(Integer)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    audience: Mapped[short] = mapped_column(index=True)
    alt: Mapped[str] = mapped_column(default="")
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
