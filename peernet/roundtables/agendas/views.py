"""Building an agenda, for those who lead: from methods and step by step."""

from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.cohorts.models import Cohort
from peernet.i18n import gettext as _
from peernet.i18n import language
from peernet.roundtables.agendas import access, building, inputs, showing, words
from peernet.roundtables.agendas.models import AgendaStep, Method
from peernet.roundtables.commitments import access as commitments
from peernet.roundtables.commitments import words as commitment_words
from peernet.roundtables.groupings import breakouts
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.models import Roundtable
from peernet.roundtables.views.room import askings_of, blueprint, led, seen_version
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/agenda")
@rule(Rule.PERSON)
def agenda(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """The steps with what each is for, the methods to choose from, and the form of one more step."""
    one = led(slug, roundtable_id)
    steps = list(db().scalars(access.steps_of(one.id)))
    return render(
        "roundtables/agendas/agenda.html",
        one=one,
        cohort=one.cohort,
        timed=showing.timed(one, steps),
        total=sum(step.minutes for step in steps),
        methods=[(each, *_renaming(each, form)) for each in db().scalars(access.methods_for(one.cohort))],
        open_before=list(db().scalars(commitments.open_before(viewer(), one))) if one.over_at > clock.now() else [],
        commitment_words=commitment_words.STATES,
        form_state=form or Form({"minutes": 10, "visibility": "cohort"}),
        **_choices(one),
    )


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/agenda")
@rule(Rule.PERSON)
@redisplay(agenda)
def add_step(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Add a step at the end."""
    given = read(inputs.NewStep)
    building.add(db(), led(slug, roundtable_id), [given], asking_id=given.asking, actor=viewer())
    notice(_("The step is added."))
    return redirect_to(".agenda", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/agenda/method")
@rule(Rule.PERSON)
@redisplay(agenda)
def add_method(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Add the steps of a method at the end."""
    given = read(inputs.ChosenMethod)
    one = led(slug, roundtable_id)
    method: Method = load(access.methods_for(one.cohort).where(Method.id == given.method))
    building.add_method(db(), one, method, actor=viewer())
    notice(_("The steps of “%(name)s” are added.", name=method.name))
    return redirect_to(".agenda", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/agenda/keep")
@rule(Rule.PERSON)
@redisplay(agenda)
def keep_method(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Keep the agenda as a method of the cohort."""
    given = read(inputs.OwnMethod)
    one = led(slug, roundtable_id)
    building.keep(db(), one, name=given.name, purpose=given.purpose, language=language())
    notice(_("The agenda is kept as a method of this cohort."))
    return redirect_to(".agenda", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/agenda/method/rename")
@rule(Rule.PERSON)
@redisplay(agenda)
def rename_method(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Call a method of the cohort otherwise."""
    given = read(inputs.RenamedMethod)
    one = led(slug, roundtable_id)
    method: Method = load(access.own_methods(one.cohort).where(Method.id == given.method))
    building.rename(db(), method, name=given.name, purpose=given.purpose, version=given.version)
    notice(_("The method is saved."))
    return redirect_to(".agenda", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/agenda/method/delete")
@rule(Rule.PERSON)
@redisplay(agenda)
def delete_method(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Delete a method of the cohort. Agendas that were built from it stay as they are."""
    given = read(inputs.ChosenMethod)
    one = led(slug, roundtable_id)
    method: Method = load(access.own_methods(one.cohort).where(Method.id == given.method))
    db().delete(method)
    notice(_("The method “%(name)s” is deleted.", name=method.name))
    return redirect_to(".agenda", slug=slug, roundtable_id=roundtable_id)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/agenda/<int:step_id>")
@rule(Rule.PERSON)
def step(slug: str, roundtable_id: int, step_id: int, form: Form | None = None) -> str:
    """The form of one step."""
    found = _led(slug, roundtable_id, step_id)
    return render(
        "roundtables/agendas/step.html",
        step=found,
        one=found.roundtable,
        cohort=found.roundtable.cohort,
        form_state=_as_form(found, form),
        version=seen_version(form, found.version),
        **_choices(found.roundtable),
    )


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/agenda/<int:step_id>")
@rule(Rule.PERSON)
@redisplay(step)
def revise_step(slug: str, roundtable_id: int, step_id: int) -> ResponseReturnValue:
    """Change it."""
    given = read(inputs.RevisedStep)
    found = _led(slug, roundtable_id, step_id)
    building.revise(db(), found, found.roundtable, given, version=given.version, asking_id=given.asking, actor=viewer())
    notice(_("The step is saved."))
    return redirect_to(".agenda", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/agenda/<int:step_id>/move")
@rule(Rule.PERSON)
@redisplay(step)
def move_step(slug: str, roundtable_id: int, step_id: int) -> ResponseReturnValue:
    """Put it elsewhere."""
    given = read(inputs.Place)
    building.move(db(), led(slug, roundtable_id), step_id, to=given.to, actor=viewer()) or abort(404)
    return redirect_to(".agenda", slug=slug, roundtable_id=roundtable_id, anchor=f"step-{step_id}")


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/agenda/<int:step_id>/remove")
@rule(Rule.PERSON)
@redisplay(step)
def remove_step(slug: str, roundtable_id: int, step_id: int) -> ResponseReturnValue:
    """Take it out."""
    read(Nothing)
    one = led(slug, roundtable_id)
    breakouts.forget(db(), one, step_id)
    building.remove(db(), one, step_id, actor=viewer()) or abort(404)
    notice(_("The step is taken out."))
    return redirect_to(".agenda", slug=slug, roundtable_id=roundtable_id)


def _renaming(method: Method, form: Form | None) -> tuple[Form, bool]:
    """The form that calls a method otherwise, and whether it was just refused."""
    if form is not None and form.value("method") == str(method.id) and "name" in form.values:
        return form, True
    return Form({"name": method.name, "purpose": method.purpose}), False


def _choices(one: Roundtable) -> dict[str, Any]:
    asked = [(asking.id, asking.text) for asking in askings_of(one.cohort_id)]
    return {"words": words, "askings": [("", _("None")), *asked]}


def _as_form(found: AgendaStep, form: Form | None) -> Form:
    """What stands in the step, and over it what was typed: a button beside the form sends none of its fields."""
    stands = building.said(found) | {"asking": found.asking_id or ""}
    return Form(stands | dict(form.values), form.errors, form.theirs) if form else Form(stands)


def _led(slug: str, roundtable_id: int, step_id: int) -> AgendaStep:
    found: AgendaStep = load(
        access.steps_led_by(viewer()).where(
            AgendaStep.id == step_id, Roundtable.id == roundtable_id, Cohort.slug == slug
        )
    )
    return found
