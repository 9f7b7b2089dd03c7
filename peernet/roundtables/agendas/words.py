"""Kinds of steps, groups and rules in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.prompts.models import Visibility
from peernet.roundtables.agendas.models import StepGrouping, StepKind, StepRule

KINDS = {
    StepKind.TALK: _l("Talk"),
    StepKind.SILENCE: _l("Writing in silence"),
    StepKind.REVEAL: _l("Writing in silence, revealed together"),
    StepKind.BREAKOUT: _l("In groups"),
    StepKind.ROUND: _l("A round: each in turn"),
    StepKind.VOTE: _l("A vote on questions"),
    StepKind.READING: _l("Reading"),
    StepKind.BREAK: _l("A break"),
    StepKind.EXPERT: _l("With an expert"),
    StepKind.CHECK_IN: _l("Check-in"),
    StepKind.CHECK_OUT: _l("Check-out"),
}
GROUPINGS = {
    StepGrouping.ALL: _l("All together"),
    StepGrouping.ALONE: _l("Each alone"),
    StepGrouping.PAIRS: _l("In pairs"),
    StepGrouping.TRIOS: _l("In threes"),
    StepGrouping.FOURS: _l("In fours"),
    StepGrouping.TABLES: _l("At tables of four to six"),
    StepGrouping.CIRCLES: _l("A few in the middle, the others around them"),
}
# Those in which people sit in groups.
GROUPED = (StepGrouping.PAIRS, StepGrouping.TRIOS, StepGrouping.FOURS, StepGrouping.TABLES)
RULES = {
    StepRule.OPEN: _l("Open: what is said may be named with who said it"),
    StepRule.CHATHAM_HOUSE: _l("Chatham House: what is said may be used, but neither who said it nor for whom"),
}
VISIBILITIES = {
    Visibility.PRIVATE: _l("Only by who wrote it"),
    Visibility.FACILITATORS: _l("By those who lead"),
    Visibility.COHORT: _l("By the cohort"),
    Visibility.PUBLIC: _l("By everybody"),
}
