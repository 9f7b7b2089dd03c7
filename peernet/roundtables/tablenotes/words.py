"""Who reads the notes of a table, in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.prompts.models import Visibility

_ALL = _l(
    "Who sits at your table writes and reads them. Those who lead see how many words there are; everybody in the cohort"
    " reads them after the step."
)
_ALL_KEPT = _l("The note is kept. Your table reads it now, and everybody in the cohort after the step.")
READERS = {
    Visibility.PRIVATE: _l(
        "Who sits at your table writes and reads them, and nobody else, not after the step either. Those who lead see"
        " how many words there are."
    ),
    Visibility.FACILITATORS: _l(
        "Who sits at your table writes and reads them. Those who lead see how many words there are, and read them after"
        " the step."
    ),
    Visibility.COHORT: _ALL,
    Visibility.PUBLIC: _ALL,
}
KEPT = {
    Visibility.PRIVATE: _l("The note is kept. Only your table reads it."),
    Visibility.FACILITATORS: _l("The note is kept. Your table reads it now, and those who lead after the step."),
    Visibility.COHORT: _ALL_KEPT,
    Visibility.PUBLIC: _ALL_KEPT,
}
