"""When each step of an agenda begins."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.models import Roundtable


def timed(one: Roundtable, steps: Iterable[AgendaStep]) -> list[tuple[datetime, AgendaStep]]:
    """Each step with the moment at which it begins if all before it keep to their time."""
    begins, found = one.starts_at, []
    for each in steps:
        found.append((begins, each))
        begins += timedelta(minutes=each.minutes)
    return found
