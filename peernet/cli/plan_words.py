"""What is said of a plan of groups on the command line."""

from collections.abc import Iterator, Sequence

from peernet.groups.mixing.obstacles import Obstacle
from peernet.groups.mixing.planner import Outcome
from peernet.groups.mixing.problem import Problem
from peernet.groups.mixing.reading import Fault, Malformed
from peernet.groups.mixing.scores import Broken, Rule

_FAULTS = {
    Fault.NOT_JSON: "this is not JSON",
    Fault.MISSING: "this is missing",
    Fault.UNKNOWN_KEY: "this key is not known",
    Fault.NOT_AN_OBJECT: "an object is needed",
    Fault.NOT_A_LIST: "a list is needed",
    Fault.TOO_MANY: "these are too many",
    Fault.NOT_TEXT: "a text of one line is needed",
    Fault.NOT_A_NUMBER: "a whole number is needed",
    Fault.OUT_OF_RANGE: "this is too few or too many",
    Fault.NOT_YES_OR_NO: "true or false is needed",
    Fault.NOT_A_PAIR: "two different people are needed",
    Fault.TWICE: "this is there twice",
    Fault.NOBODY: "at least one is needed",
    Fault.NO_PERSON: "nobody has this id",
}
_MOST_NAMES = 12


def fault(error: Malformed) -> str:
    """What is wrong with a file, and where."""
    if error.fault is Fault.SIZES_DO_NOT_ADD_UP and isinstance(error.value, tuple):
        said = f"the groups have {error.value[0]} seats for {error.value[1]} people"
    else:
        said = _FAULTS[error.fault]
    return f"{error.place}: {said}." if error.place else f"{said}."


def story(problem: Problem, outcome: Outcome) -> Iterator[str]:
    """A plan in words, a line each."""
    score = outcome.score
    for obstacle in outcome.obstacles:
        yield f"Cannot be kept: {_hindered(obstacle)}"
    for broken in score.broken:
        yield f"Broken: {_broken(broken)}"
    if outcome.is_proved:
        yield f"Cost {score.cost}: proved best, no plan can do better."
    elif outcome.bounds is not None:
        yield f"Cost {score.cost}. No plan can do better than {outcome.bounds.best}."
    else:
        yield f"Cost {score.cost}."
    yield (
        f"Pairs that never meet: {score.never_met}. The least connected person meets {score.least_met} others; "
        f"the same two meet {score.most_often} times at the most."
    )
    if problem.announced:
        yield f"Moved to another group than announced: {score.moved}."
    if outcome.trades:
        first, *rest = outcome.trades
        said = [f"{first.moved} people moved: cost {first.cost}", *(f"{trade.moved}: {trade.cost}" for trade in rest)]
        ending = "" if all(trade.is_exact for trade in outcome.trades) else " (not all ways were tried)"
        yield "; ".join(said) + ending + "."


def _hindered(obstacle: Obstacle) -> str:
    where = "" if obstacle.round is None else f"round {obstacle.round + 1}: "
    who, there, need = _names(obstacle.people), obstacle.there, obstacle.need
    match obstacle.rule:
        case Rule.ORGANISATION:
            said = f"{need} people of one organisation ({who}) need {need} groups, and there are {there}; "
            said += f"form {need} groups, or let {need - there} of them stay away."
        case Rule.APART:
            said = f"{who} must all be apart from each other: form {need} groups instead of {there}."
        case Rule.TOGETHER if need:
            said = f"{who} belong together, and the largest group has {need} seats: form a group of {there}."
        case Rule.TOGETHER:
            said = f"{who} must be together and must not: give up one of the two rules."
        case Rule.PER_GROUP:
            said = f"{need} people with the tag are needed, {there} are there; "
            said += f"find {need - there} more, or form fewer groups."
        case Rule.SIZES:
            said = f"a group of {there} has no room for {need} people with the tag; make it larger."
        case Rule.LANGUAGE:
            said = f"{who} shares a language with {there - 1} others at the most, too few for a group of {need}; "
            said += f"form a group of {there}, or find {need - there} more who speak it."
        case _:
            said = f"{need} people have to move, and {there} may; allow {need}."
    return where + said


def _broken(broken: Broken) -> str:
    where = "" if broken.round is None else f"round {broken.round + 1}: "
    who = _names(broken.people)
    said = {
        Rule.PRESENT: f"not seated once: {who}.",
        Rule.SIZES: "the sizes of the groups are others.",
        Rule.ORGANISATION: f"{who} of one organisation share a group.",
        Rule.APART: f"{who} share a group and must be apart.",
        Rule.TOGETHER: f"{who} must be together and are not.",
        Rule.PER_GROUP: f"too few people with the tag among {who}.",
        Rule.LANGUAGE: f"no common language among {who}.",
        Rule.MOVED: "more people move than may.",
    }
    return where + said[broken.rule]


def _names(people: Sequence[str]) -> str:
    shown = list(people[:_MOST_NAMES])
    return ", ".join(shown) + (" …" if len(people) > _MOST_NAMES else "")
