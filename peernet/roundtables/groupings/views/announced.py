"""The groups that are announced: to those who attend, and to those who lead with a sheet, a text and a file."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from peernet.cohorts.models import Cohort
from peernet.groups.models import GroupingState
from peernet.i18n import lazy_gettext as _l
from peernet.ledger import ledger
from peernet.roundtables.groupings import access, announcing, drafting, inputs, showing
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.groupings.views.drafts import draft_groups
from peernet.roundtables.groupings.views.room import led_groups, pictured, to_announced
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.models import Roundtable
from peernet.roundtables.views.room import blueprint, standing
from peernet.web.inputs import read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_TOLD = _l(
    "These groups are announced: everybody sees their table on the roundtable's page, on their own and in the reminder."
)
_TOLD_OF_STEP = _l(
    "These groups are announced: everybody sees their table in the agenda and, when the step is reached, in the room."
)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/groups")
@rule(Rule.PERSON)
def groups(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Who sits with whom. Those who lead go on from here to forming groups, where none are announced."""
    mine = standing(slug, roundtable_id)
    here = (Roundtable.id == roundtable_id, Cohort.slug == slug)
    if not mine.leads:
        return announced_page(load(access.announced_to(viewer()).where(*here, access.is_of(None))), leads=False)
    link = db().scalar(access.announced_at(roundtable_id))
    if link is None:
        return redirect_to(".new_groups", slug=slug, roundtable_id=roundtable_id)
    return announced_page(link, leads=True)


def announced_page(link: RoundtableGrouping, *, leads: bool) -> str:
    """What is announced of a roundtable or of a step. Who stays away is shown to those who lead alone."""
    shown = pictured(link)
    if not leads:
        shown["rounds"] = showing.without_who_stays_away(shown["rounds"])
    own = showing.own_of(db(), viewer(), link.roundtable_id).get(link.step_id, [])
    return render("roundtables/groupings/announced.html", leads=leads, own=own, **shown)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/groups/<int:grouping_id>/announce")
@rule(Rule.PERSON)
@redisplay(draft_groups)
def announce_groups(slug: str, roundtable_id: int, grouping_id: int) -> ResponseReturnValue:
    """Announce a draft."""
    given = read(inputs.Announcing)
    link = led_groups(slug, roundtable_id, grouping_id)
    if not link.is_announced:
        announcing.announce(db(), link, drafting.pose_again(db(), link), actor=viewer(), version=given.version)
        notice(str(_TOLD if link.step_id is None else _TOLD_OF_STEP))
    return to_announced(link)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/groups/<int:grouping_id>/zoom-<int:number>.csv")
@rule(Rule.PERSON)
def zoom_groups(slug: str, roundtable_id: int, grouping_id: int, number: int) -> Response:
    """One round as a file for Zoom, which assigns its breakout rooms from it. It names addresses, so that it was taken
    is noted for each of them; hence a POST."""
    read(Nothing)
    link = led_groups(slug, roundtable_id, grouping_id)
    rounds = showing.without_who_stays_away(pictured(link)["rounds"])
    if link.grouping.state not in (GroupingState.READY, GroupingState.ANNOUNCED):
        abort(404)
    found = next((each for each in rounds if each.number == number), None) or abort(404)
    people = {one.person_id for table in found.tables for one in table.people}
    scope = f"cohort:{link.roundtable.cohort_id}"
    ledger.record_handing_out(db(), people, "groups.zoom", actor_id=viewer().person_id, scope=scope)
    response = Response(showing.zoom(found), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="tables-{roundtable_id}-round-{number}.csv"'
    return response
