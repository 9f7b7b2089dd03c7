"""An agenda built: steps added, revised, put elsewhere, taken out; and kept as a method."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import live
from peernet.db import Conflict, Refused, take_turn
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.prompts.models import Asking
from peernet.roundtables.agendas import access
from peernet.roundtables.agendas.inputs import MOST_STEPS, Step
from peernet.roundtables.agendas.models import AgendaStep, Method
from peernet.roundtables.models import Roundtable
from peernet.roundtables.running.listening import topic_of
from peernet.web.viewer import NOBODY, Viewer

PARTS = tuple(Step.model_fields)


def add(
    db: Session,
    roundtable: Roundtable,
    wanted: Sequence[Step],
    *,
    asking_id: int | None = None,
    actor: Viewer = NOBODY,
) -> None:
    """Put steps after those there are. Raises Refused for too many, and for a prompt of another cohort."""
    _refuse_foreign(db, roundtable, asking_id)
    present = _ordered(db, roundtable)
    if len(present) + len(wanted) > MOST_STEPS:
        raise Refused(_("An agenda has at most %(most)s steps.", most=MOST_STEPS))
    for step in wanted:
        facts = {name: getattr(step, name) for name in PARTS}
        present.append(AgendaStep(roundtable_id=roundtable.id, position=0, asking_id=asking_id, **facts))
        db.add(present[-1])
    _number(db, present)
    _record(db, roundtable, actor)


def add_method(db: Session, roundtable: Roundtable, method: Method, *, actor: Viewer = NOBODY) -> None:
    """Put the steps of a method after those there are. Raises Refused for too many."""
    add(db, roundtable, [Step.model_validate(each) for each in method.steps], actor=actor)


def revise(
    db: Session,
    step: AgendaStep,
    roundtable: Roundtable,
    wanted: Step,
    *,
    version: int,
    asking_id: int | None,
    actor: Viewer,
) -> None:
    """Make a step say what is wanted. Raises Conflict where another was first, Refused for a prompt of elsewhere."""
    if step.version != version:
        raise Conflict(_("Somebody else changed this step meanwhile."), theirs=in_lines(step))
    _refuse_foreign(db, roundtable, asking_id)
    for name in PARTS:
        setattr(step, name, getattr(wanted, name))
    step.asking_id = asking_id
    db.flush()
    _record(db, roundtable, actor)


def move(db: Session, roundtable: Roundtable, step_id: int, *, to: int, actor: Viewer) -> bool:
    """Put a step at the place ``to``, counted from one, or at the end if there are fewer; whether it still is there."""
    present = _ordered(db, roundtable)
    moved = next((each for each in present if each.id == step_id), None)
    if moved is None:
        return False
    present.remove(moved)
    present.insert(to - 1, moved)
    _number(db, present)
    _record(db, roundtable, actor)
    return True


def remove(db: Session, roundtable: Roundtable, step_id: int, *, actor: Viewer) -> bool:
    """Take a step out; whether it was there."""
    present = _ordered(db, roundtable)
    gone = next((each for each in present if each.id == step_id), None)
    if gone is None:
        return False
    db.delete(gone)
    present.remove(gone)
    _number(db, present)
    _record(db, roundtable, actor)
    return True


def keep(db: Session, roundtable: Roundtable, *, name: str, purpose: str, language: str) -> Method:
    """The agenda as a method of its cohort. Prompts asked there stay behind. Raises Refused for an empty agenda, and
    for a name that the cohort has."""
    present = _ordered(db, roundtable)
    if not present:
        raise Refused(_("This agenda has no steps yet."))
    _refuse_taken(db, roundtable.cohort_id, name)
    kept = Method(
        slug=f"own-{secrets.token_hex(8)}",
        cohort_id=roundtable.cohort_id,
        name=name,
        purpose=purpose,
        language=language,
        steps=[said(each) for each in present],
    )
    db.add(kept)
    db.flush()
    return kept


def rename(db: Session, method: Method, *, name: str, purpose: str, version: int) -> None:
    """Call a method of a cohort otherwise. Raises Conflict where another was first, Refused for a name in use."""
    if method.version != version:
        theirs = "\n".join(filter(None, (method.name, method.purpose)))
        raise Conflict(_("Somebody else changed this method meanwhile."), theirs=theirs)
    _refuse_taken(db, method.cohort_id, name, but=method.id)
    method.name, method.purpose = name, purpose
    db.flush()


def said(step: AgendaStep | Step) -> dict[str, Any]:
    """A step as plain values."""
    return Step.model_validate({name: getattr(step, name) for name in PARTS}).model_dump(mode="json")


def in_lines(step: AgendaStep) -> str:
    """What stands in a step, as text for who was second."""
    texts = (step.question, step.facilitator, step.member, step.case_giver, step.host)
    return "\n".join(filter(None, (f"{step.title} ({step.minutes})", *texts)))


def _ordered(db: Session, roundtable: Roundtable) -> list[AgendaStep]:
    """The steps, and nobody else changes their order until this transaction ends."""
    take_turn(db, f"agenda:{roundtable.id}")
    return list(db.scalars(access.steps_of(roundtable.id)))


def _number(db: Session, steps: Sequence[AgendaStep]) -> None:
    for place, step in enumerate(steps, 1):
        if step.position != place:
            step.position = place
    db.flush()


def _record(db: Session, roundtable: Roundtable, actor: Viewer) -> None:
    subject, scope = f"roundtable:{roundtable.id}", f"cohort:{roundtable.cohort_id}"
    ledger.record(db, "roundtable.agenda_changed", subject=subject, scope=scope, actor_id=actor.person_id)
    live.happened(db, topic_of(roundtable.id), "agenda")


def _refuse_taken(db: Session, cohort_id: int | None, name: str, *, but: int = 0) -> None:
    same = select(Method.id).where(Method.cohort_id == cohort_id, Method.name == name, Method.id != but)
    if db.scalar(same) is not None:
        raise Refused(_("The cohort has a method of this name. Please choose another."), field="name")


def _refuse_foreign(db: Session, roundtable: Roundtable, asking_id: int | None) -> None:
    if asking_id is None:
        return
    if db.scalar(select(Asking.cohort_id).where(Asking.id == asking_id)) != roundtable.cohort_id:
        raise Refused(_("This prompt is not asked in this cohort."), field="asking")
