"""Asking a cohort: asked, revised, ordered, closed, opened again, withdrawn."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from peernet import clock, pages
from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort, CohortState
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.prompts import access, addressing, due_access, emails, finding
from peernet.prompts.addressed_access import asked_over_time, holders_of_seats, waited_for
from peernet.prompts.addressing import ALL, Whom
from peernet.prompts.models import Asking, Prompt, Visibility
from peernet.prompts.voices import FEWEST
from peernet.web.viewer import NOBODY, Viewer

# How long before it closes a prompt is called to mind, once.
REMINDED_BEFORE = timedelta(days=2)
_LOCKED = (
    "version", "closes_at", "closed_at", "released_at", "withdrawn_at", "admits_unattributed", "is_to_some",
    "is_per_seat", "is_held", "only_unattributed", "widest", "revealed_at",
)  # fmt: skip
# What stays as it was once somebody is done.
_RELIED_ON = ("admits_unattributed", "is_per_seat")
# What has to fit to whom it is put.
_FIT = {"is_focus", *_RELIED_ON}


class Facts(TypedDict, total=False):
    """What can be said of an asking. ``text`` is its wording in the cohort, ``closes_at`` when answers stop;
    ``is_per_seat``: one answer is wanted for each organisation."""

    text: str
    closes_at: datetime | None
    is_focus: bool
    admits_unattributed: bool
    is_per_seat: bool


def ask(
    db: Session, prompt: Prompt, cohort: Cohort, *, actor: Viewer, to: Whom = ALL, **facts: Unpack[Facts]
) -> Asking:
    """Ask a prompt in a cohort from now on, in the library's wording unless ``text`` is given. Tells nobody: see
    :func:`announce`. Raises Refused where it is asked already, and as ``addressing.put``."""
    if cohort.state is CohortState.CLOSED:
        raise Refused(_("This cohort is closed. Open it again to ask something."))
    if prompt.cohort_id not in (None, cohort.id):
        raise Refused(_("This prompt is another cohort’s own."))
    _require_future(facts.get("closes_at"))
    asking = db.scalars(access.all_asked(Asking.prompt_id == prompt.id, Asking.cohort_id == cohort.id)).one_or_none()
    if asking is not None and asking.withdrawn_at is None:
        raise Refused(_("“%(prompt)s” is asked in this cohort already.", prompt=prompt.text))
    asking = asking or Asking(prompt=prompt, cohort=cohort, text=prompt.text, created_at=clock.now())
    asking.opens_at, asking.position = clock.now(), _last_position(db, cohort.id) + 1
    asking.withdrawn_at = asking.closed_at = asking.reminded_at = None
    asking.is_per_seat = False
    for name, value in facts.items():
        setattr(asking, name, value)
    # Not to all for a moment: what is put to some is so from its first row on.
    asking.is_to_some = to.is_some
    db.add(asking)
    db.flush()
    addressing.put(db, asking, to)
    _record(db, asking, actor, "prompt.asked")
    finding.renew_asking(db, asking)
    return asking


def announce(db: Session, askings: Sequence[Asking]) -> None:
    """Tell the members of a cohort of prompts that were just asked there, each in one mail of what is put to them."""
    people: dict[int, Person] = {}
    asked: dict[int, list[Asking]] = {}
    for asking in askings:
        for person in db.scalars(holders_of_seats(asking)).all():
            people[person.id] = person
            asked.setdefault(person.id, []).append(asking)
    for person_id in sorted(asked):
        emails.asked(db, people[person_id], asked[person_id])


def revise(
    db: Session, asking: Asking, *, actor: Viewer, version: int, to: Whom | None = None, **facts: Unpack[Facts]
) -> bool:
    """Change what is given, and say whether anything changed. To whom it is put, for whom they answer and whether
    unattributed is admitted stays as it was once somebody is done: they relied on it. Raises Conflict where ``version``
    is no longer that."""
    if asking.version != version:
        raise Conflict(_("Somebody else changed this prompt meanwhile."), theirs=asking.text)
    # Nobody gives an answer meanwhile that relies on what is changed here.
    db.execute(select(Asking.id).where(Asking.id == asking.id).with_for_update())
    changed = [name for name, value in facts.items() if getattr(asking, name) != value]
    if "closes_at" in changed:
        _require_open(asking)
        _require_future(facts["closes_at"])
    _require_not_relied_on(db, asking, changed)
    for name in changed:
        setattr(asking, name, facts[name])  # type: ignore[literal-required]
    _put_again(db, asking, to, changed)
    if changed:
        db.flush()
        _record(db, asking, actor, "prompt.asking_revised", fields=changed)
        finding.renew_asking(db, asking)
    if "text" in changed:
        finding.renew_answers(db, asking)
    return bool(changed)


def order(db: Session, cohort: Cohort, askings: Sequence[Asking], *, actor: Viewer, places: Mapping[int, int]) -> None:
    """Put the askings of a cohort in order; ``places`` gives the place wanted for the id of each."""
    wanted = sorted(askings, key=lambda asking: (places.get(asking.id, asking.position), asking.position, asking.id))
    for position, asking in enumerate(wanted, start=1):
        if asking.position != position:
            asking.position = position
    db.flush()
    scope = f"cohort:{cohort.id}"
    ledger.record(db, "prompt.ordered", subject=scope, scope=scope, actor_id=actor.person_id)
    pages.touch(db, scope)


def close(db: Session, asking: Asking, *, actor: Viewer) -> bool:
    """Stop answers, reveal those that were held, and release the unattributed ones together if enough organisations
    wrote one; otherwise everybody who was asked gets the same mail, and whoever wrote one is asked again on its
    page. Says whether it was open."""
    hold(db, asking)
    if asking.closed_at is not None or asking.withdrawn_at is not None:
        return False
    asking.closed_at = clock.now()
    was_held, asking.is_held = asking.is_held, False
    asking.revealed_at = asking.closed_at if was_held else asking.revealed_at
    organisations = db.scalar(access.unattributed_organisations(asking.id, Visibility.FACILITATORS)) or 0
    if asking.admits_unattributed and organisations >= FEWEST:
        asking.released_at = asking.closed_at
    db.flush()
    _record(db, asking, actor, "prompt.closed")
    if asking.released_at is not None or was_held:
        finding.renew_answers(db, asking)
        finding.touch(db, asking.prompt_id)
    if asking.released_at is None and asking.admits_unattributed:
        for person in db.scalars(asked_over_time(asking)).all():
            emails.asked_again(db, person, asking)
    return True


def reopen(db: Session, asking: Asking, *, actor: Viewer, closes_at: datetime | None) -> None:
    """Take answers again, until ``closes_at``. Refused once unattributed answers were released: with a later one beside
    them, its author could be told."""
    hold(db, asking)
    if asking.released_at is not None:
        raise Refused(_("The unattributed answers were released together. This prompt cannot be opened again."))
    if asking.closed_at is None:
        raise Refused(_("This prompt is not closed."))
    _require_future(closes_at)
    asking.closed_at, asking.closes_at, asking.reminded_at = None, closes_at, None
    db.flush()
    _record(db, asking, actor, "prompt.reopened")


def withdraw(db: Session, asking: Asking, *, actor: Viewer) -> None:
    """Ask no more, where nobody is done. What somebody has typed so far stays theirs."""
    hold(db, asking)
    if _anybody_done(db, asking):
        raise Refused(_("Somebody is done with this prompt already. Close it instead; what was said stays."))
    asking.withdrawn_at = clock.now()
    db.flush()
    _record(db, asking, actor, "prompt.withdrawn")
    finding.renew_asking(db, asking)


def close_due(db: Session) -> int:
    """Close every asking whose time is over; gives how many. For the worker."""
    return sum(close(db, asking, actor=NOBODY) for asking in db.scalars(due_access.to_close()).all())


def remind_due(db: Session) -> int:
    """Call to mind what closes soon, once, in one mail to each member who is not done; gives how many mails."""
    waiting: dict[int, list[Asking]] = {}
    people = {}
    for asking in db.scalars(due_access.to_remind(clock.now() + REMINDED_BEFORE)).all():
        for person in db.scalars(waited_for(asking)).all() if _take_reminding(db, asking) else ():
            people[person.id] = person
            waiting.setdefault(person.id, []).append(asking)
    for person_id, askings in waiting.items():
        emails.closing_soon(db, people[person_id], askings)
    return len(waiting)


def _take_reminding(db: Session, asking: Asking) -> bool:
    """Whether this process is the one that reminds. It leaves the version alone, which an organiser's form may hold."""
    first = update(Asking).where(Asking.id == asking.id, Asking.reminded_at.is_(None)).values(reminded_at=clock.now())
    return db.execute(first).rowcount == 1  # type: ignore[attr-defined, no-any-return]


def hold(db: Session, asking: Asking) -> None:
    """Read an asking anew and keep others from changing it until this transaction ends: an answer must not slip in
    beside its closing."""
    db.refresh(asking, _LOCKED, with_for_update=True)


def _last_position(db: Session, cohort_id: int) -> int:
    return db.scalar(select(func.max(Asking.position)).where(Asking.cohort_id == cohort_id)) or 0


def _anybody_done(db: Session, asking: Asking) -> bool:
    return db.scalar(access.someone_done(asking.id)) is not None


def _require_not_relied_on(db: Session, asking: Asking, changed: Sequence[str]) -> None:
    field = next((name for name in changed if name in _RELIED_ON), None)
    if field is not None and _anybody_done(db, asking):
        message = _("Somebody is done with this prompt already, and relied on what was said when they answered.")
        raise Refused(message, field=field)


def _put_again(db: Session, asking: Asking, to: Whom | None, changed: list[str]) -> None:
    """Put it to others where these are given, and see to it that what changed fits to whom it is put."""
    before = addressing.whom_of(db, asking)
    if to in (None, before) and not _FIT & set(changed):
        return
    is_other = addressing.put(db, asking, before if to is None else to)
    if is_other and _anybody_done(db, asking):
        message = _("Somebody is done with this prompt already, and relied on who else is asked.")
        raise Refused(message, field="whom")
    if is_other:
        changed.append("addressees")


def _require_open(asking: Asking) -> None:
    if asking.closed_at is not None:
        raise Refused(_("This prompt is closed. Open it again to set another date."), field="closes_on")


def _require_future(closes_at: datetime | None) -> None:
    if closes_at is not None and closes_at <= clock.now():
        raise Refused(_("This moment is over. Choose a later one."), field="closes_on")


def _record(db: Session, asking: Asking, actor: Viewer, action: str, **data: Any) -> None:
    scope = f"cohort:{asking.cohort_id}"
    ledger.record(db, action, subject=f"asking:{asking.id}", scope=scope, actor_id=actor.person_id, data=data)
