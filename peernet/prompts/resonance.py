"""What somebody said resonates: one tap, taken back by another. Only a count is told, never who."""

from sqlalchemy.orm import Session

from peernet.prompts import finding, threads_access
from peernet.prompts.models import Asking, Resonance, Visibility
from peernet.prompts.threads import require_part
from peernet.prompts.threads_access import Behind
from peernet.web.viewer import Viewer


def say(db: Session, asking: Asking, voice: Behind, *, actor: Viewer, resonates: bool) -> None:
    """Say that a voice resonates with the actor, or no more; saying it twice is saying it once. One's own is no voice,
    so nobody can. The voice was found in this transaction (``threads.voice_at``)."""
    member = require_part(db, asking, actor)
    said = db.scalar(threads_access.own_resonance(actor, voice.response_id))
    if (said is not None) is resonates:
        return
    if said is not None:
        db.delete(said)
    else:
        db.add(Resonance(response_id=voice.response_id, person_id=member.person_id))
    db.flush()
    if voice.visibility is Visibility.PUBLIC:
        finding.touch(db, asking.prompt_id)
