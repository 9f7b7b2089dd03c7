"""Publishing, correcting and withdrawing: what will be public, what must be right first, and the act."""

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.materials import access, inputs, licences, publishing, words
from peernet.materials.checklist import places
from peernet.materials.contributors import board as contributors
from peernet.materials.credits import as_they_stand, display_name
from peernet.materials.models import Material, MaterialState
from peernet.materials.quotations import showing
from peernet.materials.reviews import access as reviews
from peernet.materials.reviews import standing
from peernet.materials.views.blueprint import (
    blueprint,
    draft_version,
    look,
    manuscript_of,
    may_publish,
    mine,
    mine_to_publish,
    prepare,
    refuse_words_of_answers,
    render_text,
)
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/write/<slug>/publish")
@rule(Rule.PERSON)
def check(slug: str, form: Form | None = None) -> str:
    """What will be public, and what is still missing."""
    material = mine(slug)
    manuscript = manuscript_of(db(), material)
    rendered = render_text(db(), material, manuscript)
    found = publishing.checked(db(), material, manuscript, rendered, look(db(), manuscript, rendered))
    return render(
        "materials/publish.html",
        material=material,
        manuscript=manuscript,
        rendered=rendered,
        places=showing.places(rendered.html, showing.of_draft(db(), material.id, rendered.html)),
        checks=[(one, *places.of(one.name)) for one in found],
        is_ready=not any(one.blocks for one in found),
        is_correction=material.state is MaterialState.PUBLISHED,
        credits=[
            (words.CREDITS[each["credit"]], each) for each in as_they_stand(db(), material.id, manuscript.credits)
        ],
        display_name=display_name,
        people=contributors.lines(db(), material, manuscript),
        licence=licences.find(manuscript.licence),
        form_state=form,
        version=draft_version(material),
        may_publish=may_publish(material),
        words=words,
        standing=standing.of(db(), material),
        planned_last=db().scalars(reviews.last_schedule(material.id)).first(),
        zone=viewer().zone,
        recommending=Form({"is_recommended": material.recommended_at is not None}),
    )


@blueprint.post("/write/<slug>/publish")
@rule(Rule.PERSON)
@redisplay(check)
def publish(slug: str) -> ResponseReturnValue:
    """Publish the draft that the page showed, or correct what is public."""
    given = read(inputs.PublishInput)
    refuse_words_of_answers(given.note)
    mine_only = access.publishable_by(viewer()).where(Material.slug == slug)
    rendered, passages = prepare(mine_only, given.version)
    material = mine_to_publish(slug)
    verb = publishing.correct if material.state is MaterialState.PUBLISHED else publishing.publish
    version = verb(
        db(), viewer(), material, draft_version=given.version, rendered=rendered, passages=passages, note=given.note
    )
    notice(_("Version %(number)s is public at %(address)s.", number=version.number, address=material.address))
    return redirect_to(".write", slug=slug)


@blueprint.get("/write/<slug>/withdraw")
@rule(Rule.PERSON)
def withdrawal(slug: str, form: Form | None = None) -> str:
    """What withdrawing means."""
    material = mine_to_publish(slug)
    if material.state is not MaterialState.PUBLISHED:
        abort(404)
    return render("materials/withdraw.html", material=material, form_state=form, words=words)


@blueprint.post("/write/<slug>/withdraw")
@rule(Rule.PERSON)
@redisplay(withdrawal)
def withdraw(slug: str) -> ResponseReturnValue:
    """Take it from the public."""
    given = read(inputs.WithdrawInput)
    refuse_words_of_answers(given.why)
    publishing.withdraw(db(), viewer(), mine_to_publish(slug), why=given.why)
    notice(_("The material is withdrawn. Its address now says so, with your reason."))
    return redirect_to(".write", slug=slug)
