"""Publishing, correcting and withdrawing: what will be public, what must be right first, and the act."""

from flask import abort
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peernet.db import Conflict
from peernet.i18n import gettext as _
from peernet.materials import access, inputs, licences, publishing, rendering, words
from peernet.materials.credits import as_they_stand, display_name
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialState
from peernet.materials.quotations import resemblance, showing
from peernet.materials.quotations.overlap import Passage
from peernet.materials.views.blueprint import (
    blueprint,
    draft_version,
    manuscript_of,
    may_publish,
    mine,
    mine_to_publish,
    peek,
)
from peernet.text import plain
from peernet.text.markdown import Rendered
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/write/<slug>/publish")
@rule(Rule.PERSON)
def check(slug: str, form: Form | None = None) -> str:
    """What will be public, and what is still missing."""
    material = mine(slug)
    manuscript = manuscript_of(db(), material)
    rendered = _render(db(), material, manuscript)
    found = publishing.checked(db(), material, manuscript, rendered, _look(db(), manuscript, rendered))
    return render(
        "materials/publish.html",
        material=material,
        manuscript=manuscript,
        rendered=rendered,
        places=showing.places(rendered.html, showing.of_draft(db(), material.id, rendered.html)),
        checks=found,
        is_ready=not any(one.blocks for one in found),
        is_correction=material.state is MaterialState.PUBLISHED,
        credits=[(words.CREDITS[each["credit"]], each) for each in as_they_stand(db(), manuscript.credits)],
        display_name=display_name,
        licence=licences.find(manuscript.licence),
        form_state=form,
        version=draft_version(material),
        may_publish=may_publish(material),
        words=words,
    )


@blueprint.post("/write/<slug>/publish")
@rule(Rule.PERSON)
@redisplay(check)
def publish(slug: str) -> ResponseReturnValue:
    """Publish the draft that the page showed, or correct what is public."""
    given = read(inputs.PublishInput)
    with database().reading() as session:
        seen = peek(session, access.publishable_by(viewer()).where(Material.slug == slug))
        if draft_version(seen) != given.version:
            raise Conflict(_("The text was changed since you opened this page. Please look at it again."))
        manuscript = manuscript_of(session, seen)
        rendered = _render(session, seen, manuscript)
        passages = _look(session, manuscript, rendered)
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
    publishing.withdraw(db(), viewer(), mine_to_publish(slug), why=given.why)
    notice(_("The material is withdrawn. Its address now says so, with your reason."))
    return redirect_to(".write", slug=slug)


def _look(session: Session, manuscript: Manuscript, rendered: Rendered) -> list[Passage]:
    """Words that an answer has as well, in the source and as they are read: a link in between hides none."""
    read_as = plain.words_of_html(rendered.html)
    return resemblance.look(session, viewer(), resemblance.whole(manuscript), read_as)


def _render(session: Session, material: Material, manuscript: Manuscript) -> Rendered:
    around = rendering.surroundings(session, material, manuscript.source)
    return rendering.render(manuscript.source, manuscript.language, around)
