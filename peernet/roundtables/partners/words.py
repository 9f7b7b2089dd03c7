"""What partners are called, what they are for, and how it goes."""

from peernet.i18n import lazy_gettext as _l
from peernet.roundtables.partners.models import PartnersKind

KINDS = {
    PartnersKind.PAIR: _l("Learning partners"),
    PartnersKind.TRIO: _l("Peer consulting in threes (Troika)"),
    PartnersKind.BUDDY: _l("Buddies"),
}
PURPOSES = {
    PartnersKind.PAIR: _l(
        "Talk once for half an hour before the next roundtable: what each of you is working on, what you tried since "
        "last time, and what you would do differently."
    ),
    PartnersKind.TRIO: _l(
        "Meet once for about an hour. Each of you brings a question from your own work, and the others consult."
    ),
    PartnersKind.BUDDY: _l(
        "You are each other's first address until the cohort ends: for small questions, and to prepare for roundtables."
    ),
}
# Troika Consulting, after Liberating Structures (Lipmanowicz and McCandless, 2013), in words of our own.
STEPS = {
    PartnersKind.PAIR: (
        _l("Fifteen minutes for each: one tells, the other asks and does not advise."),
        _l("Last, each says what they will try next."),
    ),
    PartnersKind.TRIO: (
        _l("Whoever comes first tells their question for two minutes; the others ask for one or two more."),
        _l("They turn away, camera off, and only listen and write for five minutes, while the others think aloud."),
        _l("They turn back, and say for two minutes what was of use."),
        _l("Then comes the next one. With two of you, or four, do the same."),
    ),
    PartnersKind.BUDDY: (_l("Agree on how you reach each other, and write once before each roundtable."),),
}
