"""What a cohort is asked: the list, and choosing, writing and ordering what is in it."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort, Role
from peernet.i18n import gettext as _
from peernet.i18n import ngettext
from peernet.prompts import access, asking, inputs, library, library_access, suggesting, words
from peernet.prompts.models import Asking, Moment, Prompt, Topic
from peernet.prompts.views.asking import members_of
from peernet.prompts.views.blueprint import blueprint
from peernet.text import markdown, plain
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_WORDS_SEARCHED = 8


@blueprint.get("/c/<slug>/prompts")
@rule(Rule.PERSON)
def of_cohort(slug: str) -> ResponseReturnValue:
    """What the cohort is asked, focus questions first, and where the viewer stands with each."""
    cohort = load(cohorts.visible_to(viewer()).where(Cohort.slug == slug))
    me = load(cohorts.my_membership(viewer(), cohort.id))
    standings = access.standings(db(), viewer(), access.asked_in(viewer(), cohort.id))
    return render(
        "prompts/of_cohort.html",
        cohort=cohort,
        groups=_by_state(standings),
        number=len(standings),
        focus=_focus([each.asking for each in standings]),
        rates=access.rates(db(), viewer(), [cohort.id]),
        is_member=me.role is Role.MEMBER,
        is_organiser=me.role is Role.ORGANISER,
        leads=me.role in cohorts.LEADING,
        moments=words.MOMENTS,
    )


@blueprint.get("/c/<slug>/prompts/choose")
@rule(Rule.PERSON)
def choose(slug: str, form: Form | None = None) -> ResponseReturnValue:
    """Prompts of the library that can still be asked here."""
    cohort = _organised(slug)
    filters = filters_asked()
    prompts = db().scalars(filtered(library_access.choosable_for(viewer(), cohort.id), filters)).unique().all()
    return render(
        "prompts/choose.html",
        cohort=cohort,
        form_state=form or Form({"admits_unattributed": True, "tell": True, "whom": "all"}),
        by_theme=by_theme(prompts),
        filters=filters,
        asked=library_access.where_asked(db(), viewer(), [prompt.id for prompt in prompts]),
        may_keep=True,
        **members_of(cohort.id),
        **library_words(),
    )


@blueprint.get("/c/<slug>/prompts/suggestions")
@rule(Rule.PERSON)
def suggestions(slug: str) -> ResponseReturnValue:
    """Questions of the library that suit the cohort as focus questions, and why each does."""
    cohort = _organised(slug)
    asked = list(db().scalars(access.asked_in(viewer(), cohort.id)).unique())
    prompts = list(db().scalars(library_access.choosable_for(viewer(), cohort.id)).unique())
    ids = [prompt.id for prompt in prompts]
    found = suggesting.suggest(
        prompts,
        cohort.theme,
        plain.of_html(cohort.description_html),
        asked_topics=[each.prompt.topic_id for each in asked],
        carried=dict[int, int](iter(db().execute(library_access.carried_by(ids)))),
    )
    return render(
        "prompts/suggestions.html",
        cohort=cohort,
        suggestions=found,
        focus=_focus(asked),
        moments=words.MOMENTS,
        form_state=Form({"admits_unattributed": True, "tell": True, "whom": "all", "is_focus": True}),
        **members_of(cohort.id),
    )


@blueprint.post("/c/<slug>/prompts/ask")
@rule(Rule.PERSON)
@redisplay(choose)
def ask(slug: str) -> ResponseReturnValue:
    """Ask what was chosen."""
    sent = read(inputs.Chosen)
    cohort = _organised(slug)
    closes_at = sent.closes_at(cohort.zone)
    chosen = library_access.choosable_for(viewer(), cohort.id).where(Prompt.id.in_(sent.prompt))
    made = [
        asking.ask(
            db(),
            prompt,
            cohort,
            actor=viewer(),
            to=sent.to(),
            closes_at=closes_at,
            **sent.how(),
        )
        for prompt in db().scalars(chosen).unique().all()
    ]
    if sent.tell:
        asking.announce(db(), made)
    notice(ngettext("One prompt is asked now.", "%(num)s prompts are asked now.", len(made)))
    return redirect_to("prompts.of_cohort", slug=slug)


@blueprint.get("/c/<slug>/prompts/write")
@rule(Rule.PERSON)
def write(slug: str, form: Form | None = None) -> ResponseReturnValue:
    """The form for a new prompt."""
    state = form or Form({"admits_unattributed": True, "tell": True, "moment": Moment.DEEPENING.value, "whom": "all"})
    cohort = _organised(slug)
    return render("prompts/write.html", cohort=cohort, form_state=state, **members_of(cohort.id), **library_words())


@blueprint.post("/c/<slug>/prompts/write")
@rule(Rule.PERSON)
@redisplay(write)
def ask_written(slug: str) -> ResponseReturnValue:
    """Keep a new prompt and ask it."""
    sent = read(inputs.Written)
    rendered = markdown.render(sent.why, prefix="why-", top=3, field="why")
    cohort = _organised(slug)
    prompt = library.add(
        db(),
        actor=viewer(),
        text=sent.text,
        why=sent.why,
        why_html=rendered.html,
        topic=theme_of(sent.topic),
        moment=sent.moment,
        cohort_id=None if sent.share else cohort.id,
    )
    made = asking.ask(
        db(),
        prompt,
        cohort,
        actor=viewer(),
        to=sent.to(),
        closes_at=sent.closes_at(cohort.zone),
        **sent.how(),
    )
    if sent.tell:
        asking.announce(db(), [made])
    notice(_("The prompt is asked now."))
    return redirect_to("prompts.page", slug=slug, asking_id=made.id)


@blueprint.get("/c/<slug>/prompts/order")
@rule(Rule.PERSON)
def order(slug: str, form: Form | None = None) -> ResponseReturnValue:
    """The order in which a cohort reads its prompts."""
    cohort = _organised(slug)
    askings = db().scalars(access.asked_in(viewer(), cohort.id)).unique().all()
    return render("prompts/order.html", cohort=cohort, askings=askings, form_state=form)


@blueprint.post("/c/<slug>/prompts/order")
@rule(Rule.PERSON)
@redisplay(order)
def store_order(slug: str) -> ResponseReturnValue:
    """Store the order."""
    sent = read(inputs.Places)
    cohort = _organised(slug)
    askings = db().scalars(access.asked_in(viewer(), cohort.id)).unique().all()
    places = dict(zip(sent.asking, sent.place, strict=False))
    asking.order(db(), cohort, askings, actor=viewer(), places=places)
    notice(_("The order is saved."))
    return redirect_to("prompts.of_cohort", slug=slug)


def filters_asked() -> dict[str, str]:
    """What the address asks to see of the library."""
    return {name: request.args.get(name, "")[:200] for name in ("theme", "moment", "language", "set", "q")}


def filtered(prompts: Select[Prompt], filters: dict[str, str]) -> Select[Prompt]:
    """The prompts of one theme, moment and language, or of the own set, in which every word of ``q`` stands."""
    if filters["theme"]:
        prompts = prompts.where(Topic.slug == filters["theme"])
    if filters["moment"] in list(Moment):
        prompts = prompts.where(Prompt.moment == Moment(filters["moment"]))
    if filters["language"]:
        prompts = prompts.where(Prompt.language == filters["language"])
    if filters["set"] == "mine":
        prompts = library_access.kept_by(viewer(), prompts)
    for word in filters["q"].replace("\x00", "").split()[:_WORDS_SEARCHED]:
        prompts = prompts.where(Prompt.text.icontains(word, autoescape=True))
    return prompts


def by_theme(prompts: Iterable[Prompt]) -> list[tuple[str, list[Prompt]]]:
    """Prompts with the name of their theme before them, in the order in which they come."""
    return [(theme, list(some)) for theme, some in groupby(prompts, lambda one: one.topic.name if one.topic else "")]


def library_words() -> dict[str, Any]:
    """The themes and moments that forms and filters offer."""
    themes = db().scalars(library_access.themes()).all()
    options = [(theme.id, theme.name) for theme in themes]
    languages = [(code, words.language_name(code)) for code in db().scalars(library_access.languages_of(viewer()))]
    return {"themes": themes, "theme_options": options, "moments": words.MOMENTS, "languages": languages}


def theme_of(topic_id: int | None) -> Topic | None:
    """A theme by its id, or none; 404 for what is no theme."""
    return None if topic_id is None else load(library_access.themes().where(Topic.id == topic_id))


def _organised(slug: str) -> Cohort:
    cohort: Cohort = load(cohorts.run_by(viewer()).where(Cohort.slug == slug))
    return cohort


def _focus(asked: Iterable[Asking]) -> tuple[int, int]:
    """How many focus questions there are, and how many too few (above 0) or too many (below)."""
    number = sum(each.is_focus for each in asked)
    return number, suggesting.missing_focus(number)


def _by_state(standings: list[access.Standing]) -> list[tuple[str, list[access.Standing]]]:
    """Focus questions, which carry all others; then what can be answered, what is to come, and what is over."""
    focus = [each for each in standings if each.asking.is_focus]
    others = [each for each in standings if not each.asking.is_focus]
    return [
        (_("Focus questions"), focus),
        (_("Open prompts"), [each for each in others if each.is_open]),
        (_("Prompts to come"), [each for each in others if each.is_to_open]),
        (_("Closed prompts"), [each for each in others if not each.is_open and not each.is_to_open]),
    ]
