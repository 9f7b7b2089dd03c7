"""What several declarations say alike."""

from collections.abc import Callable
from typing import Any

from babel.support import LazyProxy

from peernet.i18n import lazy_gettext as _l
from peernet.i18n import ngettext
from peernet.settings import current
from peernet.settings.tree import Retention

# Purposes
TO_ANSWER_FOR = _l("To know who did it, for as long as somebody may ask")
TO_RUN = _l("To run the site safely")
TO_REACH = _l("To reach you, and to know what you were told")
TO_LEARN = _l("To learn from each other in a cohort")
TO_MEET = _l("To plan and hold roundtables")
TO_PUBLISH = _l("To publish learning materials with the agreement of everybody who is quoted")

# What is held
DID = _l("That it was you who made or changed it")

# Readers
YOU = _l("You alone")
NOBODY = _l("Nobody on a page: the software alone")
ADMINS = _l("Administrators")
LEADERS = _l("Organisers and facilitators of the cohort")
COHORT = _l("Everybody in the cohort")
AS_CHOSEN = _l("Whoever you chose: only you, the facilitators, the cohort, or everyone")
THOSE_WHO_WRITE = _l("Those who write and review the material")
EVERYONE = _l("Everyone, once the material is published")
SEAT = _l("Those who hold the seat with you")

# Retention
AS_LONG_AS_ACCOUNT = _l("As long as you have an account")
AS_LONG_AS_COHORT = _l("As long as the cohort is kept")
AS_LONG_AS_MATERIAL = _l("As long as the material is kept")
UNTIL_DELETED = _l("Until you delete it")
AS_SET = _l("Until you delete it; at most as long as the cohort keeps it after its end, which its own page says")
AS_SET_FOR_COHORT = _l("As long as the cohort keeps it after its end, which its own page says")
THREE_MONTHS = _l("Three months after it is over")
MONTH = _l("A month after it is over")
YEAR = _l("About a year after it is over")
FOR_GOOD = _l("For good, without your name once you are erased")


def _days(of_what: Callable[[Retention], int]) -> str:
    """So many days as the settings say, whenever it is read."""

    def said() -> str:
        number = of_what(current().retention)
        return ngettext("%(num)s day after it is over", "%(num)s days after it is over", number)

    proxy: Any = LazyProxy(said, enable_cache=False)
    return proxy  # type: ignore[no-any-return]


def _events() -> str:
    months = current().retention.events_months
    kept = ngettext("%(num)s month, without your name", "%(num)s months, without your name", months)
    return kept if months else str(FOR_GOOD)


SESSIONS = _days(lambda kept: kept.sessions_days)
MAILS = _days(lambda kept: kept.mail_days)
EVENTS: Any = LazyProxy(_events, enable_cache=False)

# Why something stays
OF_THE_COHORT = _l("It belongs to the cohort. That it was you is forgotten.")
OF_OTHERS = _l("What others wrote with you stays theirs.")
RECORD = _l("It proves what was agreed: a date and a digest, without you.")
CHOICE = _l("You choose beforehand what becomes of it.")
