"""Images of a material: brought while it is written, public once a published version shows them."""

import posixpath
import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials import access
from peernet.materials.models import Material, MaterialFile
from peernet.media import names, quotas, store
from peernet.media.images import Prepared
from peernet.settings import current
from peernet.text.slugs import slugify
from peernet.web.viewer import Viewer


def bring(db: Session, viewer: Viewer, material: Material, *, image: Prepared, filename: str, alt: str) -> MaterialFile:
    """Keep an image for a material that is being written. Only those who write it can fetch it until it is published.

    Raises Refused without an alternative text, and where the person's quota is used up.
    """
    if not alt.strip():
        raise Refused(_("Say what the image shows, for those who do not see it."), field="alt")
    audience = working_audience(material, viewer.person_id)
    check_quota(db, material, image.size, field="image")
    media = store.keep(
        db, data=image, filename=filename, audience=audience, uploaded_by=viewer.person_id, alt=alt, field="image"
    )
    path = free_path(db, material, filename, image.mime)
    row = MaterialFile(material_id=material.id, media=media, path=path)
    db.add(row)
    db.flush()
    return row


def check_quota(db: Session, material: Material, size: int, *, field: str) -> None:
    """Whether the material's cohort may keep so many bytes more. Raises Refused at ``field``."""
    if material.cohort_id is not None:
        quotas.hold(db)
        kept = db.scalar(access.bytes_of_cohort(material.cohort_id)) or 0
        quotas.refuse_beyond(kept + size, current().media.cohort_quota_bytes, _beyond_cohort(), field=field)


def _beyond_cohort() -> str:
    return _("The files of this cohort would take more than %(most)s MB. Remove some first.")


def remove(db: Session, row: MaterialFile, *, shown_in: str) -> None:
    """Take an image or another file away. Refused while a published text has it; ``shown_in`` is all such HTML."""
    if row.media.url in shown_in:
        if row.media.is_image:
            raise Refused(_("A published version shows this image. Its readers keep it."))
        raise Refused(_("A published version has this file. Its readers keep it."))
    db.delete(row)
    db.flush()  # the row points at the file, and what is known of it goes with it
    store.remove(db, row.media)


def remove_all(db: Session, material: Material) -> None:
    """Take all files of a material that was never published away."""
    for row in db.scalars(access.files_of(material.id)).all():
        remove(db, row, shown_in="")


def show(db: Session, material: Material, html: str, film: str = "") -> None:
    """Let everybody fetch the images that a published text shows, the files that it leads to, and its own film."""
    if "/media/" not in html and not film:
        return
    for row in db.scalars(access.files_of(material.id)).all():
        if (row.media.url in html or row.path == film) and row.media.audience != "public":
            store.set_audience(db, row.media, "public")


def hide(db: Session, material: Material, viewer: Viewer) -> None:
    """Take the files of a withdrawn material from the public."""
    for row in db.scalars(access.files_of(material.id)).all():
        store.set_audience(db, row.media, working_audience(material, viewer.person_id))


def markdown_line(row: MaterialFile) -> str:
    """The line that shows the image in a text."""
    return f"![{escaped(row.media.alt)}]({row.path})"


def escaped(words: str) -> str:
    """Words as they stand in the square brackets of Markdown."""
    return re.sub(r"([\[\]\\])", r"\\\1", " ".join(words.split()))


def working_audience(material: Material, person_id: int | None) -> str:
    """Who may fetch a file while its material is written."""
    if material.cohort_id is not None:
        return f"facilitators:{material.cohort_id}"
    return f"person:{person_id}"


def free_path(db: Session, material: Material, filename: str, mime: str) -> str:
    """The name by which the text has the file: "images/who-decides/river-map.png", unlike that of any other."""
    kind = "image" if mime.startswith("image/") else "file"
    stem = slugify(posixpath.splitext(filename.replace("\\", "/").rsplit("/", 1)[-1])[0], length=60) or kind
    taken = set(db.scalars(select(MaterialFile.path).where(MaterialFile.material_id == material.id)))
    number = 1
    while (
        path := f"{kind}s/{material.slug}/{stem}{f'-{number}' if number > 1 else ''}.{names.ending_of(mime)}"
    ) in taken:
        number += 1
    return path
