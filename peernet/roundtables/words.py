"""Kinds, answers and moments in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.roundtables.models import Answer, GuestRole, RoundtableKind, When

KINDS = {
    RoundtableKind.ROUNDTABLE: _l("Roundtable"),
    RoundtableKind.WORKSHOP: _l("Workshop"),
    RoundtableKind.EXPERT: _l("Expert session"),
    RoundtableKind.CANVAS: _l("Canvas session"),
    RoundtableKind.PUBLIC: _l("Public roundtable"),
}
KIND_HINTS = {
    RoundtableKind.ROUNDTABLE: _l("The members exchange."),
    RoundtableKind.WORKSHOP: _l("The hosts support and teach."),
    RoundtableKind.EXPERT: _l("With a speaker from outside."),
    RoundtableKind.CANVAS: _l("Guided by a canvas."),
    RoundtableKind.PUBLIC: _l("Before an audience."),
}
# What a person chooses.
CHOICES = {
    Answer.ACCEPTED: _l("Accept"),
    Answer.TENTATIVE: _l("I may come"),
    Answer.DECLINED: _l("Decline"),
    Answer.WRITING: _l("I will answer in writing"),
}
# What who has a deputy can choose as well.
WITH_DEPUTY = {Answer.DEPUTY: _l("My deputy comes")}
# What they are told that they said.
SAID = {
    Answer.ACCEPTED: _l("You are coming."),
    Answer.DECLINED: _l("You are not coming."),
    Answer.WRITING: _l("You will answer in writing."),
    Answer.TENTATIVE: _l("You may come. Until you accept, no place is yours."),
    Answer.DEPUTY: _l("Your deputy is to come in your stead."),
    Answer.WAITING: _l("You are on the waiting list."),
}
# What others see of it.
COMING = {
    Answer.ACCEPTED: _l("comes"),
    Answer.DECLINED: _l("cannot come"),
    Answer.WRITING: _l("answers in writing"),
    Answer.TENTATIVE: _l("may come"),
    Answer.DEPUTY: _l("sends a deputy"),
    Answer.WAITING: _l("waits for a place"),
    None: _l("has not answered"),
}
WHENS = {
    When.BEFORE: _l("Before"),
    When.DURING: _l("During"),
    When.AFTER: _l("After"),
}
# From when on who accepted is shown the way in.
SHOWN_FROM = {
    "accepted": _l("As soon as they accept"),
    "1440": _l("From a day before the start"),
    "60": _l("From an hour before the start"),
    "30": _l("From 30 minutes before the start"),
    "15": _l("From 15 minutes before the start"),
    "5": _l("From 5 minutes before the start"),
}
GUEST_ROLES = {
    GuestRole.EXPERT: _l("Expert"),
    GuestRole.GUEST: _l("Guest"),
}
