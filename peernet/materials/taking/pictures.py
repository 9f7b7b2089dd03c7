"""Pictures that come along: public ones only, in kinds that every reader can show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from peernet.media import store
from peernet.media.models import MediaFile

# So wide at most: twice the column of a text, for sharp screens and for print.
_WIDTH = 1600
# Bytes of pictures in one file; what comes after them leaves its alternative text.
_MOST = 40_000_000
_FORMATS = ("WEBP", "AVIF", "JPEG", "PNG")


@dataclass(frozen=True)
class Picture:
    """A picture in a book: its file name there, its MIME type, and where its bytes lie."""

    name: str
    mime: str
    row: MediaFile

    def whole(self) -> bytes:
        """As an EPUB holds it: JPEG and PNG as they are, other kinds as JPEG (EPUB 3.3, section 3.2, core media)."""
        return store.read(self.row) if self.mime == self.row.kind else _as_jpeg(self.row)

    def small(self) -> tuple[str, bytes]:
        """MIME type and bytes of the copy for screens."""
        return store.mime_of(self.row, _WIDTH), store.read(self.row, _WIDTH)


def public(rows: Iterable[MediaFile]) -> Mapping[str, Picture]:
    """Those of these images that everybody may fetch and whose bytes are there, by their address."""
    found: dict[str, Picture] = {}
    total = 0
    for row in sorted(rows, key=lambda row: row.id):
        if row.audience == "public" and row.is_image and store.is_there(row):
            total += store.size_of(row)
            if total <= _MOST:
                found[row.url] = _picture(row)
    return found


def _picture(row: MediaFile) -> Picture:
    mime = "image/png" if row.kind == "image/png" else "image/jpeg"
    return Picture(f"{row.name}.{'png' if mime == 'image/png' else 'jpg'}", mime, row)


def _as_jpeg(row: MediaFile) -> bytes:
    """The image on white paper. It is one that this installation encoded itself."""
    made = BytesIO()
    with store.opened(row) as file, Image.open(file, formats=_FORMATS) as image:
        image.thumbnail((_WIDTH, _WIDTH * 4))
        drawn = image.convert("RGBA")
        paper = Image.new("RGBA", drawn.size, "white")
        Image.alpha_composite(paper, drawn).convert("RGB").save(made, "JPEG", quality=85)
    return made.getvalue()
