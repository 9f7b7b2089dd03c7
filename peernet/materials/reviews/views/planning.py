"""Publishing at a chosen moment: for organisers."""

from flask.typing import ResponseReturnValue

from peernet.i18n import formats
from peernet.i18n import gettext as _
from peernet.materials import access as materials
from peernet.materials.models import Material
from peernet.materials.reviews import inputs, scheduling
from peernet.materials.views.blueprint import blueprint, mine_to_publish, prepare, refuse_words_of_answers
from peernet.materials.views.publishing import check
from peernet.web.inputs import read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.post("/write/<slug>/plan")
@rule(Rule.PERSON)
@redisplay(check)
def plan_publication(slug: str) -> ResponseReturnValue:
    """Publish the draft that the page showed at a moment by the organiser's clocks."""
    given = read(inputs.Planned)
    refuse_words_of_answers(given.note)
    publishable = materials.publishable_by(viewer()).where(Material.slug == slug)
    rendered, passages = prepare(publishable, given.version)
    made = scheduling.plan(
        db(), viewer(), mine_to_publish(slug), draft_version=given.version, rendered=rendered, passages=passages,
        wall=given.wall, zone=viewer().zone, note=given.note,
    )  # fmt: skip
    notice(_("It will be published on %(moment)s.", moment=formats.format_moment(made.at, made.zone)))
    return redirect_to(".check", slug=slug)


@blueprint.post("/write/<slug>/plan/cancel")
@rule(Rule.PERSON)
@redisplay(check)
def cancel_publication(slug: str) -> ResponseReturnValue:
    """Publish nothing by itself."""
    read(inputs.Nothing)
    scheduling.cancel(db(), viewer(), mine_to_publish(slug))
    notice(_("Nothing is published by itself any more."))
    return redirect_to(".check", slug=slug)
