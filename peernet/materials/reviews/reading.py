"""What a reviewer reads: the text that was sent last, with the quotations that they may see, their own comments in
their places, and what changed since they decided."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet.materials import access as materials
from peernet.materials import licences
from peernet.materials.kinds import listing
from peernet.materials.kinds.particulars import of_json
from peernet.materials.models import Material, MaterialFile
from peernet.materials.quotations import showing
from peernet.materials.quotations.showing import Quoted
from peernet.materials.reviews import access, commenting, texts
from peernet.materials.reviews.commenting import Placed
from peernet.materials.reviews.models import Decision, Reviewer, Text
from peernet.materials.versions import Difference
from peernet.media.models import MediaFile
from peernet.web.viewer import Viewer

_FILE = re.compile(r'<(?:img [^>]*|a [^>]*?href="/media/[^>]*)>')


@dataclass(frozen=True)
class Reading:
    """Everything on a reviewer's page. ``digest`` is that of the text with its quotations as they are worded now;
    ``beside`` is what stands beside it because of its kind; ``decided`` is their last decision, ``difference`` what
    changed since, if anything did; ``film`` is where the material's own film plays."""

    text: Text
    digest: str
    placed: Placed
    quoted: Mapping[str, Quoted]
    named: list[str]
    beside: list[tuple[str, str]]
    licence: str
    decided: Decision | None
    difference: Difference | None
    film: str = ""

    @property
    def is_decided(self) -> bool:
        """Whether their decision is about this text."""
        return self.decided is not None and self.decided.digest == self.digest


def of(db: Session, reviewer: Reviewer, *, base: str) -> Reading:
    """The page of a reviewer whose addresses begin with ``base``, in a constant number of queries."""
    material = reviewer.round.material
    text = db.scalars(access.texts_of(reviewer.round_id).limit(1)).one()
    show = showing.of_draft if sees_all(db, reviewer) else showing.agreed
    comments = db.scalars(access.own_comments(reviewer.id)).all()
    decisions = db.scalars(access.own_decisions([reviewer.id])).all()
    decided = decisions[-1] if decisions else None
    return Reading(
        text=text,
        digest=texts.of_text(db, material.id, text).whole,
        placed=commenting.placed(with_images(text.html, base), comments),
        quoted=show(db, material.id, text.html),
        named=texts.named(text),
        beside=listing.entries(db, of_json(text.particulars)),
        licence=licences.find(text.licence).name,
        decided=decided,
        difference=_difference(db, decided, text, material.id),
        film=_film(db, material.id, text, base),
    )


def sees_all(db: Session, reviewer: Reviewer) -> bool:
    """Whether they may read quotations that nobody has agreed to yet: those who write the material."""
    if reviewer.person_id is None:
        return False
    writing = materials.editable_by(Viewer(person_id=reviewer.person_id))
    found = writing.where(Material.id == reviewer.round.material_id)
    return db.scalars(found).unique().one_or_none() is not None


def with_images(html: str, base: str) -> str:
    """A text whose images and files are fetched through the page of its reader, who holds no other right to them."""
    return _FILE.sub(lambda tag: tag[0].replace("/media/", f"{base}/media/"), html)


def image_of(db: Session, reviewer: Reviewer, name: str) -> MediaFile | None:
    """An image of the text that a reviewer reads, a file that it leads to, or its film."""
    text = db.scalars(access.texts_of(reviewer.round_id).limit(1)).one()
    film = of_json(text.particulars).film
    if f"/media/{name}" not in text.html and not film:
        return None
    found = materials.files_of(reviewer.round.material_id).join(MaterialFile.media).where(MediaFile.name == name)
    row = db.scalars(found).first()
    if row is None or (row.media.url not in text.html and row.path != film):
        return None
    return row.media


def _film(db: Session, material_id: int, text: Text, base: str) -> str:
    """Where the film plays that the text has as its own. No query without one."""
    film = of_json(text.particulars).film
    found = materials.files_of(material_id).where(MaterialFile.path == film)
    row = db.scalars(found).first() if film else None
    return f"{base}{row.media.url}" if row is not None else ""


def _difference(db: Session, decided: Decision | None, text: Text, material_id: int) -> Difference | None:
    if decided is None or decided.text_id == text.id:
        return None
    before = db.scalar(access.texts_of(text.round_id).where(Text.id == decided.text_id))
    return texts.difference(db, before, text, material_id) if before is not None else None
