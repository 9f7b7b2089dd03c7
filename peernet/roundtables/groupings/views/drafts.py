"""Forming the groups of a roundtable: what is wished, and the draft that comes of it."""

from typing import Any

from flask.typing import ResponseReturnValue

from peernet.db import Refused
from peernet.groups import posing, solving, words
from peernet.groups.models import GroupingState
from peernet.groups.wishes import Wishes, of_json
from peernet.i18n import gettext as _
from peernet.roundtables.groupings import access, drafting, inputs, people
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.groupings.views.room import led_groups, led_in, pictured
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.models import Roundtable
from peernet.roundtables.views.room import blueprint, led
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, viewer
from peernet.web.rules import Rule, rule

_LISTED, _BLANK_PAIRS = 10, 3
TICKS = ("orgs_apart", "leads_each", "duties", "host", "case", "prefer")


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/groups/new")
@rule(Rule.PERSON)
def new_groups(slug: str, roundtable_id: int, form: Form | None = None, *, again: bool = False) -> str:
    """The form of new groups, and the drafts there are."""
    one = led(slug, roundtable_id)
    attending = people.attending(db(), one.cohort_id)
    sitters, basis = people.seated(db(), one, attending)
    state = form or Form(as_form(Wishes(number=4)))
    return render(
        "roundtables/groupings/wishes.html",
        one=one,
        cohort=one.cohort,
        form_state=state,
        again=again,
        pairs=pairs_of(state),
        people=attending,
        count=len(sitters),
        leading=sum(sitter.leads for sitter in sitters),
        is_accepted=basis is people.Basis.ACCEPTED,
        words=words,
        drafts=list(db().scalars(access.led_by(viewer()).where(Roundtable.id == one.id).limit(_LISTED))),
    )


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/groups/new")
@rule(Rule.PERSON)
@redisplay(new_groups)
def form_groups(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Form them: a small table at once, before the database is locked; more as a job."""
    wished = read(inputs.NewGroups).wishes()
    with database().reading() as session:
        posed = drafting.pose(session, led_in(session, slug, roundtable_id), wished)
    found = solving.at_once(posed.problem, posed.wanted) if solving.is_small(posed.problem) else None
    one = led(slug, roundtable_id)
    link = drafting.draft(db(), one, actor=viewer(), wished=wished, found=found, inputs=posed.inputs)
    return redirect_to(".draft_groups", slug=slug, roundtable_id=one.id, grouping_id=link.grouping_id)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/groups/<int:grouping_id>")
@rule(Rule.PERSON)
def draft_groups(slug: str, roundtable_id: int, grouping_id: int, form: Form | None = None) -> ResponseReturnValue:
    """A draft as it stands; what is announced has a page of its own."""
    link = led_groups(slug, roundtable_id, grouping_id)
    if link.is_announced and form is None:
        return redirect_to(".groups", slug=slug, roundtable_id=roundtable_id)
    shown = pictured(link) | {"form_state": form}
    if link.grouping.state is not GroupingState.READY:
        return render("roundtables/groupings/state.html", **shown)
    before = db().scalar(access.announced_at(roundtable_id))
    return render("roundtables/groupings/draft.html", different=_different(link), replaces=before is not None, **shown)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/groups/<int:grouping_id>/wishes")
@rule(Rule.PERSON)
def groups_again(slug: str, roundtable_id: int, grouping_id: int) -> str:
    """The form once more, with the wishes of a draft."""
    wished = of_json(led_groups(slug, roundtable_id, grouping_id).grouping.wishes)
    return new_groups(slug, roundtable_id, form=Form(as_form(wished)), again=True)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/groups/<int:grouping_id>/discard")
@rule(Rule.PERSON)
@redisplay(draft_groups)
def discard_groups(slug: str, roundtable_id: int, grouping_id: int) -> ResponseReturnValue:
    """Put it away."""
    read(Nothing)
    drafting.discard(db(), led_groups(slug, roundtable_id, grouping_id))
    notice(_("The draft is put away."))
    return redirect_to(".new_groups", slug=slug, roundtable_id=roundtable_id)


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
