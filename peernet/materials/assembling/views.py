"""Assembling a draft: the questions are chosen, then their answers picked, ordered, shortened and introduced."""

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.i18n import choosing, ngettext
from peernet.materials import access as materials
from peernet.materials import words
from peernet.materials.assembling import access, building, inputs, sheets
from peernet.materials.assembling.building import Beginning
from peernet.materials.assembling.sheets import Sheet
from peernet.materials.models import Material
from peernet.materials.quotations import quoting, resemblance
from peernet.materials.quotations.words import attribution_options
from peernet.materials.views.blueprint import blueprint
from peernet.prompts.models import Attribution
from peernet.settings import current
from peernet.text import markdown
from peernet.text.markdown import Rendered, TooHeavy
from peernet.web.inputs import Form, read, redisplay, sent
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, load, roll_back, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/materials/assemble")
@rule(Rule.PERSON)
def assemble(slug: str) -> str:
    """The questions of a cohort and its roundtables, to choose from."""
    cohort = _led_by_me(slug)
    asked = list(db().scalars(access.asked(viewer(), cohort.id)).unique())
    pickable = access.pickable(db(), viewer(), [each.id for each in asked]).values()
    return render(
        "materials/assembling/choose.html",
        cohort=cohort,
        asked=asked,
        counts={each.id: sum(one.asking_id == each.id for one in pickable) for each in asked},
        roundtables=access.roundtables_of(db(), viewer(), cohort.id),
        materials=_of_cohort(db(), cohort),
        into=request.args.get("into", ""),
        chosen=request.args.getlist("asking", type=int),
    )


@blueprint.get("/c/<slug>/materials/assemble/sheet")
@rule(Rule.PERSON)
def sheet(slug: str, form: Form | None = None, move: str = "") -> ResponseReturnValue:
    """The sheet: under each question the answers that could be published."""
    cohort = _led_by_me(slug)
    typed = sheets.of_form(form.values) if form else sheets.blank(request.args.getlist("asking", type=int))
    asked = {each.id: each for each in db().scalars(_chosen(cohort, typed)).unique()}
    into = _of_name(cohort, str(form.value("into", "")) if form else request.args.get("into", ""))
    choosable = access.choosable(db(), viewer(), cohort.id, list(asked), into)
    made = sheets.moved(sheets.completed(typed, choosable), move)
    parts = [part for part in made.parts if part.asking_id in asked]
    if not parts:
        return redirect_to(".assemble", slug=slug)
    return render(
        "materials/assembling/sheet.html",
        cohort=cohort,
        sheet=made,
        parts=parts,
        asked=asked,
        choosable=choosable,
        into=into,
        options={most: attribution_options(most) for most in Attribution},
        most=quoting.MOST,
        form_state=form or Form({"kind": "blogpost", "language": current().network.language, "style": "heading"}),
        words=words,
        languages=choosing.languages(*current().network.languages),
    )


@blueprint.post("/c/<slug>/materials/assemble/order")
@rule(Rule.PERSON)
@redisplay(sheet)
def arrange(slug: str) -> ResponseReturnValue:
    """The sheet with something a place further up or down. Nothing is stored."""
    roll_back()
    _led_by_me(slug)
    given = read(inputs.SheetInput)
    return sheet(slug, Form(sent()), given.move)


@blueprint.post("/c/<slug>/materials/assemble/sheet")
@rule(Rule.PERSON)
@redisplay(sheet)
def build(slug: str) -> ResponseReturnValue:
    """Build the draft; nobody is asked yet. Rendering takes time, so it is done before the lock."""
    given = read(inputs.SheetInput)
    typed = sheets.of_form(given.model_dump(mode="json"))
    with database().reading() as session:
        if session.scalar(cohorts.led_by(viewer()).where(Cohort.slug == slug)) is None:
            abort(404)
        passages = resemblance.look(session, viewer(), building.own_words(typed))
    rendered = _rendered(typed)
    cohort = _led_by_me(slug)
    into: Material | Beginning = Beginning(given.title, given.kind, given.language)
    if given.into:
        into = load(_editable(cohort).where(Material.slug == given.into))
    made = building.assemble(
        db(), viewer(), cohort, sheet=typed, rendered=rendered, into=into, in_blockquotes=given.style == "quote",
        passages=passages,
    )  # fmt: skip
    notice(_built(len(typed.picked)))
    return redirect_to(".write", slug=made.slug)


def _built(number: int) -> str:
    return ngettext(
        "The draft is built, with the place of %(num)s quotation. Nobody is asked yet: do that under "
        "Quotations, when the wording stands.",
        "The draft is built, with the places of %(num)s quotations. Nobody is asked yet: do that under "
        "Quotations, when the wordings stand.",
        number,
    )


def _rendered(typed: Sheet) -> dict[str, Rendered]:
    """The words of the lines that were picked; raises TooHeavy."""
    picked = typed.picked
    made: dict[str, Rendered] = {}
    for line, one in zip(
        picked, markdown.render_many([line.text for line in picked], prefix="q-", top=4, field="text"), strict=True
    ):
        if isinstance(one, TooHeavy):
            raise one
        made[line.key] = one
    return made


def _led_by_me(slug: str) -> Cohort:
    cohort: Cohort = load(cohorts.led_by(viewer()).where(Cohort.slug == slug))
    return cohort


def _chosen(cohort: Cohort, typed: Sheet) -> Any:
    return access.asked(viewer(), cohort.id, [part.asking_id for part in typed.parts])


def _editable(cohort: Cohort) -> Any:
    return materials.of_cohort(viewer(), cohort.id)


def _of_cohort(session: Session, cohort: Cohort) -> list[Material]:
    """What is being written in the cohort, and what is public and could go on."""
    return list(session.scalars(_editable(cohort)).unique())


def _of_name(cohort: Cohort, slug: str) -> Material | None:
    """The material that the sheet goes into; None for a new one. 404 for one that the viewer may not write."""
    if not slug:
        return None
    found: Material = load(_editable(cohort).where(Material.slug == slug))
    return found
