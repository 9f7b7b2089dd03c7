"""Whose the pictures and files of a material are."""

from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.materials import access, assets, attribution, inputs, licences
from peernet.materials import parts as checking
from peernet.materials.models import Material, MaterialFile, MaterialState
from peernet.materials.views.blueprint import (
    blueprint,
    manuscript_of,
    may_publish,
    mine,
    mine_to_publish,
    refuse_words_of_answers,
)
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load
from peernet.web.rules import Rule, rule


@blueprint.get("/write/<slug>/assets", endpoint="assets")
@rule(Rule.PERSON)
def listed(slug: str) -> str:
    """Every picture, what is said of it, and whether it may stand there."""
    material = mine(slug)
    licence = manuscript_of(db(), material).licence
    rows = list(db().scalars(access.files_of(material.id)))
    entries = [(row, attribution.of_file(row), checking.sentence(row.asset, licence)) for row in rows]
    return render("materials/assets.html", material=material, entries=entries, licence=licences.find(licence))


@blueprint.get("/write/<slug>/assets/<int:file_id>")
@rule(Rule.PERSON)
def asset(slug: str, file_id: int, form: Form | None = None) -> str:
    """What is said of one."""
    material = mine(slug)
    row = _file(material, file_id)
    return render(
        "materials/asset.html",
        material=material,
        row=row,
        form_state=form or Form(_as_form(row)),
        version=row.asset.version if row.asset else 0,
        licences=licences.LICENCES,
        reserved=licences.RESERVED,
        may_say=not _is_out(material, row) or may_publish(material),
    )


@blueprint.post("/write/<slug>/assets/<int:file_id>")
@rule(Rule.PERSON)
@redisplay(asset)
def say(slug: str, file_id: int) -> ResponseReturnValue:
    """Keep it. What readers see already is said by who may publish."""
    given = read(inputs.AssetInput)
    refuse_words_of_answers(given.title, given.creator, given.changes, given.permission)
    material = mine(slug)
    row = _file(material, file_id)
    if _is_out(material, row):
        material = mine_to_publish(slug)
    assets.state(db(), material, row, given.said(), version=given.version)
    notice(_("Saved."))
    return redirect_to(".assets", slug=slug)


def _file(material: Material, file_id: int) -> MaterialFile:
    row: MaterialFile = load(access.files_of(material.id).where(MaterialFile.id == file_id))
    return row


def _is_out(material: Material, row: MaterialFile) -> bool:
    return material.state is MaterialState.PUBLISHED and assets.is_public(row)


def _as_form(row: MaterialFile) -> dict[str, str]:
    asset = row.asset
    if asset is None:
        return {}
    said = {name: getattr(asset, name) for name in ("title", "creator", "source_url", "changes", "permission")}
    listed = asset.licence in ("", licences.RESERVED) or licences.is_listed(asset.licence)
    return said | {"licence": asset.licence if listed else "", "licence_url": "" if listed else asset.licence}
