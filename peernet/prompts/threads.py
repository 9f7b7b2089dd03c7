"""Asking back to what somebody said, by whoever may read it; and what its author does with the question.

Nothing of it enters the ledger or the search. Unattributed responses cannot be asked back: an answer that comes alone,
on a day of its own, tells by elimination whose it can be, and one that never comes tells as well.
"""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.access import my_membership
from peernet.cohorts.models import CohortState, Membership
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.prompts import access, emails, finding, threads_access
from peernet.prompts.asking import hold
from peernet.prompts.models import Asking, Attribution, FollowUp, Resonance, Response, Visibility
from peernet.prompts.threads_access import Behind
from peernet.prompts.voices import narrower
from peernet.text.markdown import Rendered
from peernet.web.viewer import Viewer

# Questions to one response that may wait for an answer at the same time.
MOST_OPEN = 5


def voice_at(db: Session, asking: Asking, *, actor: Viewer, key: str) -> Behind | None:
    """What is behind a voice that the actor hears. Who may read it and how it is named stays so until this transaction
    ends."""
    hold(db, asking)
    return threads_access.behind(db, actor, asking.id, key)


def ask(
    db: Session, asking: Asking, voice: Behind, *, actor: Viewer, text: str, rendered: Rendered, audience: Visibility
) -> FollowUp:
    """Ask back. ``audience`` are the readers of whom the actor was told: no more will ever read it. Raises Conflict
    where a question of theirs waits already, and Refused where too many do."""
    member = require_part(db, asking, actor)
    if voice.attribution is Attribution.UNATTRIBUTED:
        raise Refused(_("An unattributed answer cannot be asked back: what came in answer would tell of its author."))
    _require_room(db, voice, actor, text)
    asked = FollowUp(
        response_id=voice.response_id,
        person_id=member.person_id,
        organisation_id=member.seat.organisation_id if member.seat else None,
        audience=narrower(audience, voice.visibility),
        source=text,
        html=rendered.html,
        asked_at=clock.now(),
    )
    db.add(asked)
    db.flush()
    _freshen(db, asking, asked)
    for person in db.scalars(threads_access.told_of(asking, voice)).all():
        emails.asked_back(db, person, asking, voice, by=member)
    return asked


def take_back(db: Session, asking: Asking, *, actor: Viewer, key: str) -> bool:
    """Take one's own question back while it waits, and say whether there was one. Raises Conflict where it was answered
    meanwhile: the answer is another's."""
    hold(db, asking)
    asked = threads_access.own_follow_up(db, actor, asking.id, key)
    if asked is not None and asked.answered_at is not None:
        raise Conflict(_("Your question was answered meanwhile, so it stays."))
    return _drop(db, asking, asked)


def answer(
    db: Session,
    response: Response,
    *,
    asking: Asking,
    actor: Viewer,
    key: str,
    version: int,
    text: str,
    rendered: Rendered,
) -> None:
    """Answer what was asked back to one's own response, or put another answer in its place. Raises Conflict where the
    question is gone or ``version`` is no longer that."""
    asked = _asked_of(db, asking, actor, key)
    if asked is None:
        raise Conflict(_("This question is gone: whoever asked it took it back, or you removed it."), mine=text)
    if asked.version != version:
        message = _("You have answered this already, or set it aside, in another window.")
        raise Conflict(message, theirs=asked.answer_source or "", mine=text)
    require_part(db, asking, actor)
    db.refresh(response, ("visibility",))
    if response.visibility is Visibility.PRIVATE:
        raise Refused(_("Only you can read your answer now, so nobody would read what you say here."), field="reply")
    asked.answer_source, asked.answer_html, asked.answered_at = text, rendered.html, clock.now()
    asked.is_left = False
    db.flush()
    _freshen(db, asking, asked)


def leave(db: Session, *, asking: Asking, actor: Viewer, key: str) -> bool:
    """Let a question wait no more without answering it, and say whether it is there. Nobody is told."""
    asked = _asked_of(db, asking, actor, key)
    if asked is not None and asked.answered_at is None and not asked.is_left:
        asked.is_left = True
        db.flush()
    return asked is not None


def remove(db: Session, *, asking: Asking, actor: Viewer, key: str) -> bool:
    """Take a question away from one's own response, with the answer, and say whether it was there."""
    return _drop(db, asking, _asked_of(db, asking, actor, key))


def clear(db: Session, response: Response) -> None:
    """Forget what was asked back and with whom it resonated: it was said to a name that the response loses now, and
    would tell it."""
    db.execute(delete(FollowUp).where(FollowUp.response_id == response.id))
    db.execute(delete(Resonance).where(Resonance.response_id == response.id))


def takes_part(member: Membership | None, asking: Asking) -> bool:
    """Whether somebody in this place takes part in a cohort that goes on."""
    return member is not None and member.role in access.TAKING_PART and asking.cohort.state is not CohortState.CLOSED


def require_part(db: Session, asking: Asking, actor: Viewer) -> Membership:
    """The place of somebody who takes part in a cohort that goes on."""
    member = db.scalars(my_membership(actor, asking.cohort_id)).one_or_none()
    if member is None or member.role not in access.TAKING_PART:
        raise Refused(_("This is for those who take part in the cohort; observers read."))
    if asking.cohort.state is CohortState.CLOSED:
        raise Refused(_("This cohort is closed. What was said in it stays, and nothing is added."))
    return member


def _require_room(db: Session, voice: Behind, actor: Viewer, text: str) -> None:
    mine = db.scalar(threads_access.own_open_follow_up(actor, voice.response_id))
    if mine is not None:
        message = _("A question of yours waits for an answer here already. Take it back to ask another one.")
        raise Conflict(message, theirs=mine.source, mine=text)
    waiting = threads_access.open_to_all_readers(voice.response_id, voice.visibility).subquery()
    if (db.scalar(select(func.count()).select_from(waiting)) or 0) >= MOST_OPEN:
        message = _("%(most)s questions wait for an answer here. Ask when one of them is answered.", most=MOST_OPEN)
        raise Refused(message, field="question")


def _asked_of(db: Session, asking: Asking, actor: Viewer, key: str) -> FollowUp | None:
    hold(db, asking)
    return threads_access.follow_up_to(db, actor, asking.id, key)


def _drop(db: Session, asking: Asking, asked: FollowUp | None) -> bool:
    if asked is None:
        return False
    db.delete(asked)
    db.flush()
    _freshen(db, asking, asked)
    return True


def _freshen(db: Session, asking: Asking, asked: FollowUp) -> None:
    if asked.audience is Visibility.PUBLIC:
        finding.touch(db, asking.prompt_id)
