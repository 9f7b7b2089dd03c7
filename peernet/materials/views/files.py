"""Films, recordings and papers of a material: a page of their own, bringing one, choosing the film, taking one away."""

from flask import request
from flask.typing import ResponseReturnValue

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials import access, inputs, recordings
from peernet.materials.models import Material, MaterialFile
from peernet.materials.views.blueprint import (
    blueprint,
    manuscript_of,
    mine,
    peek,
    refuse_words_of_answers,
    seen_version,
)
from peernet.media import incoming
from peernet.media.images import megabytes
from peernet.settings import current
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule
from peernet.web.uploads import takes


def _may_write(slug: str) -> bool:
    with database().reading() as session:
        editable = access.editable_by(viewer()).where(Material.slug == slug)
        return session.scalars(editable).unique().one_or_none() is not None


@blueprint.get("/write/<slug>/files")
@rule(Rule.PERSON)
def files(slug: str, form: Form | None = None) -> str:
    """What was brought, and how the text has it."""
    material = mine(slug)
    rows = [row for row in db().scalars(access.files_of(material.id)) if not row.media.is_image]
    limits = current().media
    return render(
        "materials/files.html",
        material=material,
        form_state=form,
        version=seen_version(form, material),
        rows=[(row, recordings.markdown_line(row)) for row in rows],
        film=manuscript_of(db(), material).particulars.film,
        used=db().scalar(access.bytes_of_cohort(material.cohort_id)) if material.cohort_id else None,
        quota=limits.cohort_quota_bytes,
        most_film=megabytes(limits.max_film_bytes),
        most_document=megabytes(limits.max_document_bytes),
    )


@blueprint.post("/write/<slug>/files")
@rule(Rule.PERSON)
@takes(incoming.most_bytes, of=_may_write)
@redisplay(files)
def add_file(slug: str) -> ResponseReturnValue:
    """Bring a file. It is looked through before the lock, so whether the viewer may is asked before and after."""
    given = read(inputs.FileInput)
    with database().reading() as session:
        peek(session, access.editable_by(viewer()).where(Material.slug == slug))
    refuse_words_of_answers(given.title)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Refused(_("Choose a file."), field="file")
    with incoming.taken(sent.stream, filename=sent.filename) as file:
        recordings.bring(db(), viewer(), mine(slug), file=file, filename=sent.filename, title=given.title)
    notice(_("The file is here. Only those who write this material can open it until it is published."))
    return redirect_to(".files", slug=slug)


@blueprint.post("/write/<slug>/files/film")
@rule(Rule.PERSON)
@redisplay(files)
def choose_film(slug: str) -> ResponseReturnValue:
    """Let the material have one of them as its own film, or none."""
    given = read(inputs.FilmInput)
    material = mine(slug)
    recordings.choose(db(), viewer(), material, _file(material.id, given.film), version=given.version)
    notice(_("Saved. Only those who write this material see the draft."))
    return redirect_to(".files", slug=slug)


def _page(slug: str, file_id: int, form: Form | None = None) -> str:
    return files(slug, form)


@blueprint.post("/write/<slug>/files/<int:file_id>/remove")
@rule(Rule.PERSON)
@redisplay(_page)
def remove_file(slug: str, file_id: int) -> ResponseReturnValue:
    """Take a file away that no published version has."""
    material = mine(slug)
    row = _file(material.id, file_id)
    if row is not None:
        recordings.remove(db(), material, row, db().scalars(access.versions_of(material.id)))
    notice(_("The file is removed."))
    return redirect_to(".files", slug=slug)


def _file(material_id: int, file_id: int | None) -> MaterialFile | None:
    if file_id is None:
        return None
    row: MaterialFile = load(access.files_of(material_id).where(MaterialFile.id == file_id))
    return row
