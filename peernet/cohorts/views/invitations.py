"""Inviting, and being invited."""

from dataclasses import dataclass
from typing import Any

from flask import abort, make_response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peernet import i18n
from peernet.accounts import passwords, zones
from peernet.accounts.access import by_email, email_key
from peernet.accounts.models import Person
from peernet.accounts.views import entering
from peernet.cohorts import access, inputs, invitations, words
from peernet.cohorts.models import Invitation, Role
from peernet.cohorts.views.people import chosen_seat
from peernet.cohorts.views.room import blueprint, run_by_me, seats_of
from peernet.cohorts.views.seats import people
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, load, roll_back, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/invite")
@rule(Rule.PERSON)
def new_invitation(slug: str, form: Form | None = None) -> str:
    """The form that invites one person."""
    cohort = run_by_me(slug)
    asked = Form({"role": Role.MEMBER.value, "seat_id": request.args.get("seat", "")})
    return render("cohorts/invite.html", cohort=cohort, seats=seats_of(cohort), form_state=form or asked, words=words)


@blueprint.post("/c/<slug>/invite")
@rule(Rule.PERSON)
@redisplay(new_invitation)
def invite(slug: str) -> ResponseReturnValue:
    """Invite one person."""
    given = read(inputs.InvitationInput)
    cohort = run_by_me(slug)
    seat = chosen_seat(cohort.id, given.seat_id)
    values = given.model_dump(exclude={"seat_id"})
    invitations.invite(db(), cohort, actor=viewer(), seat=seat, **values)
    notice(_("An invitation goes to %(email)s.", email=given.email))
    return redirect_to(".people", slug=slug)


@blueprint.post("/c/<slug>/invitations/<int:invitation_id>/again")
@rule(Rule.PERSON)
@redisplay(lambda slug, invitation_id, form: people(slug=slug, form=form))
def send_again(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Send an invitation again, with a new link."""
    invitation = _sent_by_us(slug, invitation_id)
    invitations.send_again(db(), invitation, actor=viewer())
    notice(_("A new link goes to %(email)s. The one before no longer works.", email=invitation.email))
    return redirect_to(".people", slug=slug)


@blueprint.post("/c/<slug>/invitations/<int:invitation_id>/revoke")
@rule(Rule.PERSON)
@redisplay(lambda slug, invitation_id, form: people(slug=slug, form=form))
def revoke(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Withdraw an invitation."""
    invitation = _sent_by_us(slug, invitation_id)
    invitations.revoke(db(), invitation, actor=viewer())
    notice(_("The invitation to %(email)s is withdrawn; its link no longer works.", email=invitation.email))
    return redirect_to(".people", slug=slug)


@blueprint.get("/invitations/<token>")
@rule(Rule.LINK)
def invitation(token: str, form: Form | None = None) -> ResponseReturnValue:
    """Who invites into what, and what accepting needs. Reading spends nothing, so scanners of mail do no harm."""
    found = _look_up(db(), token)
    if found is None:
        return _over(token)
    state = form or Form({"name": found.invitation.name, "language": i18n.language()})
    return render(
        "cohorts/invitation.html",
        invitation=found.invitation,
        inviter=found.inviter,
        account=found.account,
        is_mine=found.is_mine,
        token=token,
        form_state=state,
        words=words,
        zone_groups=zones.grouped(str(state.value("zone"))),
        languages=[(code, i18n.native_name(code)) for code in current().network.languages],
        shortest=passwords.SHORTEST,
    )


@blueprint.post("/invitations/<token>")
@rule(Rule.LINK)
@redisplay(invitation)
def accept(token: str) -> ResponseReturnValue:
    """Accept an invitation: once. Who has no account says who they are; the link proves the address."""
    with database().reading() as reading:
        live = _look_up(reading, token)
    if live is None:
        return _over(token)
    given = _about_me(live)
    row = tokens.look_up(db(), token, purpose=invitations.PURPOSE)
    found = invitations.behind(db(), row)
    if row is None or found is None:
        return _over(token)
    person = invitations.accept(db(), found, row, **given)
    following = url_for("desk.cohort", slug=found.cohort.slug) if found.role in access.INSIDE else url_for(".mine")
    return _enter(person, following, _("Welcome to the cohort %(cohort)s.", cohort=found.cohort.name))


@dataclass(frozen=True)
class _Found:
    """A live invitation, who sent it, and whose account its address is."""

    invitation: Invitation
    inviter: str
    account: Person | None

    @property
    def is_mine(self) -> bool:
        """Whether the viewer is signed in as the invited address."""
        return viewer().is_authenticated and email_key(viewer().email) == self.invitation.email_key


def _look_up(reading: Session, token: str) -> _Found | None:
    found = invitations.behind(reading, tokens.look_up(reading, token, purpose=invitations.PURPOSE))
    if found is None:
        return None
    inviter = reading.get(Person, found.invited_by_id) if found.invited_by_id else None
    account = reading.scalar(by_email(found.email))
    return _Found(found, inviter.name if inviter else current().network.name, account)


def _enter(person: Person, following: str, welcome: str) -> ResponseReturnValue:
    """Sign the person in, which the link allows since it came to their own address, and greet them."""
    if viewer().person_id == person.id:
        answer = entering.go_on(following)
    elif person.is_admin:
        # A link that lives for weeks is no key to the whole installation.
        answer = redirect_to("accounts.sign_in", next=following)
    else:
        answer = entering.enter(person, way="invitation", following=following)
    notice(welcome)
    return answer


def _about_me(found: _Found) -> dict[str, Any]:
    """What an account needs, with the password hashed before the write transaction; of a known account, nothing."""
    if found.account is not None:
        return {"name": found.account.name, "zone": found.account.zone, "language": found.account.language}
    given = read(inputs.AcceptInput)
    if given.language not in current().network.languages:
        raise Refused(_("Please choose one of the options."), field="language")
    password_hash = None
    if given.password:
        passwords.refuse_weak(given.password, name=given.name, email=found.invitation.email)
        password_hash = passwords.hash_of(given.password)
    return {"name": given.name, "zone": given.zone, "language": given.language, "password_hash": password_hash}


def _over(token: str) -> ResponseReturnValue:
    """The page of a link that works no longer, with what to do; 404 for one that never did."""
    roll_back()
    row = tokens.genuine(db(), token, purpose=invitations.PURPOSE)
    if row is None:
        abort(404)
    found = load(access.invitation_behind(row.subject))
    page = render("cohorts/invitation_over.html", invitation=found, why=_why(found, row), words=words)
    return make_response(page, 410)


def _why(found: Invitation, row: Token) -> str:
    if found.accepted_at is not None:
        return "accepted"
    if found.revoked_at is not None:
        return "withdrawn"
    return "replaced" if row.revoked_at is not None else "expired"


def _sent_by_us(slug: str, invitation_id: int) -> Invitation:
    cohort = run_by_me(slug)
    found: Invitation = load(access.open_invitations(cohort.id).where(Invitation.id == invitation_id))
    return found
