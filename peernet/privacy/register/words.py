"""What several declarations say alike."""

from peernet.i18n import lazy_gettext as _l

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
THREE_MONTHS = _l("Three months after it is over")
MONTH = _l("A month after it is over")
YEAR = _l("About a year after it is over")
FOR_GOOD = _l("For good, without your name once you are erased")

# Why something stays
OF_THE_COHORT = _l("It belongs to the cohort. That it was you is forgotten.")
OF_OTHERS = _l("What others wrote with you stays theirs.")
RECORD = _l("It proves what was agreed: a date and a digest, without you.")
CHOICE = _l("You choose beforehand what becomes of it.")
