"""Plans in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.roundtables.plans.models import Objective, PlanState

OBJECTIVES = {
    Objective.BALANCED: _l("Balanced"),
    Objective.STRICT: _l("As many as possible"),
    Objective.WEEKLY: _l("The same time each week"),
}
OBJECTIVE_HINTS = {
    Objective.BALANCED: _l("Gives up at most one in twenty who could come, so that nobody carries all the bad hours."),
    Objective.STRICT: _l("Most people at the table, whatever it costs some of them."),
    Objective.WEEKLY: _l("The best single weekly time, for comparison."),
}
STATES = {
    PlanState.WAITING: _l("being planned"),
    PlanState.READY: _l("draft"),
    PlanState.FAILED: _l("failed"),
    PlanState.ANNOUNCED: _l("announced"),
}
SHADES = (
    _l("office hours"),
    _l("early or late"),
    _l("evening or early morning"),
    _l("before seven or after ten"),
    _l("night"),
)
