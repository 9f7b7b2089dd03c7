"""Quoting a clip of a recording: who speaks in it, and the wording. For those who lead the cohort."""

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.materials.models import Material
from peernet.materials.quotations import clips, inputs, quoting, words
from peernet.materials.quotations.clips import Heard
from peernet.materials.quotations.views.making import placed
from peernet.materials.views.blueprint import blueprint, mine
from peernet.prompts import access as prompts
from peernet.text import markdown
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/write/<slug>/quotations/clips/<int:clip_id>")
@rule(Rule.PERSON)
def new_clip_quotation(slug: str, clip_id: int, form: Form | None = None) -> str:
    """The wording of a new quotation, filled in with what is said in the clip."""
    material = mine(slug)
    heard = _heard(material, clip_id)
    blank = {"text": heard.text[: quoting.MOST], "attribution": heard.most.value, "append": "yes"}
    return render(
        "materials/quotations/new_clip.html",
        material=material,
        heard=heard,
        people=[(str(each.id), each.name, "") for each in heard.people],
        attributions=words.clip_attribution_options(heard.most),
        will_play=words.will_play(is_unnamed=heard.is_unnamed, is_here=heard.spoken.recording.media_id is not None),
        form_state=form or Form(blank),
    )


@blueprint.post("/write/<slug>/quotations/clips/<int:clip_id>")
@rule(Rule.PERSON)
@redisplay(new_clip_quotation)
def quote_clip(slug: str, clip_id: int) -> ResponseReturnValue:
    """Take it into the material; nobody is asked yet."""
    given = read(inputs.NewClipQuotation)
    rendered = markdown.render(given.text, prefix="q-", top=4, field="text")
    material = mine(slug)
    heard = _heard(material, clip_id)
    made = quoting.quote_clip(
        db(), viewer(), material, asking_id=heard.asking_id, key=heard.key, speakers=given.speakers, text=given.text,
        rendered=rendered, attribution=given.attribution,
    )  # fmt: skip
    return placed(material, made, append=given.append)


def _heard(material: Material, clip_id: int) -> Heard:
    """The clip, if the viewer may quote it; else 404."""
    if material.cohort is None:
        abort(404)
    asked = [each.id for each in db().scalars(prompts.asked_in(viewer(), material.cohort.id)).unique()]
    found = clips.quotable(db(), viewer(), material.cohort.id, asked).values()
    return next((each for each in found if each.spoken.clip.id == clip_id), None) or abort(404)
