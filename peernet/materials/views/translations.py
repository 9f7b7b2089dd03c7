"""The translations of a material: begun, and said to follow their original again."""

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.materials import access, inputs, translations, words
from peernet.materials.models import Material
from peernet.materials.views.blueprint import blueprint, mine, peek
from peernet.media import store
from peernet.media.images import Prepared, prepare
from peernet.settings import current
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/write/<slug>/translations", endpoint="translations")
@rule(Rule.PERSON)
def listed(slug: str, form: Form | None = None) -> str:
    """What it was made from, or which translations there are."""
    material = mine(slug)
    standing = translations.standing(db(), material)
    return render(
        "materials/translations.html",
        material=material,
        standing=standing,
        others=[] if standing else translations.of_original(db(), material),
        languages=words.languages(*current().network.languages),
        form_state=form,
        words=words,
    )


@blueprint.post("/write/<slug>/translations")
@rule(Rule.PERSON)
@redisplay(listed)
def translate(slug: str) -> ResponseReturnValue:
    """Begin one. Its pictures are copied, which takes time, so they are decoded before the lock."""
    language = read(inputs.TranslateInput).language
    pictures: dict[int, Prepared] = {}
    with database().reading() as session:
        seen = peek(session, access.editable_by(viewer()).where(Material.slug == slug))
        html = seen.current.html if seen.current else ""
        for row in session.scalars(access.files_of(seen.id)):
            if row.media.is_image and row.media.url in html:
                pictures[row.id] = prepare(store.read(row.media))
    material = mine(slug)
    if translations.standing(db(), material):
        abort(404)
    rows = [row for row in db().scalars(access.files_of(material.id)) if row.id in pictures]
    brought = [(row, pictures[row.id]) for row in rows]
    made = translations.begin(db(), viewer(), material, language=language, brought=brought)
    notice(_("The translation is begun with the text as it stands. Name who translates it among those who made it."))
    return redirect_to(".write", slug=made.slug)


@blueprint.post("/write/<slug>/translations/follows")
@rule(Rule.PERSON)
def follows(slug: str) -> ResponseReturnValue:
    """Say that the translation says what its original says now."""
    standing = translations.standing(db(), mine(slug))
    if standing is None:
        abort(404)
    translations.bring_up_to_date(db(), standing)
    notice(_("Saved."))
    return redirect_to(".translations", slug=slug)
