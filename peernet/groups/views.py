"""Offers and asks: one's own, and those of a cohort."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.groups import access, exchange, inputs, matching
from peernet.i18n import gettext as _
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

blueprint = Blueprint("groups", __name__)


@blueprint.get("/me/exchange")
@rule(Rule.PERSON)
def own_exchange(form: Form | None = None) -> ResponseReturnValue:
    """The form of what one can help with and would like to learn about."""
    row = db().scalar(access.exchange_of(viewer()))
    held = list(db().scalars(access.topics_of([row.person_id]))) if row else []
    state = form or Form(
        {
            "offers": row.offers if row else "",
            "asks": row.asks if row else "",
            "offer_topics": [str(each.topic_id) for each in held if not each.is_ask],
            "ask_topics": [str(each.topic_id) for each in held if each.is_ask],
            "is_shown": "yes" if row and row.is_shown else "",
        }
    )
    return render(
        "groups/own_exchange.html",
        form_state=state,
        topics=list(db().scalars(access.topics())),
        version=row.version if row else 0,
        cohorts=list(db().scalars(cohorts.visible_to(viewer()))),
    )


@blueprint.post("/me/exchange")
@rule(Rule.PERSON)
@redisplay(own_exchange)
def edit_exchange() -> ResponseReturnValue:
    """Store it."""
    given = read(inputs.Exchange)
    exchange.edit(
        db(),
        actor=viewer(),
        offers=given.offers,
        asks=given.asks,
        offer_topics=given.offer_topics,
        ask_topics=given.ask_topics,
        is_shown=given.is_shown == "yes",
        version=given.version,
    )
    shown = _("Saved. Your cohorts see it.") if given.is_shown == "yes" else _("Saved. Nobody but you sees it.")
    notice(shown)
    return redirect_to(".own_exchange")


@blueprint.get("/c/<slug>/exchange")
@rule(Rule.PERSON)
def of_cohort(slug: str) -> ResponseReturnValue:
    """What people of a cohort offer and ask for, and where the viewer's own meets it."""
    cohort: Cohort = load(cohorts.visible_to(viewer()).where(Cohort.slug == slug))
    people = exchange.shared(db(), db().scalars(access.exchanges_in(viewer(), cohort.id)))
    mine = viewer().person_id
    found = [each for each in matching.matches(people) if mine in (each.helper.person_id, each.learner.person_id)]
    return render(
        "groups/exchange.html",
        cohort=cohort,
        people=[each for each in people if each.offers or each.asks or each.offer_topics or each.ask_topics],
        to_me=[each for each in found if each.learner.person_id == mine],
        from_me=[each for each in found if each.helper.person_id == mine],
        is_mine_shown=any(each.person_id == mine for each in people),
    )
