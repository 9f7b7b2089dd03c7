"""What a room shows: the step, what comes, and how late it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.models import Roundtable
from peernet.roundtables.running.models import Room

# Begun further from its hour than this, it is tried out beforehand.
_AROUND = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a room stands. ``step`` is worked on until ``until``, in ``round`` of as many ``rounds`` as its groups
    have; ``before`` and ``after`` are the steps around it;
    ``ends_at`` is when all of it ends if what comes keeps to its time, ``late`` so many minutes after what was booked,
    less than 0 for earlier; 0 where it is tried out at another time."""

    step: AgendaStep | None
    until: datetime | None
    before: AgendaStep | None
    after: AgendaStep | None
    ends_at: datetime | None
    late: int
    round: int = 1
    rounds: int = 1


def step_on(roundtable: Roundtable, room: Room | None) -> AgendaStep | None:
    """The step that is worked on. Pure."""
    return room.step if room is not None and roundtable.ended_at is None else None


def stand(roundtable: Roundtable, room: Room | None, steps: Sequence[AgendaStep], rounds: int = 1) -> Stand:
    """Where it stands, by the steps in their order and the ``rounds`` of the groups of the one that is worked on.
    Before it begins the first step comes after. Pure."""
    step = step_on(roundtable, room)
    if room is None or step is None:
        return Stand(None, None, None, steps[0] if steps else None, None, 0)
    place = [each.id for each in steps].index(step.id)
    until = room.step_ends_at(step)
    ends_at = until + timedelta(minutes=sum(each.minutes for each in steps[place + 1 :]))
    is_held_now = abs(room.began_at - roundtable.starts_at) < _AROUND
    return Stand(
        step=step,
        until=until,
        before=steps[place - 1] if place else None,
        after=steps[place + 1] if place + 1 < len(steps) else None,
        ends_at=ends_at,
        late=round((ends_at - roundtable.ends_at).total_seconds() / 60) if is_held_now else 0,
        round=min(room.round, rounds),
        rounds=rounds,
    )
