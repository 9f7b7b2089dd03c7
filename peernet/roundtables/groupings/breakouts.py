"""Groups of one step of a roundtable: what its rule wishes, and groups of those who are here, formed at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peernet.db import Conflict
from peernet.groups import access as groups
from peernet.groups import posing, solving
from peernet.groups.models import Grouping
from peernet.groups.wishes import Wishes, of_json
from peernet.i18n import gettext as _
from peernet.roundtables import places
from peernet.roundtables.agendas.models import AgendaStep, StepGrouping
from peernet.roundtables.agendas.words import GROUPED
from peernet.roundtables.groupings import access, announcing, drafting, people, showing
from peernet.roundtables.groupings.drafting import Posed
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.groupings.people import Basis
from peernet.roundtables.groupings.showing import Round
from peernet.roundtables.models import Roundtable
from peernet.web.viewer import Viewer

_LEAST = 2
_MOST_AT_A_TABLE, _AT_A_TABLE = 6, 5


@dataclass(frozen=True, slots=True)
class Planned:
    """Groups that were found for those who are here, and what they follow from."""

    wished: Wishes
    posed: Posed
    found: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """The groups of a step in the room: the announced ones as tables, how many are ``here``, who of these has no table,
    and who has one and is not here."""

    link: RoundtableGrouping | None
    rounds: list[Round]
    here: int
    newcomers: list[str]
    gone: list[str]

    @property
    def is_off(self) -> bool:
        """Whether somebody has no table, or has one and is not here."""
        return bool(self.newcomers or self.gone)


def is_grouped(step: AgendaStep) -> bool:
    """Whether people sit in groups in a step."""
    return step.grouping in GROUPED


def rounds(db: Session, step: AgendaStep) -> int:
    """How many rounds the groups of a step have: its own, else those of the whole roundtable. One query at most."""
    if not is_grouped(step):
        return 1
    counted = dict(db.execute(access.rounds_in(step.roundtable_id, step.id)).all())
    return counted.get(step.id) or counted.get(None) or 1


def wishes_for(step: AgendaStep, steps: Sequence[AgendaStep], count: int, announced: Collection[int | None]) -> Wishes:
    """What the rule of a step wishes for so many people. Where the groups of the step in groups before it are among the
    ``announced``, fours after pairs are made of whole pairs, threes stay together while each in turn brings a case, and
    who hosted a table stays at it, where both have hosts."""
    before = next((each for each in reversed(_before(step, steps)) if is_grouped(each)), None)
    if before is not None and before.id not in announced:
        before = None
    is_nested = before is not None and (before.grouping, step.grouping) == (StepGrouping.PAIRS, StepGrouping.FOURS)
    is_in_turn = before is not None and _is_in_turn(before) and _is_in_turn(step)
    at_tables = step.grouping is StepGrouping.TABLES
    stays = before is not None and at_tables and before.grouping is step.grouping and bool(step.host and before.host)
    return Wishes(
        number=max(1, count // 4) if is_nested else _tables(step.grouping, count),
        by_size=False,
        duties=False,
        host=bool(step.host) and at_tables,
        case=bool(step.case_giver),
        orgs_apart=not (is_nested or is_in_turn),
        whole=before.id if before is not None and (is_nested or is_in_turn) else None,
        hosts=before.id if before is not None and stays else None,
    )


def plan_here(db: Session, roundtable: Roundtable, step: AgendaStep, steps: Sequence[AgendaStep]) -> Planned:
    """Groups of those who are here. It takes up to a second: call it before the database is locked. Raises Refused
    where fewer than two are here."""
    here = len(set(db.scalars(access.here_at(roundtable.id))))
    wished = wishes_for(step, steps, here, set(db.scalars(access.steps_announced(roundtable.id))))
    posed = drafting.pose(db, roundtable, wished, Basis.HERE, step_id=step.id)
    return Planned(wished, posed, solving.at_once(posed.problem))


def form_here(
    db: Session, roundtable: Roundtable, step: AgendaStep, planned: Planned, *, actor: Viewer, seen: int
) -> None:
    """Announce them. ``seen``: the grouping that stood there, 0 for none; where another stands there by now, somebody
    pressed the same button, and nothing more happens. Raises Conflict where somebody came or left meanwhile."""
    places.hold(db, roundtable)
    stands = db.scalar(access.announced_at(roundtable.id, step.id))
    if (stands.grouping_id if stands else 0) != seen:
        return
    posed = drafting.pose(db, roundtable, planned.wished, Basis.HERE, step_id=step.id)
    if posing.changes(planned.posed.inputs, posed.inputs):
        raise Conflict(_("Somebody came or left meanwhile. Form the groups once more."))
    link = drafting.draft(
        db, roundtable, actor=actor, wished=planned.wished, found=planned.found, inputs=posed.inputs,
        step_id=step.id, basis=Basis.HERE,
    )  # fmt: skip
    announcing.announce(db, link, posed, actor=actor, version=link.grouping.version)


def standing(db: Session, roundtable: Roundtable, step: AgendaStep) -> Standing:
    """How the groups of a step stand to those who are here. At most four queries."""
    here = {person_id for person_id in db.scalars(access.here_at(roundtable.id)) if person_id is not None}
    link = db.scalar(access.announced_at(roundtable.id, step.id))
    if link is None:
        return Standing(None, [], len(here), [], [])
    attending = people.attending(db, roundtable.cohort_id)
    seats = list(db.scalars(groups.seats_of([link.grouping_id])))
    seated = {seat.person_id: seat.person.name for seat in seats}
    # Where nobody marks who is here, all who have a table count as here.
    count, here = len(here), here if len(here) >= _LEAST else set(seated)
    return Standing(
        link=link,
        rounds=showing.rounds(seats, attending, here, speak=of_json(link.grouping.wishes).languages, in_step=True),
        here=count,
        newcomers=[each.person.name for each in attending if each.person_id in here - seated.keys()],
        gone=sorted({name for person_id, name in seated.items() if person_id not in here}, key=str.casefold),
    )


def forget(db: Session, roundtable: Roundtable, step_id: int) -> None:
    """Put away all groups of a step that is taken out."""
    of_step = access.groupings_of_step(roundtable.id, step_id)
    db.execute(delete(Grouping).where(Grouping.id.in_(of_step)), execution_options={"synchronize_session": False})


def _is_in_turn(step: AgendaStep) -> bool:
    return step.grouping is StepGrouping.TRIOS and bool(step.case_giver)


def _before(step: AgendaStep, steps: Sequence[AgendaStep]) -> Sequence[AgendaStep]:
    return steps[: [each.id for each in steps].index(step.id)]


def _tables(rule: StepGrouping, count: int) -> int:
    """How many groups: pairs with at most one trio, threes with pairs or a four beside them, fours with threes, and
    tables of four to six."""
    match rule:
        case StepGrouping.PAIRS:
            found = count // 2
        case StepGrouping.TRIOS:
            found = (count + 1) // 3
        case StepGrouping.FOURS:
            found = (count + 2) // 4
        case _:
            found = max(-(-count // _MOST_AT_A_TABLE), count // _AT_A_TABLE)
    return max(1, found)
