"""Who writes the notes, watches the time, hosts the table or brings the first case: whoever did it least often before.
Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from peernet.groups.mixing.problem import Group, Plan
from peernet.groups.models import Duty
from peernet.groups.wishes import Wishes

# Somebody at a table of a round, both from 1, by their id as the solver has it.
Place = tuple[int, int, str]
Done = Mapping[tuple[str, Duty], int]


# In the order in which they are shared out.
NOTES_AND_TIME = (Duty.NOTES, Duty.TIME)


def wished(wishes: Wishes) -> tuple[Duty, ...]:
    """The duties that each table is to have, the rarest first: at a small table not everybody can have one each."""
    case, host = ((Duty.CASE,) if wishes.case else ()), ((Duty.HOST,) if wishes.host else ())
    return (*case, *host, *(NOTES_AND_TIME if wishes.duties else ()))


def shared_out(
    plan: Plan,
    done: Done,
    leading: Collection[str] = (),
    kept: Mapping[Place, Duty] | None = None,
    duties: Sequence[Duty] = NOTES_AND_TIME,
    had: Collection[tuple[str, Duty]] = (),
) -> dict[Place, Duty]:
    """A person for each of ``duties`` at each table: who had this duty least often, then any. Who leads comes last,
    but for those who ``had`` it in another step of the same meeting: in turn everybody has it. ``kept`` are duties that
    were announced; they stay with whom they are, at the same table."""
    counted = Counter(dict(done))
    given: dict[Place, Duty] = {}
    for round_, groups in enumerate(plan, 1):
        for table, group in enumerate(groups, 1):
            for duty in duties:
                who = _kept(round_, table, group, duty, kept or {}) or _next(
                    [name for name in group if (round_, table, name) not in given], duty, counted, leading, had
                )
                if who is not None:
                    given[round_, table, who] = duty
                    counted[who, duty] += 1
    return given


def _kept(round_: int, table: int, group: Group, duty: Duty, kept: Mapping[Place, Duty]) -> str | None:
    return next((name for name in group if kept.get((round_, table, name)) is duty), None)


def _next(
    free: Collection[str], duty: Duty, done: Done, leading: Collection[str], had: Collection[tuple[str, Duty]]
) -> str | None:
    def order(name: str) -> tuple[bool, bool, int, int, int]:
        often, all_of_them = done.get((name, duty), 0), sum(done.get((name, each), 0) for each in Duty)
        return ((name, duty) in had, name in leading, often, all_of_them, int(name))

    return min(free, key=order, default=None)
