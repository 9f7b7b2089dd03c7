"""What a step of a roundtable lays down for the answers to its prompt: that they are held until they are revealed
together, that they take no name, and how far they may be read. Where that and an author's choice differ, the stricter
holds. Nothing of it is ever loosened: authors rely on it.
"""

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.prompts import access, addressing, asking, finding, responses
from peernet.prompts.models import Asking, Visibility
from peernet.prompts.voices import narrower
from peernet.web.viewer import Viewer


def bind(db: Session, asked: Asking, *, unnamed: bool, widest: Visibility) -> None:
    """Lay down that answers are given without a name, and by whom at most they may be read; beside what was laid down
    before. Answers that have a name lose it, so that in the room none is told apart. What is closed stays as it is.
    Raises Refused where somebody answered who relied on other rules, and where too few are asked to stay unnamed."""
    asking.hold(db, asked)
    if asked.closed_at is not None or asked.withdrawn_at is not None:
        return
    asked.widest = narrower(asked.widest, widest)
    if unnamed and not asked.only_unattributed:
        _take_no_names(db, asked)
    db.flush()


def hold_back(db: Session, asked: Asking) -> bool:
    """Let the answers be read by their authors alone until they are revealed; says whether they are held now. What is
    closed, or was revealed before, stays read."""
    asking.hold(db, asked)
    if asked.closed_at is None and asked.withdrawn_at is None and asked.revealed_at is None and not asked.is_held:
        asked.is_held = True
        _renew(db, asked)
    return asked.is_held


def reveal(db: Session, asked: Asking, *, actor: Viewer) -> None:
    """Let the answers be read, all at once. Where unattributed ones are admitted the asking is closed with it: one that
    came later, alone, could be told. Raises Refused where nothing is held."""
    asking.hold(db, asked)
    if not asked.is_held:
        raise Refused(_("This is revealed already."))
    if asked.admits_unattributed:
        asking.close(db, asked, actor=actor)
    release(db, asked)


def release(db: Session, asked: Asking) -> None:
    """End the holding back, if there is one."""
    if asked.is_held:
        asked.is_held, asked.revealed_at = False, clock.now()
        _renew(db, asked)


def _renew(db: Session, asked: Asking) -> None:
    db.flush()
    finding.renew_answers(db, asked)
    finding.touch(db, asked.prompt_id)


def _take_no_names(db: Session, asked: Asking) -> None:
    if not asked.admits_unattributed:
        if db.scalar(access.someone_done(asked.id)) is not None:
            message = _("Somebody answered this prompt under other rules. Ask another one in a Chatham House step.")
            raise Refused(message, field="attribution")
        asked.admits_unattributed = True
        db.flush()
        addressing.put(db, asked, addressing.whom_of(db, asked))
    asked.only_unattributed = True
    db.flush()
    responses.take_names_away(db, asked)
