"""Fixtures of notes of tables: steps in groups, and people seated at their tables."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.groups.models import Duty, Grouping, GroupingState, GroupSeat
from peernet.groups.wishes import Wishes, as_json
from peernet.prompts.models import Visibility
from peernet.roundtables.agendas.models import AgendaStep, StepGrouping, StepKind, StepRule
from peernet.roundtables.groupings.models import RoundtableGrouping
from tests.world import World

MakeStep = Callable[..., AgendaStep]
Sit = Callable[..., int]


@pytest.fixture
def make_step(db: Session, world: World) -> MakeStep:
    """A step of the world's roundtable, which goes on now."""
    length = world.roundtable.ends_at - world.roundtable.starts_at
    world.roundtable.starts_at = clock.now() - timedelta(minutes=5)
    world.roundtable.ends_at = world.roundtable.starts_at + length
    position = iter(range(1, 20))

    def make(grouping: StepGrouping = StepGrouping.TABLES, rule: StepRule = StepRule.OPEN, **more: Any) -> AgendaStep:
        number = next(position)
        step = AgendaStep(
            roundtable_id=world.roundtable.id, position=number, minutes=10, grouping=grouping, attribution=rule,
            **{"title": f"Step {number}", "kind": StepKind.BREAKOUT, "visibility": Visibility.COHORT, **more},
        )  # fmt: skip
        db.add(step)
        db.commit()
        return step

    return make


@pytest.fixture
def sit(db: Session, world: World) -> Sit:
    """Announce who sits at which table of a step, the first of each as its host, or each in turn with the case; gives
    the grouping."""

    def seat(
        step: AgendaStep | None, *tables: list[Person], rounds: int = 1, duty: Duty = Duty.HOST, **wishes: Any
    ) -> int:
        wished = as_json(Wishes(number=len(tables), **wishes))
        grouping = Grouping(
            cohort_id=world.cohort.id, created_at=clock.now(), wishes=wished, inputs={}, found={},
            state=GroupingState.ANNOUNCED,
        )  # fmt: skip
        db.add(grouping)
        db.flush()
        step_id = step.id if step else None
        db.add(RoundtableGrouping(
            roundtable_id=world.roundtable.id, grouping_id=grouping.id, step_id=step_id, is_announced=True
        ))  # fmt: skip
        db.add_all(
            GroupSeat(
                grouping_id=grouping.id, round=number, table_number=table, person_id=person.id,
                duty=duty if place == (number - 1 if duty is Duty.CASE else 0) else None,
            )
            for number in range(1, rounds + 1)
            for table, people in enumerate(tables, 1)
            for place, person in enumerate(people)
        )  # fmt: skip
        db.commit()
        return grouping.id

    return seat
