"""Films, recordings and papers of a material: brought while it is written, public once a published version has them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials import images, manuscripts, writing
from peernet.materials.models import Material, MaterialFile, MaterialVersion
from peernet.media import store
from peernet.media.incoming import Brought
from peernet.media.models import MediaFile
from peernet.web.viewer import Viewer


def bring(db: Session, viewer: Viewer, material: Material, *, file: Brought, filename: str, title: str) -> MaterialFile:
    """Keep a file for a material that is being written. Only those who write it can fetch it until it is published.
    Raises Refused where a quota is used up."""
    images.check_quota(db, material, file.size, field="file")
    audience = images.working_audience(material, viewer.person_id)
    media = store.keep_brought(
        db, file=file, filename=filename, audience=audience, uploaded_by=viewer.person_id, alt=title, field="file"
    )
    row = MaterialFile(material_id=material.id, media=media, path=images.free_path(db, material, filename, file.mime))
    db.add(row)
    db.flush()
    return row


def choose(db: Session, viewer: Viewer, material: Material, row: MaterialFile | None, *, version: int) -> None:
    """Let the draft have this film or recording as its own, in the place of any other; or none. Raises Conflict."""
    if material.draft is not None:
        before = manuscripts.of_draft(material.draft)
    else:
        assert material.current is not None
        before = manuscripts.of_published(db, material, material.current)
    film = row.path if row else ""
    manuscript = replace(before, particulars=replace(before.particulars, film=film))
    writing.save(db, viewer, material, version=version, manuscript=manuscript)


def remove(db: Session, material: Material, row: MaterialFile, versions: Iterable[MaterialVersion]) -> None:
    """Take a file away. Refused while a published version has it, or the draft as its film."""
    if material.draft is not None and material.draft.particulars.get("film") == row.path:
        raise Refused(_("This is the material’s own film. Choose another one first, or none."))
    shown = "".join(version.html + _film_of(version, row) for version in versions)
    images.remove(db, row, shown_in=shown)


def own(rows: Sequence[MaterialFile], film: str) -> MediaFile | None:
    """The film or recording that a text has as its own."""
    found = (row.media for row in rows if row.path == film and (row.media.is_film or row.media.is_sound))
    return next(found, None) if film else None


def linked(rows: Sequence[MaterialFile], html: str) -> list[MediaFile]:
    """The films, recordings and papers that a text leads to, in the order in which they came."""
    return [row.media for row in rows if not row.media.is_image and row.media.url in html]


def markdown_line(row: MaterialFile) -> str:
    """What leads to the file in a text."""
    return f"[{images.escaped(row.media.alt or row.media.filename)}]({row.path})"


def _film_of(version: MaterialVersion, row: MaterialFile) -> str:
    return row.media.url if version.particulars.get("film") == row.path else ""
