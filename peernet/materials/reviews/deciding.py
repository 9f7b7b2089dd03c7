"""What a reviewer decides of the text that they read: a dated record, of which version, that is only ever added to."""

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.materials.models import Material
from peernet.materials.reviews import access, emails, gate, texts
from peernet.materials.reviews.models import Decision, Reviewer, Text, Verdict

# Each is mailed to those who write.
MOST_DECISIONS = 50


def decide(
    db: Session, reviewer: Reviewer, *, text_id: int, digest: str, verdict: Verdict, reason: str = ""
) -> Decision | None:
    """Approve a text, or ask for changes. Whoever says the same of the same text again changes nothing (gives None).

    ``text_id`` and ``digest`` are those of the page that was read. Raises Conflict where another text was sent, or a
    quotation worded anew, since then; Refused for asking for changes without saying which, and once the review is over.
    """
    material = reviewer.round.material
    gate.hold(db, material)
    _refuse_over(db, reviewer)
    text = db.scalars(access.texts_of(reviewer.round_id).limit(1)).one()
    if text.id != text_id or texts.of_text(db, material.id, text).whole != digest:
        raise Conflict(_("The text was changed since you opened this page. Please read it again."), mine=reason)
    reason = reason.strip()
    if verdict is Verdict.CHANGES and not reason:
        raise Refused(_("Say what should change."), field="reason")
    before = db.scalars(access.own_decisions([reviewer.id])).all()
    if [(each.verdict, each.digest, each.reason) for each in before[-1:]] == [(verdict, digest, reason)]:
        return None
    if len(before) >= MOST_DECISIONS:
        raise Refused(_("That is as much as one review holds."), field="reason")
    return _keep(db, reviewer, text, digest, verdict, reason)


def _refuse_over(db: Session, reviewer: Reviewer) -> None:
    """Somebody else may have closed or published it while this one waited for their turn."""
    db.refresh(reviewer, ["removed_at"])
    db.refresh(reviewer.round, ["is_open"])
    if reviewer.removed_at is not None or not reviewer.round.is_open:
        raise Refused(_("This review is over."))


def _keep(db: Session, reviewer: Reviewer, text: Text, digest: str, verdict: Verdict, reason: str) -> Decision:
    made = Decision(
        round_id=reviewer.round_id,
        reviewer_id=reviewer.id,
        text_id=text.id,
        draft_version=text.draft_version,
        digest=digest,
        verdict=verdict,
        reason=reason,
        at=clock.now(),
    )
    db.add(made)
    db.flush()
    material = reviewer.round.material
    ledger.record(
        db, "review.decided", subject=f"material:{material.id}", scope=f"cohort:{material.cohort_id}",
        actor_id=reviewer.person_id, data={"verdict": verdict.value, "version": text.draft_version},
    )  # fmt: skip
    _tell(db, material, reviewer, made)
    return made


def _tell(db: Session, material: Material, reviewer: Reviewer, made: Decision) -> None:
    """Those who write are told, but for the reviewer themselves."""
    for person in db.scalars(access.writers_of(material)).all():
        if person.id != reviewer.person_id:
            emails.decided(db, person, material, reviewer, made)
