"""What is said of groups: how good they are, and which rules cannot be kept."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from peernet.groups.mixing.scores import Rule
from peernet.groups.models import Duty, GroupingState
from peernet.groups.outcomes import is_proved
from peernet.i18n import gettext as _
from peernet.i18n import lazy_gettext as _l
from peernet.i18n import lazy_pgettext as _lp
from peernet.i18n import ngettext

STATES = {
    GroupingState.WAITING: _l("being formed"),
    GroupingState.READY: _lp("state of groups", "draft"),
    GroupingState.FAILED: _l("could not be formed"),
    GroupingState.ANNOUNCED: _lp("state of groups", "announced"),
}
DUTIES = {
    Duty.NOTES: _l("takes notes"),
    Duty.TIME: _l("keeps time"),
    Duty.CASE: _l("brings the first case"),
    Duty.HOST: _l("hosts the table"),
}
# In one step one case is brought.
DUTIES_IN_STEP = DUTIES | {Duty.CASE: _l("brings the case")}
# What somebody is told of their own.
YOUR_DUTIES = {
    Duty.NOTES: _l("You take the notes."),
    Duty.TIME: _l("You keep the time."),
    Duty.CASE: _l("You bring the first case."),
    Duty.HOST: _l("You host the table."),
}
YOUR_DUTIES_IN_STEP = YOUR_DUTIES | {Duty.CASE: _l("You bring the case.")}
_MOST_NAMES = 12


def verdict(found: Mapping[str, Any]) -> str:
    """How good a plan is, beside what none can be better than."""
    cost, bound = found["cost"], found["bound"]
    if is_proved(dict(found)):
        if not cost:
            return _("Proved best: nobody meets anybody again.")
        return _(
            "Proved best: no plan can do better than %(bound)s, and this one has %(cost)s.", bound=bound, cost=cost
        )
    if bound is None or found["broken"]:
        return _("Not every rule could be kept; this plan has %(cost)s.", cost=cost)
    return _("No plan can do better than %(bound)s; this one has %(cost)s.", bound=bound, cost=cost)


def matches(found: Mapping[str, Any]) -> str:
    """How many offers and asks meet, where that was wished."""
    if "matches" not in found:
        return ""
    have, of = found["matches"], found["matches_at_all"]
    if not of:
        return _("Nobody here offers what somebody else asks for, so this wish changed nothing.")
    return ngettext(
        "Of equally good plans this one brings together most of those of whom one offers what the other asks for: "
        "%(num)s of %(all)s such pair.",
        "Of equally good plans this one brings together most of those of whom one offers what the other asks for: "
        "%(num)s of %(all)s such pairs.",
        have,
        all=of,
    )


def hindrances(found: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """The rules that cannot all be kept: which, for whom, and what would help."""
    seen = set()
    for each in found["obstacles"]:
        said = _hindered(each, _named(each["people"], names))
        if said not in seen:
            yield said
        seen.add(said)


def breaches(found: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """The rules that a plan does not keep, for whom, and in which round where there are several."""
    for each in found["broken"]:
        where = _("Round %(number)s:", number=each["round"] + 1) + " " if each["round"] is not None else ""
        yield where + _broken(Rule(each["rule"]), _named(each["people"], names))


def _hindered(each: Mapping[str, Any], who: str) -> str:
    there, need = each["there"], each["need"]
    match Rule(each["rule"]):
        case Rule.ORGANISATION:
            return _(
                "%(need)s people of one organisation (%(who)s) need as many tables, and there are %(there)s. "
                "Form %(need)s tables, or let colleagues sit together.",
                need=need, who=who, there=there,
            )  # fmt: skip
        case Rule.APART:
            return _(
                "%(who)s must all sit apart: form %(need)s tables instead of %(there)s.",
                who=who, need=need, there=there,
            )  # fmt: skip
        case Rule.TOGETHER if need:
            return _(
                "%(who)s belong together, and the largest table has %(need)s seats: form a table of %(there)s.",
                who=who, need=need, there=there,
            )  # fmt: skip
        case Rule.TOGETHER:
            return _("%(who)s must sit together and must not: give up one of the two rules.", who=who)
        case Rule.LANGUAGE:
            return ngettext(
                "With %(who)s only %(num)s of those who come shares a language, themselves counted, and the smallest "
                "table has %(need)s seats: form smaller tables, or give up this rule.",
                "With %(who)s only %(num)s of those who come share a language, themselves counted, and the smallest "
                "table has %(need)s seats: form smaller tables, or give up this rule.",
                there,
                who=who,
                need=need,
            )
        case _:
            return ngettext(
                "Each table is to have somebody who leads: there are %(tables)s tables, and %(num)s such person comes. "
                "Form fewer tables, or give up this rule.",
                "Each table is to have somebody who leads: there are %(tables)s tables, and %(num)s such people come. "
                "Form fewer tables, or give up this rule.",
                there,
                tables=need,
            )


def _broken(rule: Rule, who: str) -> str:
    match rule:
        case Rule.ORGANISATION:
            return _("%(who)s are of one organisation and share a table.", who=who)
        case Rule.APART:
            return _("%(who)s are to sit apart and share a table.", who=who)
        case Rule.TOGETHER:
            return _("%(who)s are to sit together and do not.", who=who)
        case Rule.LANGUAGE:
            return _("%(who)s share no language and share a table.", who=who)
        case _:
            return _("Nobody who leads sits with %(who)s.", who=who)


def _named(people: Sequence[str], names: Mapping[str, str]) -> str:
    known = [names[each] for each in people if each in names]
    return ", ".join(known[:_MOST_NAMES]) + (" …" if len(known) > _MOST_NAMES else "")
