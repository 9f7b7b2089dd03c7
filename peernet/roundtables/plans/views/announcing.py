"""A draft announced: titles and what holds for all, then everybody is told."""

from datetime import datetime
from typing import Any

from flask.typing import ResponseReturnValue

from peernet.db import Conflict
from peernet.i18n import gettext as _
from peernet.i18n import ngettext
from peernet.roundtables import words
from peernet.roundtables.models import RoundtableKind
from peernet.roundtables.plans import access, announcing, drafting, inputs
from peernet.roundtables.plans.models import PlanState, SeriesPlan
from peernet.roundtables.plans.posing import Posed
from peernet.roundtables.plans.views.room import led_plan, pose_again
from peernet.roundtables.plans.wishes import Announced, Wishes, of_json
from peernet.roundtables.views.room import blueprint
from peernet.text import markdown
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/plan-series/<int:plan_id>/announce")
@rule(Rule.PERSON)
def announcing_series(slug: str, plan_id: int, form: Form | None = None) -> ResponseReturnValue:
    """What will be announced, and who will be told."""
    plan = led_plan(slug, plan_id)
    posed, different = pose_again(plan)
    if plan.state is not PlanState.READY or (posed is None and form is None):
        return redirect_to(".series_plan", slug=slug, plan_id=plan.id)
    new, moved, kept = _parted(plan, posed) if posed is not None else ([], [], [])
    held = db().scalar(access.how_many(plan.cohort_id)) or 0
    return render(
        "roundtables/plans/announce.html",
        plan=plan,
        cohort=plan.cohort,
        wishes=of_json(plan.wishes),
        new=new,
        moved=moved,
        kept=kept,
        different=different,
        titles=_titles(form, held, len(new)),
        form_state=form or Form({"kind": RoundtableKind.ROUNDTABLE.value}),
        words=words,
    )


@blueprint.post("/c/<slug>/roundtables/plan-series/<int:plan_id>/announce")
@rule(Rule.PERSON)
@redisplay(announcing_series)
def announce_series(slug: str, plan_id: int) -> ResponseReturnValue:
    """Announce it."""
    given = read(inputs.Announcing)
    html = markdown.render(given.agenda, prefix="agenda-", top=3, field="agenda").html if given.agenda else ""
    plan = led_plan(slug, plan_id)
    if plan.state is PlanState.ANNOUNCED:
        return redirect_to(".series", slug=slug)
    posed, different = pose_again(plan)
    if posed is None:
        raise Conflict(_("Something changed since this was planned. Plan it anew."), theirs="\n".join(different))
    done = announcing.announce(
        db(),
        plan,
        posed,
        actor=viewer(),
        version=given.version,
        titles=given.titles,
        **_facts(given, html, of_json(plan.wishes)),
    )
    notice(ngettext("%(num)s roundtable is announced.", "%(num)s roundtables are announced.", done))
    return redirect_to(".series", slug=slug)


def _facts(given: inputs.Announcing, html: str, wishes: Wishes) -> dict[str, Any]:
    """What holds for all new roundtables. The rules of the plan are theirs too; a quorum that the places cannot reach
    is left out."""
    has_room = given.capacity is None or given.capacity >= wishes.quorum
    return {
        "kind": given.kind,
        "summary": given.summary,
        "place": given.place,
        "link": given.link or "",
        "agenda": given.agenda,
        "agenda_html": html,
        "capacity": given.capacity,
        "one_each": wishes.one_per_org,
        "quorum": wishes.quorum if wishes.quorum and has_room else None,
    }


def _parted(
    plan: SeriesPlan, posed: Posed
) -> tuple[list[datetime], list[tuple[Announced, datetime]], list[tuple[Announced, datetime]]]:
    """The starts of new roundtables, and the announced ones with their new starts: those that move, those that stay."""
    pairs = list(zip(posed.rounds, drafting.starts_of(plan), strict=True))
    announced = [(each.announced, start) for each, start in pairs if each.announced is not None]
    return (
        [start for each, start in pairs if each.announced is None],
        [(one, start) for one, start in announced if one.starts_at != start],
        [(one, start) for one, start in announced if one.starts_at == start],
    )


def _titles(form: Form | None, held: int, count: int) -> list[str]:
    typed = form.value("titles", []) if form else []
    typed = [typed] if isinstance(typed, str) else list(typed)
    fresh = [_("Roundtable %(number)s", number=held + place) for place in range(1, count + 1)]
    return typed + fresh[len(typed) :]
