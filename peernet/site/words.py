"""What a search finds, in words."""

from peernet.i18n import lazy_gettext as _l

# What a search can be narrowed to, in the order in which it is offered.
FOUND: dict[str, str] = {
    "material": _l("Materials"),
    "prompt": _l("Questions"),
    "response": _l("Answers"),
    "organisation": _l("Organisations"),
    "cohort": _l("Cohorts"),
    "roundtable": _l("Roundtables"),
    "person": _l("People"),
    "page": _l("Pages of this network"),
}
# The same, of one hit.
FOUND_ONE: dict[str, str] = {
    "material": _l("Material"),
    "prompt": _l("Question"),
    "response": _l("Answer"),
    "organisation": _l("Organisation"),
    "cohort": _l("Cohort"),
    "roundtable": _l("Roundtable"),
    "person": _l("Person"),
    "page": _l("Page of this network"),
}
