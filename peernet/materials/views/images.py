"""Images of a material: brought and taken away."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.materials import access, images, inputs
from peernet.materials.models import Material, MaterialFile
from peernet.materials.views.blueprint import blueprint, mine, peek
from peernet.materials.views.editor import write
from peernet.media.images import prepare
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.post("/write/<slug>/images")
@rule(Rule.PERSON)
@redisplay(write)
def add_image(slug: str) -> ResponseReturnValue:
    """Bring an image by the form."""
    notice(_("The image is here. Copy its line into the text: %(line)s", line=_bring(slug)))
    return redirect_to(".write", slug=slug, anchor="images")


@blueprint.post("/write/<slug>/images/drop")
@rule(Rule.PERSON)
def drop_image(slug: str) -> Response:
    """Bring an image that was dropped or pasted; the line that shows it goes back to the script."""
    return Response(_bring(slug), status=201, mimetype="text/plain")


def _bring(slug: str) -> str:
    """Decoding takes time, so whether the viewer may is asked before and after."""
    given = read(inputs.ImageInput)
    with database().reading() as session:
        peek(session, access.editable_by(viewer()).where(Material.slug == slug))
    file = request.files.get("image")
    filename = (file and file.filename) or ""
    image = prepare(file.read() if file else b"", field="image", filename=filename)
    row = images.bring(db(), viewer(), mine(slug), image=image, filename=filename or "image", alt=given.alt)
    return images.markdown_line(row)


def _editor(slug: str, file_id: int, form: Form | None = None) -> str:
    return write(slug, form)


@blueprint.post("/write/<slug>/images/<int:file_id>/remove")
@rule(Rule.PERSON)
@redisplay(_editor)
def remove_image(slug: str, file_id: int) -> ResponseReturnValue:
    """Take an image away that no published version shows."""
    material = mine(slug)
    row: MaterialFile = load(access.files_of(material.id).where(MaterialFile.id == file_id))
    shown = "".join(version.html for version in db().scalars(access.versions_of(material.id)))
    images.remove(db(), row, shown_in=shown)
    notice(_("The image is removed."))
    return redirect_to(".write", slug=slug, anchor="images")
