"""Quoting answers in a material: choosing one, its wording, asking those who speak for it, words that may stand."""

from datetime import timedelta

from flask import abort, request
from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.cohorts.models import Cohort
from peernet.i18n import gettext as _
from peernet.i18n import ngettext
from peernet.materials import writing
from peernet.materials.models import Material
from peernet.materials.quotations import (
    access,
    asking,
    board,
    clips,
    inputs,
    marks,
    passages,
    quoting,
    resemblance,
    showing,
    states,
)
from peernet.materials.quotations.clips import Heard
from peernet.materials.quotations.models import Quotation
from peernet.materials.quotations.words import PLAYS, attribution_options, clip_attribution_options
from peernet.materials.views.blueprint import blueprint, manuscript_of, mine
from peernet.prompts import access as prompts
from peernet.prompts.models import Asking, Attribution
from peernet.prompts.voices import AnyVoice, UnattributedVoice
from peernet.text import markdown, plain
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/write/<slug>/quotations")
@rule(Rule.PERSON)
def quotations(slug: str, form: Form | None = None) -> str:
    """The consent board of one material: each quotation, its words, and who has agreed."""
    material = mine(slug)
    usual = clock.today("UTC") + timedelta(days=asking.USUAL_DAYS)
    return render(
        "materials/quotations/of_material.html",
        material=material,
        entries=board.of_material(db(), material),
        passages=resemblance.standing(db(), material, manuscript_of(db(), material), ()),
        dismissals=db().scalars(access.dismissals_of(material.id)).all(),
        form_state=form or Form({"answer_by": usual}),
        first=clock.today("UTC") + timedelta(days=asking.FEWEST_DAYS),
        line_of=marks.line_of,
        words=states.WORDS,
    )


@blueprint.get("/write/<slug>/quotations/answers")
@rule(Rule.PERSON)
def answers_to_quote(slug: str) -> str:
    """The clips that they may quote and the answers of the cohort that they may read, question by question."""
    material = mine(slug)
    cohort = _cohort_of(material)
    asked = list(db().scalars(prompts.asked_in(viewer(), cohort.id)).unique())
    numbers = [each.id for each in asked]
    heard: dict[int, list[Heard]] = {}
    for one in clips.quotable(db(), viewer(), cohort.id, numbers).values():
        heard.setdefault(one.asking_id, []).append(one)
    voices = prompts.voices(db(), viewer(), numbers)
    return render("materials/quotations/answers.html", material=material, asked=asked, voices=voices, heard=heard)


@blueprint.get("/write/<slug>/quotations/new")
@rule(Rule.PERSON)
def new_quotation(slug: str, form: Form | None = None) -> str:
    """The wording of a new quotation, filled in with the whole answer."""
    material = mine(slug)
    asked, voice = _chosen(material, form)
    blank = {"text": plain.of_html(voice.html), "attribution": _most(voice).value, "append": "yes"}
    return render(
        "materials/quotations/new.html",
        material=material,
        asked=asked,
        voice=voice,
        attributions=attribution_options(_most(voice)),
        form_state=form or Form(blank),
    )


@blueprint.post("/write/<slug>/quotations/new")
@rule(Rule.PERSON)
@redisplay(new_quotation)
def quote(slug: str) -> ResponseReturnValue:
    """Take it into the material; nobody is asked yet."""
    given = read(inputs.NewQuotation)
    rendered = markdown.render(given.text, prefix="q-", top=4, field="text")
    material = mine(slug)
    asked: Asking = load(prompts.asked_in(viewer(), _cohort_of(material).id).where(Asking.id == given.asking))
    made = quoting.quote(
        db(), viewer(), material, asking=asked, key=given.voice, text=given.text, rendered=rendered,
        attribution=given.attribution,
    )  # fmt: skip
    return placed(material, made, append=given.append)


def placed(material: Material, made: Quotation, *, append: bool) -> ResponseReturnValue:
    """A new quotation put at the end of the text, or left to be put somewhere."""
    if append:
        writing.append(db(), viewer(), material, marks.line_of(made.ref))
        notice(_("The quotation stands at the end of the text. Nobody is asked yet."))
    else:
        notice(_("The quotation is here. Put its line into the text where it belongs. Nobody is asked yet."))
    return redirect_to(".quotations", slug=material.slug)


@blueprint.get("/write/<slug>/quotations/<ref>")
@rule(Rule.PERSON)
def wording(slug: str, ref: str, form: Form | None = None) -> str:
    """The words of one quotation, and what was said of them."""
    material = mine(slug)
    quotation = _quotation(material, ref)
    (entry,) = board.entries(db(), [quotation])
    current, options = quotation.current, clip_attribution_options if quotation.stretch else attribution_options
    heard = passages.stand(db(), quotation, current) if quotation.stretch else None
    values = {"text": current.source, "attribution": current.attribution.value, "number": quotation.number}
    return render(
        "materials/quotations/wording.html",
        material=material,
        entry=entry,
        attributions=options(quotation.most),
        form_state=form if form and "text" in form.values else Form(values, form.errors if form else {}),
        number=quotation.number,
        words=states.WORDS,
        heard=heard,
        plays_words=PLAYS,
        played=showing.played_of(db(), [(quotation, current)]).get(quotation.id),
    )


@blueprint.post("/write/<slug>/quotations/<ref>")
@rule(Rule.PERSON)
@redisplay(wording)
def reword(slug: str, ref: str) -> ResponseReturnValue:
    """Give it other words; those who speak for it have to agree anew."""
    given = read(inputs.OtherWording)
    rendered = markdown.render(given.text, prefix="q-", top=4, field="text")
    quotation = _quotation(mine(slug), ref)
    changed = quoting.reword(
        db(), viewer(), quotation, number=given.number, text=given.text, rendered=rendered,
        attribution=given.attribution, is_repair=given.is_repair,
    )  # fmt: skip
    notice(_("The wording is changed. Ask those who speak for it.") if changed else _("Nothing is changed."))
    return redirect_to(".quotations", slug=slug)


@blueprint.post("/write/<slug>/quotations/<ref>/drop")
@rule(Rule.PERSON)
@redisplay(wording)
def drop_quotation(slug: str, ref: str) -> ResponseReturnValue:
    """Take it away."""
    read(inputs.Nothing)
    quoting.drop(db(), viewer(), _quotation(mine(slug), ref))
    notice(_("The quotation is taken away. Take its line out of the text as well."))
    return redirect_to(".quotations", slug=slug)


@blueprint.post("/write/<slug>/quotations/ask")
@rule(Rule.PERSON)
@redisplay(quotations)
def ask_speakers(slug: str) -> ResponseReturnValue:
    """Ask everybody whose word is still needed."""
    given = read(inputs.Asked)
    number = asking.ask(db(), viewer(), mine(slug), answer_by=given.answer_by)
    if number:
        notice(ngettext("%(num)s wording is asked for.", "%(num)s wordings are asked for.", number))
    else:
        notice(_("There is nothing to ask: every wording is agreed to or waits for an answer."))
    return redirect_to(".quotations", slug=slug)


@blueprint.post("/write/<slug>/quotations/dismiss")
@rule(Rule.PERSON)
@redisplay(quotations)
def dismiss_passage(slug: str) -> ResponseReturnValue:
    """Let words that stand in an answer as well stand outside a quotation, for a reason."""
    given = read(inputs.Dismissed)
    resemblance.dismiss(db(), viewer(), mine(slug), words=given.words, reason=given.reason)
    notice(_("These words may stand. Your reason is kept with its date."))
    return redirect_to(".quotations", slug=slug)


def _cohort_of(material: Material) -> Cohort:
    """The cohort whose answers may be quoted; 404 for a material without one."""
    if material.cohort is None:
        abort(404)
    return material.cohort


def _quotation(material: Material, ref: str) -> Quotation:
    found: Quotation = load(access.of_material(material.id).where(Quotation.ref == ref))
    return found


def _chosen(material: Material, form: Form | None) -> tuple[Asking, AnyVoice]:
    """The answer that an address or a form names, if the viewer may read it; else 404."""
    number = str(form.value("asking", "")) if form else request.args.get("asking", "")
    key = str(form.value("voice", "")) if form else request.args.get("voice", "")
    asking_id = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    asked: Asking = load(prompts.asked_in(viewer(), _cohort_of(material).id).where(Asking.id == asking_id))
    found = prompts.voices(db(), viewer(), [asking_id]).get(asking_id, [])
    voice = next((each for each in found if each.key == key), None)
    if voice is None:
        abort(404)
    return asked, voice


def _most(voice: AnyVoice) -> Attribution:
    if isinstance(voice, UnattributedVoice):
        return Attribution.UNATTRIBUTED
    return Attribution.PERSON if voice.name else Attribution.ORGANISATION
