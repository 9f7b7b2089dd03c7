"""The mails of this room. None quotes what a member wrote."""

from typing import Any

from sqlalchemy.orm import Session

from peernet.accounts import links
from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.cohorts import access, words
from peernet.cohorts.models import Cohort, Invitation, Membership
from peernet.mail import compose
from peernet.mail.compose import Recipient
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer


def invited(db: Session, invitation: Invitation, token: Token, *, inviter: str, invitee: Person | None) -> None:
    """To somebody who is invited."""
    _invite(db, "cohorts/invited", invitation, token, inviter, invitee)


def reminded(db: Session, invitation: Invitation, token: Token, *, inviter: str, invitee: Person | None) -> None:
    """To somebody whose invitation is sent again."""
    _invite(db, "cohorts/reminded", invitation, token, inviter, invitee)


def role_changed(db: Session, membership: Membership, *, actor: Viewer) -> None:
    """To somebody who has another role, or speaks for another organisation."""
    context = _about(membership) | {"actor": actor.name}
    compose.send(db, to=recipient_of(membership.person), template="cohorts/role_changed", context=context)


def removed(db: Session, membership: Membership) -> None:
    """To somebody whose part in the cohort ended, by whoever's choice but their own."""
    compose.send(db, to=recipient_of(membership.person), template="cohorts/removed", context=_about(membership))


def left(db: Session, cohort: Cohort, *, names: list[str], organisation: str, actor: Viewer) -> None:
    """To the organisers who want news, except the one who did it, when somebody left."""
    if not names:
        return
    context = {"cohort": cohort.name, "slug": cohort.slug, "names": names, "organisation": organisation}
    for organiser in db.scalars(access.organisers_of(cohort.id)).all():
        if organiser.person_id != actor.person_id and organiser.person.mail_news:
            stop = links.stop_token(db, organiser.person, "news")
            values = context | {"stop_token": tokens.placeholder(stop)}
            to = recipient_of(organiser.person)
            compose.send(db, to=to, template="cohorts/left", context=values, stop_token_id=stop.id)


def _invite(
    db: Session, template: str, invitation: Invitation, token: Token, inviter: str, invitee: Person | None
) -> None:
    seat = invitation.seat
    context = {
        "inviter": inviter or current().network.name,
        "cohort": invitation.cohort.name,
        "theme": invitation.cohort.theme,
        "starts_on": invitation.cohort.starts_on,
        "ends_on": invitation.cohort.ends_on,
        "role": words.ROLES[invitation.role],
        "organisation": seat.organisation.name if seat else "",
        "is_deputy": invitation.is_deputy,
        "token": tokens.placeholder(token),
        "until": token.expires_at,
    }
    guest = Recipient(address=invitation.email, name=invitation.name)
    to = recipient_of(invitee) if invitee else guest
    compose.send(db, to=to, template=template, context=context, key=f"invitation:{token.id}")


def _about(membership: Membership) -> dict[str, Any]:
    """What a mail to a member says of their part. ``membership`` comes with cohort, seat and organisation."""
    return {
        "cohort": membership.cohort.name,
        "slug": membership.cohort.slug,
        "role": words.ROLES[membership.role],
        "organisation": membership.seat.organisation.name if membership.seat else "",
    }
