"""One's own answer: typed, looked at, given, read by others, deleted; and passing."""

from secrets import token_hex

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.prompts import access, consequences, done, drafts, inputs, responses, seats_access
from peernet.prompts.views.asking import named, page
from peernet.prompts.views.blueprint import blueprint
from peernet.text import markdown
from peernet.web.inputs import Form, read, redisplay, sent
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/answer")
@rule(Rule.PERSON)
@redisplay(page)
def answer(slug: str, asking_id: int) -> ResponseReturnValue:
    """Give an answer, or change the one that stands."""
    typed = read(inputs.Answer)
    rendered = rendered_answer(typed.text)
    asking = load(named(access.answerable_by(viewer()), slug, asking_id))
    responses.answer(
        db(),
        asking,
        actor=viewer(),
        rendered=rendered,
        **typed.model_dump(),
    )
    follows = consequences.consequence(typed.visibility, typed.attribution, of=consequences.way_of(asking))
    notice(_("Your answer is saved. %(consequence)s", consequence=follows))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/draft")
@rule(Rule.PERSON)
@redisplay(page)
def save_draft(slug: str, asking_id: int) -> ResponseReturnValue:
    """Keep what is typed so far: from the script with the header X-Autosave, answered by 204 and the draft's version in
    X-Version; or from the button."""
    typed = read(inputs.Draft)
    asking = load(named(access.answerable_by(viewer()), slug, asking_id))
    draft = drafts.save(
        db(),
        asking,
        actor=viewer(),
        version=typed.version,
        text=typed.text,
        visibility=typed.visibility,
        attribution=typed.attribution,
    )
    if request.headers.get("X-Autosave"):
        return Response(status=204, headers={"X-Version": str(draft.version)})
    of_seat = _("The draft is kept. It is read by those who hold your organisation’s seat.")
    notice(of_seat if asking.is_per_seat else _("Your draft is kept. Only you can read it."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/draft/discard")
@rule(Rule.PERSON)
def discard_draft(slug: str, asking_id: int) -> ResponseReturnValue:
    """Throw away what was typed."""
    asking = load(named(access.asked_to(viewer()), slug, asking_id))
    drafts.discard(db(), asking, actor=viewer())
    notice(_("Your draft is gone."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/draft/discard-shared")
@rule(Rule.PERSON)
def discard_shared_draft(slug: str, asking_id: int) -> ResponseReturnValue:
    """Throw away what was typed for the viewer's seat."""
    asking = load(named(access.answerable_by(viewer()), slug, asking_id))
    drafts.discard_shared(db(), asking, actor=viewer())
    notice(_("The draft of your organisation is gone."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/look")
@rule(Rule.PERSON)
@redisplay(page)
def look(slug: str, asking_id: int) -> ResponseReturnValue:
    """The page with the answer as it would stand, for those without a script. Keeps nothing."""
    typed = read(inputs.Draft)
    return make_response(page(slug, asking_id, form=Form(sent()), preview=rendered_answer(typed.text).html))


@blueprint.post("/prompts/preview")
@rule(Rule.PERSON)
def preview() -> ResponseReturnValue:
    """A text as it would stand, for the script."""
    return Response(rendered_answer(read(inputs.Preview).text).html, mimetype="text/html")


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/readers")
@rule(Rule.PERSON)
@redisplay(page)
def let_read(slug: str, asking_id: int) -> ResponseReturnValue:
    """Change who may read the viewer's answer."""
    chosen = read(inputs.Readers)
    asking = load(named(access.asked_to(viewer()), slug, asking_id))
    responses.let_read(
        db(),
        load(access.own_response(viewer(), asking_id)),
        asking=asking,
        actor=viewer(),
        version=chosen.answered,
        visibility=chosen.visibility,
        attribution=chosen.attribution,
    )
    notice(_("Your choice of who may read your answer is saved."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id)


@blueprint.get("/c/<slug>/prompts/<int:asking_id>/erase")
@rule(Rule.PERSON)
def confirm_erasing(slug: str, asking_id: int) -> ResponseReturnValue:
    """What it means to delete one's answer."""
    asking = load(named(access.asked_to(viewer()), slug, asking_id))
    mine = load(access.own_response(viewer(), asking_id))
    others = list(db().scalars(seats_access.authors_beside(viewer(), mine.id)))
    return render("prompts/erase.html", asking=asking, mine=mine, others=others)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/erase")
@rule(Rule.PERSON)
def erase(slug: str, asking_id: int) -> ResponseReturnValue:
    """Delete the viewer's answer."""
    asking = load(named(access.asked_to(viewer()), slug, asking_id))
    responses.erase(db(), load(access.own_response(viewer(), asking_id)), asking=asking, actor=viewer())
    notice(_("Your answer is deleted."))
    return redirect_to("prompts.of_cohort", slug=slug)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/done")
@rule(Rule.PERSON)
@redisplay(page)
def say_done(slug: str, asking_id: int) -> ResponseReturnValue:
    """Say "I pass"."""
    asking = load(named(access.answerable_by(viewer()), slug, asking_id))
    done.say(db(), asking, actor=viewer())
    of_seat = _("Your organisation is done with this prompt. Nobody is told whether you passed or answered.")
    mine = _("You are done with this prompt. Nobody is told whether you passed or answered.")
    notice(of_seat if asking.is_per_seat else mine)
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/done/undo")
@rule(Rule.PERSON)
@redisplay(page)
def take_back_done(slug: str, asking_id: int) -> ResponseReturnValue:
    """Be asked again."""
    asking = load(named(access.answerable_by(viewer()), slug, asking_id))
    done.take_back(db(), asking, actor=viewer())
    notice(_("This prompt waits for you again."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id)


def rendered_answer(text: str) -> markdown.Rendered:
    """An answer as it will be shown. Raises Refused for what cannot be."""
    # Footnotes need ids that are unique in the page; these tell nothing of the answer or its author.
    return markdown.render(text, prefix=f"v{token_hex(6)}-", top=3, field="text")
