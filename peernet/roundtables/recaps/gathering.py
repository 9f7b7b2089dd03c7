"""What came of a roundtable, loaded for one viewer: nothing that their page would not show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from peernet.prompts import access as prompts
from peernet.prompts.models import Asking
from peernet.roundtables import access as roundtables
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.commitments import access as commitments
from peernet.roundtables.commitments.models import Commitment, CommitmentState
from peernet.roundtables.models import Roundtable, RoundtablePrompt, When
from peernet.roundtables.notes import showing as notes
from peernet.roundtables.notes.models import Part
from peernet.roundtables.notes.showing import Place
from peernet.roundtables.questions import showing as questions
from peernet.roundtables.questions.models import QuestionState
from peernet.roundtables.questions.showing import Shown
from peernet.roundtables.recaps import access
from peernet.roundtables.recordings.models import Recording
from peernet.web.viewer import Viewer

# A mail is no place for pages of notes.
_LONGEST = 3_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: a prompt, or a step's own question, which is answered nowhere (``asking_id`` None). ``is_open``:
    the viewer has not answered it and still can."""

    text: str
    asking_id: int | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Recap:
    """What came of it. ``recording`` is there where the viewer may see it."""

    asked: list[Asked]
    notes: list[Place] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    questions: list[Shown] = field(default_factory=list)
    recording: Recording | None = None

    @property
    def agreed(self) -> list[tuple[str, str]]:
        """What was agreed, with the title of its step, empty for the whole."""
        found = [(place.title, each.text) for place in self.notes for each in place.fields if each.part is Part.AGREED]
        return [(title, _shortened(text)) for title, text in found if text]

    @property
    def taken_on(self) -> list[Commitment]:
        """What people took on, but for what was dropped since."""
        return [each for each in self.commitments if each.state is not CommitmentState.DROPPED]

    @property
    def waiting(self) -> list[Shown]:
        """The questions that nobody answered yet."""
        return [each for each in self.questions if each.state is not QuestionState.ANSWERED]

    @property
    def to_answer(self) -> list[Asked]:
        """What the viewer can still answer in writing."""
        return [each for each in self.asked if each.is_open]


def of(db: Session, viewer: Viewer, one: Roundtable, *, is_inside: bool) -> Recap:
    """What came of a loaded roundtable; to a guest, who is not inside of its cohort, only what was asked. At most nine
    queries."""
    rows = list(db.scalars(roundtables.prompts_of(viewer, [one.id])))
    if not is_inside:
        return Recap([Asked(row.asking.text) for row in rows])
    steps = list(db.scalars(agendas.steps_of(one.id)))
    return Recap(
        asked=_asked(db, viewer, one, rows, steps),
        notes=[place for place in notes.places(db, one, steps) if place.is_noted],
        commitments=list(db.scalars(commitments.taken_on_at(viewer, one))),
        questions=questions.questions(db, one.id, viewer.person_id),
        recording=db.scalar(access.recording_shown(viewer, one.id)),
    )


def _asked(
    db: Session, viewer: Viewer, one: Roundtable, rows: Sequence[RoundtablePrompt], steps: Sequence[AgendaStep]
) -> list[Asked]:
    """In the order in which it was asked: before, step by step, then the rest."""
    wanted = {step.asking_id for step in steps if step.asking_id is not None}
    in_steps = prompts.asked_in(viewer, one.cohort_id).where(Asking.id.in_(wanted))
    seen = {asking.id: asking.text for asking in db.scalars(in_steps).unique()} if wanted else {}
    seen |= {row.asking_id: row.asking.text for row in rows}
    standings = prompts.standings(db, viewer, prompts.open_to(viewer).where(Asking.id.in_(seen))) if seen else []
    is_open = {each.asking.id for each in standings if not (each.answered or each.done)}
    before = [row.asking_id for row in rows if row.when is When.BEFORE]
    order: list[int | str] = [*before, *(step.asking_id or step.question for step in steps), *seen]
    return [
        Asked(each) if isinstance(each, str) else Asked(seen[each], each, each in is_open)
        for each in dict.fromkeys(order)
        if each and (isinstance(each, str) or each in seen)
    ]


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …"
