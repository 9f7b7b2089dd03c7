"""One person in a cohort, and what its organisers can do about their part."""

from flask.typing import ResponseReturnValue

from peernet.cohorts import access, inputs, people, words
from peernet.cohorts.models import Invitation, Membership, Seat
from peernet.cohorts.views.room import blueprint, run_by_me, seats_of
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/people/<int:membership_id>")
@rule(Rule.PERSON)
def person(slug: str, membership_id: int, form: Form | None = None) -> str:
    """One person's part in the cohort."""
    membership = _theirs(slug, membership_id)
    held = {"role": membership.role, "seat_id": membership.seat_id or ""}
    return render(
        "cohorts/person.html",
        cohort=membership.cohort,
        membership=membership,
        seats=seats_of(membership.cohort),
        form_state=form,
        role_form=Form(held | dict(form.values if form else {})),
        words=words,
    )


@blueprint.post("/c/<slug>/people/<int:membership_id>/role")
@rule(Rule.PERSON)
@redisplay(person)
def change_role(slug: str, membership_id: int) -> ResponseReturnValue:
    """Give another role or seat."""
    given = read(inputs.RoleInput)
    membership = _theirs(slug, membership_id)
    seat = chosen_seat(membership.cohort_id, given.seat_id)
    if people.change_role(db(), membership, actor=viewer(), role=given.role, seat=seat):
        notice(_("%(name)s has another part in the cohort now, and is told by mail.", name=membership.person.name))
    if membership.person_id == viewer().person_id and membership.role not in access.ORGANISING:
        return redirect_to(".mine")
    return redirect_to(".people", slug=slug)


@blueprint.post("/c/<slug>/people/<int:membership_id>/deputy")
@rule(Rule.PERSON)
@redisplay(person)
def name_deputy(slug: str, membership_id: int) -> ResponseReturnValue:
    """Name somebody the deputy of their seat, or no longer."""
    given = read(inputs.DeputyInput)
    membership = _theirs(slug, membership_id)
    people.name_deputy(db(), membership, actor=viewer(), is_deputy=given.is_deputy)
    notice(_("Saved."))
    return redirect_to(".people", slug=slug)


@blueprint.post("/c/<slug>/people/<int:membership_id>/signatory")
@rule(Rule.PERSON)
@redisplay(person)
def name_signatory(slug: str, membership_id: int) -> ResponseReturnValue:
    """Name whom the organisation lets sign for it, or no longer."""
    given = read(inputs.SignatoryInput)
    membership = _theirs(slug, membership_id)
    people.name_signatory(db(), membership, actor=viewer(), is_signatory=given.is_signatory)
    notice(_("Saved."))
    return redirect_to(".people", slug=slug)


@blueprint.post("/c/<slug>/people/<int:membership_id>/replace")
@rule(Rule.PERSON)
@redisplay(person)
def replace_holder(slug: str, membership_id: int) -> ResponseReturnValue:
    """Let somebody else hold the seat."""
    given = read(inputs.AppointInput)
    membership = _theirs(slug, membership_id)
    following = people.replace_holder(db(), membership, actor=viewer(), email=given.email, name=given.name)
    name = membership.person.name
    if isinstance(following, Invitation):
        notice(_("%(name)s has left, and an invitation goes to %(email)s.", name=name, email=following.email))
    else:
        notice(_("%(name)s has left, and %(other)s holds the seat.", name=name, other=following.person.name))
    return redirect_to(".people", slug=slug)


@blueprint.post("/c/<slug>/people/<int:membership_id>/remove")
@rule(Rule.PERSON)
@redisplay(person)
def remove(slug: str, membership_id: int) -> ResponseReturnValue:
    """End somebody's part in the cohort."""
    membership = _theirs(slug, membership_id)
    people.remove(db(), membership, actor=viewer())
    notice(_("%(name)s is no longer in the cohort.", name=membership.person.name))
    mine = membership.person_id == viewer().person_id
    return redirect_to(".mine") if mine else redirect_to(".people", slug=slug)


def chosen_seat(cohort_id: int, seat_id: int | None) -> Seat | None:
    """The seat of a form. Raises Refused for one that is not taken in this cohort."""
    if seat_id is None:
        return None
    seat = db().scalars(access.seats_of(cohort_id).where(Seat.id == seat_id)).one_or_none()
    if seat is None:
        raise Refused(_("This organisation has no seat in the cohort."), field="seat_id")
    return seat


def _theirs(slug: str, membership_id: int) -> Membership:
    cohort = run_by_me(slug)
    found: Membership = load(access.people_of(cohort.id).where(Membership.id == membership_id))
    return found
