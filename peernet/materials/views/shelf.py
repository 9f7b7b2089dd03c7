"""The materials of a cohort, for those who write them; a new one."""

from flask.typing import ResponseReturnValue

from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.i18n import choosing
from peernet.materials import access, inputs, words, writing
from peernet.materials.reviews import standing
from peernet.materials.views.blueprint import blueprint
from peernet.settings import current
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/materials")
@rule(Rule.PERSON)
def of_cohort(slug: str) -> str:
    """What is being written and what is published."""
    cohort = _led_by_me(slug)
    rows = list(db().scalars(access.of_cohort(viewer(), cohort.id)).unique())
    return render(
        "materials/of_cohort.html",
        cohort=cohort,
        materials=rows,
        standings=standing.of_many(db(), rows),
        words=words,
        organises=_organises(cohort),
    )


@blueprint.get("/c/<slug>/materials/new")
@rule(Rule.PERSON)
def new(slug: str, form: Form | None = None) -> str:
    """The form of a new material."""
    network = current().network
    blank = Form({"kind": "blogpost", "language": network.language})
    return render(
        "materials/new.html",
        cohort=_led_by_me(slug),
        form_state=form or blank,
        words=words,
        languages=choosing.languages(*network.languages),
    )


@blueprint.post("/c/<slug>/materials/new")
@rule(Rule.PERSON)
@redisplay(new)
def start(slug: str) -> ResponseReturnValue:
    """Begin it."""
    given = read(inputs.StartInput)
    material = writing.start(db(), viewer(), cohort=_led_by_me(slug), **given.model_dump())
    return redirect_to(".write", slug=material.slug)


def _led_by_me(slug: str) -> Cohort:
    cohort: Cohort = load(cohorts.led_by(viewer()).where(Cohort.slug == slug))
    return cohort


def _organises(cohort: Cohort) -> bool:
    return db().scalar(cohorts.run_by(viewer()).where(Cohort.id == cohort.id)) is not None
