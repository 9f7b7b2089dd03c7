"""How far a question has come, in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.roundtables.questions.models import QuestionState

STATES = {
    QuestionState.OPEN: _l("Waits"),
    QuestionState.TAKEN: _l("Taken up"),
    QuestionState.ANSWERED: _l("Answered"),
}
VERBS = {
    QuestionState.OPEN: _l("Let it wait"),
    QuestionState.TAKEN: _l("Take it up"),
    QuestionState.ANSWERED: _l("It is answered"),
}
