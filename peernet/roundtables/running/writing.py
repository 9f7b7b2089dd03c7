"""Writing in silence, revealed together: what a step asks is an ordinary prompt of the cohort, with what the step lays
down for its answers.

Nothing tells those who watch that somebody answered: the moment would tell who.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import live
from peernet.prompts import access as prompts
from peernet.prompts import asking as askings
from peernet.prompts import holding, library
from peernet.prompts.models import Asking, Moment
from peernet.roundtables.agendas.models import AgendaStep, StepKind, StepRule
from peernet.roundtables.models import Roundtable, RoundtablePrompt, When
from peernet.roundtables.running.listening import topic_of
from peernet.web.viewer import Viewer

# Steps whose answers are read by nobody else before they are revealed.
HELD = (StepKind.SILENCE, StepKind.REVEAL)


def prepare(db: Session, roundtable: Roundtable, step: AgendaStep, *, actor: Viewer) -> None:
    """Have a step's prompt asked as the step says, before it begins: one with a question of its own, in which is
    written, asks it of the cohort. Raises Refused as ``holding.bind``."""
    if step.asking_id is None and step.question and step.kind in HELD:
        _ask(db, roundtable, step, actor)
    if step.asking_id is None:
        return
    asked = db.scalars(prompts.all_asked(Asking.id == step.asking_id)).unique().one()
    holding.bind(db, asked, unnamed=step.attribution is StepRule.CHATHAM_HOUSE, widest=step.visibility)
    if step.kind in HELD:
        holding.hold_back(db, asked)


def reveal(db: Session, roundtable: Roundtable, asked: Asking, *, actor: Viewer) -> None:
    """Reveal what was written in a roundtable. A second time, also of another who leads, nothing happens."""
    askings.hold(db, asked)
    if not asked.is_held:
        return
    holding.reveal(db, asked, actor=actor)
    live.happened(db, topic_of(roundtable.id), "reveal")


def _ask(db: Session, roundtable: Roundtable, step: AgendaStep, actor: Viewer) -> None:
    text = " ".join(step.question.split())
    prompt = library.add(db, actor=actor, text=text, moment=Moment.DEEPENING, cohort_id=roundtable.cohort_id)
    asked = askings.ask(db, prompt, roundtable.cohort, actor=actor)
    last = select(func.max(RoundtablePrompt.position)).where(RoundtablePrompt.roundtable_id == roundtable.id)
    place = (db.scalar(last) or 0) + 1
    db.add(RoundtablePrompt(roundtable_id=roundtable.id, asking_id=asked.id, when=When.DURING, position=place))
    step.asking_id = asked.id
    db.flush()
