"""Questions."""

from peernet.prompts.words import MOMENTS
from peernet.site import cohorts, linked
from peernet.site import questions as asked
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint, existing
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/questions")
@rule(Rule.READER)
@ready_made
def questions() -> str:
    """What cohorts ask, and the library of questions by theme."""
    recent = [entry.cohort.id for entry in cohorts.entries(db(), limit=12)]
    return render("site/questions.html", focus=asked.focus(db(), recent), themes=asked.themes(db()))


@blueprint.get("/questions/<slug>")
@rule(Rule.READER)
@ready_made
def question(slug: str) -> str:
    """One question and the voices round it."""
    page = existing(asked.page(db(), slug))
    return render(
        "site/question.html", page=page, moments=MOMENTS, linked_data=linked.question(page), anchor=linked.anchor
    )
