"""Files that people brought: the row; the bytes lie in the store under ``name``."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, pk, short, titled
from peernet.media import names

# Widths in pixels that an image is kept in beside its own, for screens that need no more.
WIDTHS = (480, 960, 1600)


class MediaFile(Base):
    """One file. ``name`` is random; ``kind`` is its MIME type, of an image in its own width; ``bytes`` is all that it
    takes, with smaller copies of an image; ``sha256`` is of what was brought; ``audience`` is the audience key of those
    who may fetch it."""

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

    @property
    def is_image(self) -> bool:
        """Whether it is shown, rather than played or taken away."""
        return self.kind.startswith("image/")

    @property
    def is_film(self) -> bool:
        """Whether it is watched."""
        return self.kind.startswith("video/")

    @property
    def is_sound(self) -> bool:
        """Whether it is listened to."""
        return self.kind.startswith("audio/")

    @property
    def format(self) -> str:
        """What people call its kind: MP4, PDF."""
        return names.ending_of(self.kind).upper()

    @property
    def url(self) -> str:
        """Path at which the file is fetched; ``?w=480`` asks for a smaller copy."""
        return f"/media/{self.name}"

    @property
    def widths(self) -> list[int]:
        """Widths of the smaller copies, ascending."""
        return smaller_than(self.width or 0)

    @property
    def srcset(self) -> str:
        """The copies and the image itself as HTML's srcset; empty where there is one width only."""
        if not self.widths:
            return ""
        return ", ".join([*(f"{self.url}?w={width} {width}w" for width in self.widths), f"{self.url} {self.width}w"])


def smaller_than(width: int) -> list[int]:
    """The kept widths that are worth a copy of an image of ``width``."""
    return [kept for kept in WIDTHS if kept * 1.1 < width]
