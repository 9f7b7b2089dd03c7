"""Roles, formats and states in words."""

from peernet.cohorts.models import CohortFormat, CohortState, Role
from peernet.i18n import lazy_gettext as _l
from peernet.i18n import lazy_pgettext as _lp

ROLES = {
    Role.MEMBER: _l("Member"),
    Role.FACILITATOR: _l("Facilitator"),
    Role.ORGANISER: _l("Organiser"),
    Role.OBSERVER: _l("Observer"),
    Role.EXPERT: _l("Expert"),
}
ROLE_HINTS = {
    Role.MEMBER: _l("Holds a seat of an organisation, joins roundtables and answers prompts."),
    Role.FACILITATOR: _l("Leads roundtables and reads what is written for facilitators."),
    Role.ORGANISER: _l("Runs the cohort: its people, roundtables, prompts and materials."),
    Role.OBSERVER: _l("Reads what the cohort reads, and does not answer."),
    Role.EXPERT: _l("A guest of one roundtable, who sees nothing else of the cohort."),
}
FORMATS = {
    CohortFormat.ROUNDTABLES: _l("Roundtables"),
    CohortFormat.WORKSHOPS: _l("Workshops"),
    CohortFormat.MIXED: _l("Roundtables and workshops"),
}
FORMAT_HINTS = {
    CohortFormat.ROUNDTABLES: _l("The members exchange."),
    CohortFormat.WORKSHOPS: _l("The hosts support and teach."),
    CohortFormat.MIXED: _l("Some of both."),
}
STATES = {
    CohortState.DRAFT: _lp("state of a cohort", "Draft"),
    CohortState.RUNNING: _l("Running"),
    CohortState.CLOSED: _lp("state of a cohort", "Closed"),
}
