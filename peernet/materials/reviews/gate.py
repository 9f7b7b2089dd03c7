"""The gate of reviews: while a round is open and not approved, nothing is published, unless an organiser closes the
round for a reason that is kept with its date."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from peernet import clock
from peernet.i18n import formats, ngettext
from peernet.i18n import gettext as _
from peernet.materials.checks import Check
from peernet.materials.models import Material
from peernet.materials.reviews import access, standing
from peernet.materials.reviews.models import Ending, Outcome, Round
from peernet.materials.reviews.standing import Standing


def hold(db: Session, material: Material) -> None:
    """Let nobody open, close or decide a review of the material until the transaction ends."""
    db.execute(access.held_material(material.id))


def checks(db: Session, material: Material) -> Iterator[Check]:
    """How the draft stands with its review. Says nothing where there was none."""
    stands = standing.of(db, material)
    if stands.round is not None:
        good = _("Everybody who was asked to review it approved this text.")
        lacking = [] if stands.is_approved else list(_lacking(stands))
        yield Check("review", not lacking, _("It is in review, and not approved yet.") if lacking else good, lacking)
        return
    last = db.scalars(access.rounds_of(material.id).limit(1)).first()
    if last is not None and last.ending is Ending.CLOSED and last.closed_at is not None:
        yield Check("review", True, closed_in_words(last))


def closed_in_words(one: Round) -> str:
    """That a round was closed without an approval, when and why."""
    day = formats.format_date((one.closed_at or one.opened_at).date())
    return _("Its review was closed on %(day)s: %(reason)s", day=day, reason=one.closed_why)


def settle(db: Session, material: Material, ending: Ending, *, actor_id: int | None) -> None:
    """The draft is gone: published, or thrown away. End its round and its planned publication."""
    for each in db.scalars(access.open_rounds([material.id])).all():
        each.is_open, each.ending = None, ending
        each.closed_at, each.closed_by_id = clock.now(), actor_id
    for plan in db.scalars(access.schedules_of([material.id])).all():
        outcome = Outcome.PUBLISHED if ending is Ending.PUBLISHED else Outcome.CANCELLED
        plan.is_live, plan.outcome, plan.ended_at = None, outcome, clock.now()
    db.flush()


def _lacking(stands: Standing) -> Iterator[str]:
    number = stands.changed_since
    if number:
        yield ngettext("Changed since %(num)s approved it.", "Changed since %(num)s approved it.", number)
    wanting = [each.reviewer.called for each in stands.parts if each.wants_changes]
    if wanting:
        yield _("Changes are asked for by: %(names)s.", names=", ".join(wanting))
    silent = [each.reviewer.called for each in stands.asked if each.decision is None]
    if silent:
        yield _("No word yet from: %(names)s.", names=", ".join(silent))
    if not stands.asked:
        yield _("Nobody is asked any more. An organiser can close the review.")
