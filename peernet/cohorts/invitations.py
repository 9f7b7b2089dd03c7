"""Invitations into a cohort: sent, accepted once, sent again, withdrawn."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import people as accounts
from peernet.accounts.access import by_email, email_key
from peernet.accounts.models import Person
from peernet.cohorts import access, emails, memberships
from peernet.cohorts.models import Cohort, CohortState, Invitation, Role, Seat
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.jobs import jobs
from peernet.ledger import ledger
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer

PURPOSE = "invitation"
MAIL_JOB = "cohorts.mail_invitations"
# Mails that one transaction writes.
_BATCH = 50
# So that nobody's letter box fills because somebody presses a button again and again.
_PAUSE = timedelta(minutes=5)


def invite(
    db: Session,
    cohort: Cohort,
    *,
    actor: Viewer,
    email: str,
    role: Role,
    name: str = "",
    seat: Seat | None = None,
    is_deputy: bool = False,
) -> Invitation:
    """Invite the holder of an address into one role. ``seat`` comes with its organisation. Raises Refused where they
    are in the cohort or invited already."""
    if cohort.state is CohortState.CLOSED:
        raise Refused(_("This cohort is closed. Open it again first."))
    memberships.check_seat(cohort.id, role, seat)
    if is_deputy and seat is None:
        raise Refused(_("A deputy holds a seat: choose the organisation."), field="seat_id")
    memberships.hold(db, cohort.id)
    if db.scalars(access.present_at(cohort.id, email)).one_or_none() is not None:
        raise Refused(_("This person is in the cohort already."), field="email")
    if db.scalar(_open_for(cohort.id, email)) is not None:
        raise Refused(_("This address is invited already. You can send the invitation again."), field="email")
    invitation = new(cohort, actor=actor, email=email, role=role, name=name, seat=seat, is_deputy=is_deputy)
    db.add(invitation)
    db.flush()
    _record(db, invitation, actor, "invitation.sent")
    _mail(db, invitation, inviter=actor.name)
    return invitation


def new(
    cohort: Cohort, *, actor: Viewer, email: str, role: Role, name: str, seat: Seat | None, is_deputy: bool
) -> Invitation:
    """An invitation that is not in the database yet."""
    return Invitation(
        cohort=cohort,
        email=email,
        email_key=email_key(email),
        name=name,
        role=role,
        seat=seat,
        is_deputy=is_deputy,
        invited_by_id=actor.person_id,
        created_at=clock.now(),
    )


def send_later(db: Session, many: Sequence[Invitation], *, actor: Viewer) -> None:
    """Store new invitations, for callers that have made sure of all that ``invite`` asks; jobs mail them, so that
    nobody waits for thousands of mails to be written."""
    db.add_all(many)
    db.flush()
    for invitation in many:
        _record(db, invitation, actor, "invitation.sent")
    for begin in range(0, len(many), _BATCH):
        jobs.enqueue(db, MAIL_JOB, {"invitations": [one.id for one in many[begin : begin + _BATCH]]})


def mail_waiting(db: Session, payload: dict[str, Any]) -> None:
    """The job: mail those of the invitations that are open and have no link yet."""
    waiting = access.unmailed_invitations(payload["invitations"])
    for invitation, inviter in db.execute(waiting).unique().all():
        _mail(db, invitation, inviter=inviter or "")


def send_again(db: Session, invitation: Invitation, *, actor: Viewer) -> None:
    """A new link, which works for its full time; the one before stops working. ``invitation`` is an open one."""
    if invitation.token is not None and clock.now() - invitation.token.created_at < _PAUSE:
        raise Refused(_("This invitation was sent a few minutes ago. Wait a little before sending it again."))
    tokens.revoke(db, purpose=PURPOSE, subject=_subject(invitation))
    token = _give_token(db, invitation)
    _record(db, invitation, actor, "invitation.sent_again")
    emails.reminded(db, invitation, token, inviter=actor.name, invitee=db.scalar(by_email(invitation.email)))


def revoke(db: Session, invitation: Invitation, *, actor: Viewer) -> None:
    """Withdraw an open invitation; its link stops working. Raises Conflict where it was accepted meanwhile."""
    if not _settle(db, invitation, revoked_at=clock.now()):
        raise Conflict(_("This invitation was accepted or withdrawn meanwhile."))
    tokens.revoke(db, purpose=PURPOSE, subject=_subject(invitation))
    _record(db, invitation, actor, "invitation.revoked")


def behind(db: Session, token: Token | None) -> Invitation | None:
    """The open invitation that a live token is for, with cohort, seat and organisation."""
    if token is None:
        return None
    invitation = db.scalars(access.invitation_behind(token.subject)).one_or_none()
    if invitation is None or invitation.accepted_at is not None or invitation.revoked_at is not None:
        return None
    return invitation


def accept(
    db: Session,
    invitation: Invitation,
    token: Token,
    *,
    name: str,
    zone: str,
    language: str,
    password_hash: str | None = None,
) -> Person:
    """Use the invitation up: its person, whose account is made where there is none, gets the role. The link came to
    the account's own address, which proves it. Raises Conflict for the second of two, Refused for a closed account."""
    if not tokens.spend(db, token) or not _settle(db, invitation, accepted_at=clock.now()):
        raise Conflict(_("This invitation was accepted a moment ago. Sign in to go on."))
    person = db.scalar(by_email(invitation.email)) or accounts.create(
        db, email=invitation.email, name=name, zone=zone, language=language, password_hash=password_hash
    )
    if person.disabled_at is not None:
        raise Refused(_("The account of this address is closed. Write to the operators of this site."))
    actor = Viewer(person_id=person.id, name=person.name, email=person.email)
    if not access.is_present(db, invitation.cohort_id, person.id):
        memberships.add(
            db,
            invitation.cohort,
            person.id,
            actor=actor,
            role=invitation.role,
            seat=invitation.seat,
            is_deputy=invitation.is_deputy,
        )
    _record(db, invitation, actor, "invitation.accepted")
    return person


def _mail(db: Session, invitation: Invitation, *, inviter: str) -> None:
    token = _give_token(db, invitation)
    emails.invited(db, invitation, token, inviter=inviter, invitee=db.scalar(by_email(invitation.email)))


def _give_token(db: Session, invitation: Invitation) -> Token:
    lasts = timedelta(days=current().sessions.invitation_days)
    token = tokens.make(db, purpose=PURPOSE, subject=_subject(invitation), lasts=lasts)
    invitation.token = token
    return token


def _settle(db: Session, invitation: Invitation, **moment: Any) -> bool:
    """End an open invitation; False when somebody was quicker."""
    is_open = (Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    ended = update(Invitation).where(Invitation.id == invitation.id, *is_open).values(**moment)
    return bool(db.execute(ended).rowcount == 1)  # type: ignore[attr-defined]


def _open_for(cohort_id: int, email: str) -> Any:
    return (
        select(Invitation.id)
        .where(Invitation.cohort_id == cohort_id, Invitation.email_key == email_key(email))
        .where(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    )


def _subject(invitation: Invitation) -> str:
    return f"invitation:{invitation.id}"


def _record(db: Session, invitation: Invitation, actor: Viewer, action: str) -> None:
    """The address stays out of the ledger, which is kept for ever."""
    ledger.record(
        db,
        action,
        subject=_subject(invitation),
        scope=f"cohort:{invitation.cohort_id}",
        actor_id=actor.person_id,
        data={"role": invitation.role.value},
    )
