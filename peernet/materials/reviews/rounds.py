"""Rounds of review: a draft is sent to people by name, sent again after a change, and closed.

Whoever calls renders first, outside the transaction, and names the draft's version it rendered.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import people
from peernet.accounts.access import email_key
from peernet.accounts.models import Person
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Membership
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.materials.models import Material
from peernet.materials.quotations.overlap import Passage
from peernet.materials.reviews import access, emails, gate, links, sending
from peernet.materials.reviews.models import Ending, Reviewer, Round, Text
from peernet.text.markdown import Rendered
from peernet.web.viewer import Viewer

# Days that reviewers have, and how many of them a round has at most.
FEWEST_DAYS, USUAL_DAYS, MOST_DAYS, MOST_REVIEWERS = 1, 10, 90, 30
# Addresses of people without an account are forgotten as long after a round as mails are kept.
_KEPT = timedelta(days=90)

# Somebody without an account: name and address.
Guest = tuple[str, str]


def open_round(
    db: Session,
    viewer: Viewer,
    material: Material,
    *,
    draft_version: int,
    rendered: Rendered,
    passages: Iterable[Passage],
    person_ids: Collection[int] = (),
    guests: Sequence[Guest] = (),
    wished_on: date,
    note: str = "",
) -> Round:
    """Send the draft to reviewers: people of the cohort, and others by a mailed link. Raises Conflict where the draft
    is not the one that was rendered, and Refused for a text that holds words of an answer, for nobody to ask, and for
    a day too near or too far."""
    gate.hold(db, material)
    _refuse_day(wished_on)
    if db.scalars(access.open_rounds([material.id])).first() is not None:
        raise Refused(_("This draft is in review already."))
    last = db.scalars(access.rounds_of(material.id).limit(1)).first()
    made = Round(
        material_id=material.id, number=last.number + 1 if last else 1, wished_on=wished_on, note=note,
        opened_at=clock.now(), opened_by_id=viewer.person_id,
    )  # fmt: skip
    _keep(db, made)
    sending.send_text(db, viewer, material, made, draft_version, rendered, passages)
    ask(db, viewer, material, made, person_ids=person_ids, guests=guests)
    sending.record(db, viewer, material, "review.opened", number=made.number)
    return made


def send_again(
    db: Session,
    viewer: Viewer,
    material: Material,
    one: Round,
    *,
    draft_version: int,
    rendered: Rendered,
    passages: Iterable[Passage],
) -> Text | None:
    """Let the reviewers read the draft as it is now; None where that is what they have. All who are asked get a mail.
    Raises as above."""
    gate.hold(db, material)
    _refuse_closed(db, one)
    made = sending.send_text(db, viewer, material, one, draft_version, rendered, passages)
    for reviewer in db.scalars(access.to_tell(one.id)).all() if made is not None else ():
        emails.asked(db, _whole(reviewer, one, material), is_again=True)
    return made


def ask(
    db: Session,
    viewer: Viewer,
    material: Material,
    one: Round,
    *,
    person_ids: Collection[int] = (),
    guests: Sequence[Guest] = (),
) -> int:
    """Ask more people in an open round; gives how many are asked anew. Whoever is asked already is not asked twice.
    Raises Refused for people who are not in the cohort, and for addresses of people who are."""
    gate.hold(db, material)
    _refuse_closed(db, one)
    if not person_ids and not guests:
        raise Refused(_("Choose at least one reviewer."), field="people")
    before = list(db.scalars(access.reviewers_of([one.id])))
    known = {each.person_id: each for each in before}
    rows = [known.get(each.id) or _new(one, each) for each in _choosable(db, viewer, material, person_ids)]
    rows += [_guest(db, material, one, name, email) for name, email in guests]
    asked = [_ask(db, material, one, row) for row in rows if row.id is None or row.removed_at is not None]
    if len(before) + len(asked) > MOST_REVIEWERS:
        raise Refused(_("A round has at most %(most)s reviewers.", most=MOST_REVIEWERS), field="people")
    return len(asked)


def mail_again(db: Session, material: Material, one: Round, reviewer: Reviewer) -> None:
    """Mail a reviewer their way in once more; a link that was mailed before is worth nothing any more."""
    _refuse_closed(db, one)
    links.revoke(db, reviewer)
    emails.asked(db, _whole(reviewer, one, material))


def remove(db: Session, viewer: Viewer, material: Material, reviewer: Reviewer) -> None:
    """Ask somebody no more: their link is over, and they see nothing of the round. What they said stays."""
    gate.hold(db, material)
    links.revoke(db, reviewer)
    reviewer.removed_at = reviewer.removed_at or clock.now()
    db.flush()
    sending.record(db, viewer, material, "review.reviewer_removed", reviewer=reviewer.id)


def close(db: Session, viewer: Viewer, material: Material, one: Round, *, why: str) -> None:
    """End a round that is not approved, so that its text can be published all the same. For organisers. Raises Refused
    without a reason, which is kept with its date."""
    gate.hold(db, material)
    _refuse_closed(db, one)
    if not why.strip():
        raise Refused(_("Say why the review ends here. The reason is kept with its date."), field="why")
    one.is_open, one.ending, one.closed_why = None, Ending.CLOSED, why.strip()
    one.closed_at, one.closed_by_id = clock.now(), viewer.person_id
    db.flush()
    sending.record(db, viewer, material, "review.closed", number=one.number)


def remind_due(db: Session) -> int:
    """Remind those once who have decided nothing, three days before the wished day; gives how many. By the clock."""
    today = clock.today("UTC")
    due = db.scalars(access.to_remind(today, today + timedelta(days=3), clock.now() - timedelta(days=1))).all()
    for reviewer in due:
        reviewer.reminded_at = clock.now()
        emails.reminder(db, reviewer)
    db.flush()
    return len(due)


def forget_addresses(db: Session) -> int:
    """Forget where links were mailed to, three months after a round; gives how many. Names stay, as a part of what was
    said. By the clock."""
    over = db.scalars(access.addresses_kept(clock.now() - _KEPT)).all()
    for reviewer in over:
        reviewer.email, reviewer.email_key = "", f"forgotten:{reviewer.id}"
    return len(over)


def _choosable(db: Session, viewer: Viewer, material: Material, person_ids: Collection[int]) -> list[Person]:
    found = [each.person for each in db.scalars(access.choosable(material.cohort_id, viewer))] if person_ids else []
    if set(person_ids) - {each.id for each in found}:
        raise Refused(_("Choose among the people of the cohort."), field="people")
    return [each for each in found if each.id in set(person_ids)]


def _guest(db: Session, material: Material, one: Round, name: str, email: str) -> Reviewer:
    try:
        name, email = people.clean_name(name), people.clean_email(email)
    except Refused as refusal:
        raise Refused(refusal.message, field="guest_email") from None
    here = cohorts.present_at(material.cohort_id or 0, email).where(Membership.role.in_(cohorts.INSIDE))
    if db.scalar(here) is not None:
        message = _("%(email)s belongs to somebody of the cohort. Choose them by name.", email=email)
        raise Refused(message, field="guest_email")
    known = db.scalar(access.reviewer_at(one.id, email_key=email_key(email)))
    row = known or _new(one, None)
    row.name, row.email, row.email_key = name, email, email_key(email)
    return row


def _new(one: Round, person: Person | None) -> Reviewer:
    return Reviewer(round_id=one.id, person=person, asked_at=clock.now())


def _ask(db: Session, material: Material, one: Round, row: Reviewer) -> Reviewer:
    row.removed_at, row.reminded_at, row.asked_at = None, None, clock.now()
    _keep(db, row)
    emails.asked(db, _whole(row, one, material))
    return row


def _whole(reviewer: Reviewer, one: Round, material: Material) -> Reviewer:
    """The reviewer with all that a mail says, which is loaded already."""
    one.material = material
    reviewer.round = one
    return reviewer


def _keep(db: Session, row: Round | Reviewer) -> None:
    """Add it; the database lets one of two win who do the same at once."""
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:
        raise Conflict(_("Somebody else did this at the same moment. Please look at it again.")) from None


def _refuse_closed(db: Session, one: Round) -> None:
    db.refresh(one, ["is_open"])
    if not one.is_open:
        raise Refused(_("This review is over."))


def _refuse_day(wished_on: date) -> None:
    if not FEWEST_DAYS <= (wished_on - clock.today("UTC")).days <= MOST_DAYS:
        message = _("Choose a day from tomorrow on, in %(most)s days at most.", most=MOST_DAYS)
        raise Refused(message, field="wished_on")
