"""The library as those who are signed in have it: found, added to, revised."""

from flask import request
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.prompts import inputs, library, library_access, words
from peernet.prompts.models import Prompt
from peernet.prompts.views.blueprint import blueprint
from peernet.prompts.views.cohort import by_theme, filtered, filters_asked, library_words, theme_of
from peernet.text import markdown
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_SHOWN = ("text", "why", "language", "is_public", "version")


@blueprint.get("/prompts")
@rule(Rule.PERSON)
def shelf() -> ResponseReturnValue:
    """All prompts that the viewer may read, by theme and moment."""
    filters = filters_asked()
    if any(not value for value in request.args.values()):
        # What a form leaves empty, an address need not say.
        return redirect_to("prompts.shelf", **{name: value for name, value in filters.items() if value})
    prompts = db().scalars(filtered(library_access.readable_by(viewer()), filters)).unique().all()
    return render(
        "prompts/shelf.html",
        by_theme=by_theme(prompts),
        filters=filters,
        asked=library_access.where_asked(db(), viewer(), [prompt.id for prompt in prompts]),
        uses=library_access.uses_of(db(), viewer(), [prompt.id for prompt in prompts]),
        may_add=(may_add := db().scalar(library_access.right_to_add(viewer())) is not None),
        may_keep=may_add,
        **library_words(),
    )


@blueprint.get("/prompts/mine")
@rule(Rule.PERSON)
def my_set() -> ResponseReturnValue:
    """The prompts that an organiser keeps for later."""
    _require_right_to_add()
    prompts = db().scalars(library_access.kept_by(viewer(), library_access.readable_by(viewer()))).unique().all()
    ids = [prompt.id for prompt in prompts]
    uses = library_access.uses_of(db(), viewer(), ids)
    return render("prompts/my_set.html", by_theme=by_theme(prompts), uses=uses, moments=words.MOMENTS)


@blueprint.post("/prompts/<slug>/keep")
@rule(Rule.PERSON)
def keep(slug: str) -> ResponseReturnValue:
    """Put a prompt into the viewer's own set."""
    _require_right_to_add()
    library.keep(db(), load(library_access.readable_by(viewer()).where(Prompt.slug == slug)), actor=viewer())
    notice(_("The prompt is in your set."))
    return redirect_to("prompts.prompt", slug=slug)


@blueprint.post("/prompts/<slug>/let-go")
@rule(Rule.PERSON)
def let_go(slug: str) -> ResponseReturnValue:
    """Take a prompt out of it."""
    _require_right_to_add()
    library.let_go(db(), load(library_access.readable_by(viewer()).where(Prompt.slug == slug)), actor=viewer())
    notice(_("The prompt is not in your set any more. The library keeps it."))
    return redirect_to("prompts.my_set")


@blueprint.get("/prompts/<slug>")
@rule(Rule.PERSON)
def prompt(slug: str) -> ResponseReturnValue:
    """One prompt: why it is asked, and where it was."""
    found = load(library_access.readable_by(viewer()).where(Prompt.slug == slug))
    return render(
        "prompts/prompt.html",
        prompt=found,
        moments=words.MOMENTS,
        asked=library_access.where_asked(db(), viewer(), [found.id]).get(found.id, []),
        uses=library_access.uses_of(db(), viewer(), [found.id]).get(found.id, []),
        may_keep=db().scalar(library_access.right_to_add(viewer())) is not None,
        is_kept=db().scalar(library_access.own_kept(viewer(), found.id)) is not None,
        may_revise=db().scalar(library_access.revisable_by(viewer()).where(Prompt.id == found.id)) is not None,
    )


@blueprint.get("/prompts/new")
@rule(Rule.PERSON)
def new(form: Form | None = None) -> ResponseReturnValue:
    """The form for a new prompt of the library."""
    _require_right_to_add()
    state = form or Form({"moment": "deepening", "language": "en", "is_public": True})
    return render("prompts/new.html", form_state=state, **library_words())


@blueprint.post("/prompts/new")
@rule(Rule.PERSON)
@redisplay(new)
def add() -> ResponseReturnValue:
    """Add to the library."""
    sent = read(inputs.Prompt)
    rendered = markdown.render(sent.why, prefix="why-", top=3, field="why")
    _require_right_to_add()
    made = library.add(
        db(),
        actor=viewer(),
        text=sent.text,
        why=sent.why,
        why_html=rendered.html,
        topic=theme_of(sent.topic),
        moment=sent.moment,
        language=sent.language,
        is_public=sent.is_public,
    )
    notice(_("The prompt is in the library."))
    return redirect_to("prompts.prompt", slug=made.slug)


@blueprint.get("/prompts/<slug>/edit")
@rule(Rule.PERSON)
def edit(slug: str, form: Form | None = None) -> ResponseReturnValue:
    """The form with which a prompt is revised."""
    found = load(library_access.revisable_by(viewer()).where(Prompt.slug == slug))
    values = {name: getattr(found, name) for name in _SHOWN}
    state = form or Form({**values, "moment": found.moment.value, "topic": found.topic_id or ""})
    version = found.version if state.theirs else state.value("version", found.version)
    return render("prompts/edit.html", prompt=found, form_state=state, version=version, **library_words())


@blueprint.post("/prompts/<slug>/edit")
@rule(Rule.PERSON)
@redisplay(edit)
def store_prompt(slug: str) -> ResponseReturnValue:
    """Store a revised prompt."""
    sent = read(inputs.Prompt)
    rendered = markdown.render(sent.why, prefix="why-", top=3, field="why")
    found = load(library_access.revisable_by(viewer()).where(Prompt.slug == slug))
    library.revise(
        db(),
        found,
        actor=viewer(),
        version=sent.version,
        text=sent.text,
        why=sent.why,
        why_html=rendered.html,
        topic=theme_of(sent.topic),
        moment=sent.moment,
        language=sent.language,
        is_public=sent.is_public,
    )
    notice(_("The prompt is saved."))
    return redirect_to("prompts.prompt", slug=slug)


def _require_right_to_add() -> None:
    """404 for those who organise nothing."""
    load(library_access.right_to_add(viewer()))
