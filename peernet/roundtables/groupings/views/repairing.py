"""Somebody came or stayed away after the groups were formed or announced: what could be done, and doing it."""

from flask.typing import ResponseReturnValue

from peernet.db import Conflict, Refused
from peernet.groups.models import GroupingState
from peernet.i18n import gettext as _
from peernet.roundtables.groupings import announcing, drafting, inputs
from peernet.roundtables.groupings.announcing import Repair
from peernet.roundtables.groupings.views.room import led_groups, led_groups_in, pictured, to_announced
from peernet.roundtables.views.room import blueprint
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/groups/<int:grouping_id>/repair")
@rule(Rule.PERSON)
def repairing_groups(slug: str, roundtable_id: int, grouping_id: int, form: Form | None = None) -> ResponseReturnValue:
    """What each number of moves would buy."""
    link = led_groups(slug, roundtable_id, grouping_id)
    if link.grouping.state not in (GroupingState.READY, GroupingState.ANNOUNCED):
        return redirect_to(".draft_groups", slug=slug, roundtable_id=roundtable_id, grouping_id=grouping_id)
    shown, why_not = pictured(link), ""
    repair: Repair | None = None
    try:
        repair = announcing.plan_repair(db(), link)
    except Refused as refusal:
        why_not = refusal.message
    return render("roundtables/groupings/repair.html", repair=repair, why_not=why_not, form_state=form, **shown)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/groups/<int:grouping_id>/repair")
@rule(Rule.PERSON)
@redisplay(repairing_groups)
def repair_groups(slug: str, roundtable_id: int, grouping_id: int) -> ResponseReturnValue:
    """Repair them. The search comes before the database is locked."""
    given = read(inputs.Repairing)
    with database().reading() as session:
        planned = announcing.plan_repair(session, led_groups_in(session, slug, roundtable_id, grouping_id))
    if planned.version != given.version:
        raise Conflict(_("Somebody else changed these groups meanwhile. Look at them again."))
    found = announcing.found_after(planned, given.moves)
    link = led_groups(slug, roundtable_id, grouping_id)
    posed = drafting.pose_again(db(), link)
    announcing.repair(db(), link, posed, found, actor=viewer(), planned=planned)
    if not link.is_announced:
        notice(_("The draft is repaired. Nobody is told before you announce it."))
        return redirect_to(".draft_groups", slug=slug, roundtable_id=roundtable_id, grouping_id=grouping_id)
    notice(_("The groups are repaired. Everybody sees their table as it is now."))
    return to_announced(link)
