"""What those who speak for a quotation say of it. Every word is a dated record with the digest of the wording, and is
confirmed by mail with a way back."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.backups import afterwards
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.materials import publishing
from peernet.materials.models import Material
from peernet.materials.quotations import access, asking, emails, links
from peernet.materials.quotations.models import Decision, Quotation, RepairWish, Speaker, Word, Wording
from peernet.web.viewer import Viewer


def answer(db: Session, person: Person, quotation: Quotation, *, number: int, word: Word, proposal: str = "") -> None:
    """Say yes, yes with a change, or no to the current wording. The same word a second time changes nothing.

    It holds for the same words wherever they stand: an earlier wording with this digest, which a version may show, gets
    the word as well.

    Raises Conflict where ``number`` is not the current wording's, Refused where
    the person does not speak for it, for a change without words, and where it was withdrawn or taken away.
    """
    quotation, parts = _hold(db, person, quotation)
    if quotation.number != number:
        raise Conflict(_("The wording was changed meanwhile. Please read it again."), theirs=quotation.current.source)
    if quotation.withdrawn_at is not None or quotation.dropped_at is not None:
        raise Refused(_("This quotation is not used any more, so there is nothing to decide."))
    if not any(each.wording_id == quotation.current.id for each in parts):
        raise Refused(_("You are not asked about this wording."))
    proposal = proposal.strip() if word is Word.CHANGE else ""
    if word is Word.CHANGE and not proposal:
        raise Refused(_("Write how it should read instead."), field="proposal")
    alike = [each for each in parts if each.wording.digest == quotation.current.digest]
    if all((each.said, each.proposal) == (word, proposal) for each in alike):
        return
    was_shown = any(each.wording.consented_at is not None for each in alike)
    for each in alike:
        each.said, each.proposal = word, proposal
    _keep(db, person, quotation, quotation.current, word)
    _let_follow(db, quotation, was_shown=was_shown)


def withdraw(db: Session, person: Person, quotation: Quotation) -> None:
    """Take a quotation from every version of its material, from the next read on. A second time nothing happens."""
    quotation, parts = _hold(db, person, quotation)
    if all(each.withdrawn_at is not None for each in parts):
        return
    for each in parts:
        each.withdrawn_at = each.withdrawn_at or clock.now()
    _keep(db, person, quotation, parts[-1].wording, Word.WITHDRAWN)
    afterwards.note(db, "quotation", ref=quotation.ref, person=person.id)
    _let_follow(db, quotation, was_shown=True)


def agree_again(db: Session, person: Person, quotation: Quotation) -> None:
    """Take one's own withdrawal back. What others who speak for it withdrew stays withdrawn."""
    quotation, parts = _hold(db, person, quotation)
    if all(each.withdrawn_at is None for each in parts):
        return
    for each in parts:
        each.withdrawn_at = None
    _keep(db, person, quotation, parts[-1].wording, Word.AGAIN)
    _let_follow(db, quotation, was_shown=True)


def choose_repairs(db: Session, person: Person, *, agrees: bool) -> None:
    """Choose whether small repairs of one's words need no yes, if one can object for a week; or no longer."""
    wish = db.get(RepairWish, person.id)
    if agrees and wish is None:
        db.add(RepairWish(person_id=person.id, since=clock.now()))
    elif not agrees and wish is not None:
        db.delete(wish)
    db.flush()


def _hold(db: Session, person: Person, quotation: Quotation) -> tuple[Quotation, Sequence[Speaker]]:
    """The quotation, held until the transaction ends, and the person's parts in it."""
    held = db.scalars(access.held(quotation.id)).one()
    parts = db.scalars(access.own_part(Viewer(person_id=person.id), [quotation.id])).all()
    if not parts:
        raise Refused(_("You do not speak for this quotation."))
    return held, parts


def _keep(db: Session, person: Person, quotation: Quotation, wording: Wording, word: Word) -> None:
    decision = Decision(
        quotation_id=quotation.id, person_id=person.id, digest=wording.digest, word=word, at=clock.now()
    )
    db.add(decision)
    db.flush()
    until = wording.answer_by or clock.now()
    material = db.get_one(Material, quotation.material_id)
    emails.kept(db, person, material, decision, token=links.renew(db, person.id, max(until, clock.now())))


def _let_follow(db: Session, quotation: Quotation, *, was_shown: bool) -> None:
    """Let the quotation's own rows and all that the public reads of it follow. The ledger says that something was
    decided, not by whom: the authors of some answers are nobody's to know."""
    asking.settle(db, quotation)
    ledger.record(
        db, "quotation.decided", subject=f"quotation:{quotation.id}", scope=f"material:{quotation.material_id}"
    )
    if was_shown or quotation.withdrawn_at is not None:
        publishing.show_anew(db, db.get_one(Material, quotation.material_id))
