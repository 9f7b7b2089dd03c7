"""The translations of a material: begun, and said to follow their original again."""

from contextlib import ExitStack

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.i18n import choosing
from peernet.i18n import gettext as _
from peernet.materials import access, inputs, translations, words
from peernet.materials.models import Material
from peernet.materials.views.blueprint import blueprint, mine, peek
from peernet.media import incoming, store
from peernet.media.images import Prepared, prepare
from peernet.media.incoming import Brought
from peernet.media.models import MediaFile
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
        languages=choosing.languages(*current().network.languages),
        form_state=form,
        words=words,
    )


@blueprint.post("/write/<slug>/translations")
@rule(Rule.PERSON)
@redisplay(listed)
def translate(slug: str) -> ResponseReturnValue:
    """Begin one. Its files are copied, which takes time, so that is done before the lock."""
    language = read(inputs.TranslateInput).language
    with database().reading() as session:
        seen = peek(session, access.editable_by(viewer()).where(Material.slug == slug))
        is_made = translations.standing(session, seen) is not None
        files = translations.files_of(session, seen)
    if is_made:
        abort(404)
    with ExitStack() as held:
        copies = {row.id: _copy(row.media, held) for row in files}
        material = mine(slug)
        rows = [row for row in db().scalars(access.files_of(material.id)) if row.id in copies]
        brought = [(row, copies[row.id]) for row in rows]
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


def _copy(media: MediaFile, held: ExitStack) -> Prepared | Brought:
    return prepare(store.read(media)) if media.is_image else held.enter_context(incoming.copied(media))
