"""Forming the groups of a roundtable: what is wished, and the draft that comes of it."""

from typing import Any

from flask.typing import ResponseReturnValue

from peernet.db import Refused
from peernet.groups import posing, solving, words
from peernet.groups.models import GroupingState
from peernet.groups.wishes import Wishes, of_json
from peernet.i18n import gettext as _
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas import words as step_words
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.groupings import access, breakouts, drafting, inputs, people
from peernet.roundtables.groupings.drafting import Posed
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.groupings.views.room import led_groups, led_in, pictured, to_announced, to_form
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.models import Roundtable
from peernet.roundtables.views.room import blueprint, led
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, viewer
from peernet.web.rules import Rule, rule

_LISTED, _BLANK_PAIRS = 10, 3
TICKS = ("orgs_apart", "leads_each", "duties", "host", "case", "prefer", "languages")


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/groups/new")
@rule(Rule.PERSON)
def new_groups(slug: str, roundtable_id: int, form: Form | None = None, *, again: bool = False) -> str:
    """The form of new groups, and the drafts there are."""
    return form_page(led(slug, roundtable_id), form, again=again)


def form_page(one: Roundtable, form: Form | None, *, again: bool = False, step: AgendaStep | None = None) -> str:
    """The same of a roundtable or of a step of it, whose rule then seeds the form."""
    attending = people.attending(db(), one.cohort_id)
    sitters, basis = people.seated(db(), one, attending)
    steps = list(db().scalars(agendas.steps_of(one.id)))
    grouped = set(db().scalars(access.steps_announced(one.id)))
    seed = breakouts.wishes_for(step, steps, len(sitters), grouped) if step is not None else Wishes(number=4)
    state = form or Form(as_form(seed))
    same = (Roundtable.id == one.id, access.is_of(step.id if step is not None else None))
    return render(
        "roundtables/groupings/wishes.html",
        one=one,
        cohort=one.cohort,
        step=step,
        steps=steps,
        grouped=grouped,
        form_state=state,
        again=again,
        pairs=pairs_of(state),
        people=attending,
        count=len(sitters),
        leading=sum(sitter.leads for sitter in sitters),
        is_accepted=basis is people.Basis.ACCEPTED,
        words=words,
        step_words=step_words,
        drafts=list(db().scalars(access.led_by(viewer()).where(*same).limit(_LISTED))),
    )


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/groups/new")
@rule(Rule.PERSON)
@redisplay(new_groups)
def form_groups(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Form them: a small table at once, before the database is locked; more as a job."""
    wished = read(inputs.NewGroups).wishes()
    with database().reading() as session:
        posed = drafting.pose(session, led_in(session, slug, roundtable_id), wished)
    found = found_at_once(posed)
    return drafted(led(slug, roundtable_id), wished, posed, found)


def found_at_once(posed: Posed) -> dict[str, Any] | None:
    """The plan of a small problem; nothing for a large one. Slow work."""
    return solving.at_once(posed.problem, posed.wanted) if solving.is_small(posed.problem) else None


def drafted(
    one: Roundtable, wished: Wishes, posed: Posed, found: dict[str, Any] | None, step_id: int | None = None
) -> ResponseReturnValue:
    """Keep the draft, and go to it."""
    link = drafting.draft(db(), one, actor=viewer(), wished=wished, found=found, inputs=posed.inputs, step_id=step_id)
    return redirect_to(".draft_groups", slug=one.cohort.slug, roundtable_id=one.id, grouping_id=link.grouping_id)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/groups/<int:grouping_id>")
@rule(Rule.PERSON)
def draft_groups(slug: str, roundtable_id: int, grouping_id: int, form: Form | None = None) -> ResponseReturnValue:
    """A draft as it stands; what is announced has a page of its own."""
    link = led_groups(slug, roundtable_id, grouping_id)
    if link.is_announced and form is None:
        return to_announced(link)
    shown = pictured(link) | {"form_state": form}
    if link.grouping.state is not GroupingState.READY:
        return render("roundtables/groupings/state.html", **shown)
    before = db().scalar(access.announced_at(roundtable_id, link.step_id))
    return render("roundtables/groupings/draft.html", different=_different(link), replaces=before is not None, **shown)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/groups/<int:grouping_id>/wishes")
@rule(Rule.PERSON)
def groups_again(slug: str, roundtable_id: int, grouping_id: int) -> str:
    """The form once more, with the wishes of a draft."""
    link = led_groups(slug, roundtable_id, grouping_id)
    return form_page(link.roundtable, Form(as_form(of_json(link.grouping.wishes))), again=True, step=link.step)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/groups/<int:grouping_id>/discard")
@rule(Rule.PERSON)
@redisplay(draft_groups)
def discard_groups(slug: str, roundtable_id: int, grouping_id: int) -> ResponseReturnValue:
    """Put it away."""
    read(Nothing)
    link = led_groups(slug, roundtable_id, grouping_id)
    drafting.discard(db(), link)
    notice(_("The draft is put away."))
    return to_form(link)


def _different(link: RoundtableGrouping) -> list[str]:
    try:
        return posing.changes(link.grouping.inputs, drafting.pose_again(db(), link).inputs)
    except Refused as refusal:
        return [refusal.message]


def as_form(wished: Wishes) -> dict[str, Any]:
    """Wishes as the values of their form."""
    pairs = [("apart", pair) for pair in wished.apart] + [("together", pair) for pair in wished.together]
    ticks = {name: "yes" if getattr(wished, name) else "" for name in TICKS}
    return ticks | {
        "by": "size" if wished.by_size else "number",
        "number": wished.number,
        "rounds": wished.rounds,
        "whole": str(wished.whole or ""),
        "hosts": str(wished.hosts or ""),
        "pair": [rule_ for rule_, _pair in pairs],
        "one": [str(one) for _rule, (one, _other) in pairs],
        "other": [str(other) for _rule, (_one, other) in pairs],
    }


def pairs_of(form: Form) -> list[tuple[str, str, str]]:
    """The lines of the form's rules for two, with some blank ones after them."""
    columns = [_listed(form, name) for name in ("pair", "one", "other")]
    filled = [line for line in zip(*columns, strict=False) if any(line)]
    return [*filled, *[("", "", "")] * _BLANK_PAIRS]


def _listed(form: Form, name: str) -> list[str]:
    held = form.value(name, [])
    return [held] if isinstance(held, str) else list(held)
