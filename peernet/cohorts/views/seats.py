"""The working page of people and seats; a seat given, looked at, freed."""

from typing import Any

from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.cohorts import access, inputs, seats, words
from peernet.cohorts.models import Invitation, Membership, Seat
from peernet.cohorts.views.room import blueprint, run_by_me, seats_of
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.organisations import countries, organisations
from peernet.organisations.models import Organisation
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/people")
@rule(Rule.PERSON)
def people(slug: str, form: Form | None = None) -> str:
    """Seats with those who hold them, everybody else, and who is invited."""
    cohort = run_by_me(slug)
    memberships = list(db().scalars(access.people_of(cohort.id)))
    invitations = list(db().scalars(access.open_invitations(cohort.id)))
    return render(
        "cohorts/people.html",
        cohort=cohort,
        rows=[_row(seat, memberships, invitations) for seat in seats_of(cohort)],
        others=[membership for membership in memberships if membership.seat_id is None],
        invited=[invitation for invitation in invitations if invitation.seat_id is None],
        form_state=form,
        words=words,
        now=clock.now(),
    )


@blueprint.get("/c/<slug>/organisations/new")
@rule(Rule.PERSON)
def new_seat(slug: str, form: Form | None = None) -> str:
    """The form that adds an organisation."""
    cohort = run_by_me(slug)
    seated = {seat.organisation_id for seat in seats_of(cohort)}
    known = db().scalars(access.organisations_choosable_by(viewer()))
    return render(
        "cohorts/new_seat.html",
        cohort=cohort,
        known=[organisation for organisation in known if organisation.id not in seated],
        countries=countries.choices(),
        form_state=form,
    )


@blueprint.post("/c/<slug>/organisations/new")
@rule(Rule.PERSON)
@redisplay(new_seat)
def give_seat(slug: str) -> ResponseReturnValue:
    """Seat an organisation that is known, or a new one."""
    given = read(inputs.SeatInput)
    cohort = run_by_me(slug)
    organisation = _chosen(given)
    seat = seats.give(db(), cohort, organisation, actor=viewer())
    notice(_("%(organisation)s has a seat. Invite somebody to hold it.", organisation=organisation.name))
    return redirect_to(".new_invitation", slug=slug, seat=seat.id)


@blueprint.get("/c/<slug>/seats/<int:seat_id>")
@rule(Rule.PERSON)
def seat(slug: str, seat_id: int, form: Form | None = None) -> str:
    """One seat, and what can be done about it."""
    found = _my_seat(slug, seat_id)
    memberships = list(db().scalars(access.people_of(found.cohort_id).where(Membership.seat_id == seat_id)))
    invitations = list(db().scalars(access.open_invitations(found.cohort_id).where(Invitation.seat_id == seat_id)))
    row = _row(found, memberships, invitations)
    return render("cohorts/seat.html", cohort=found.cohort, row=row, form_state=form, words=words, now=clock.now())


@blueprint.post("/c/<slug>/seats/<int:seat_id>/free")
@rule(Rule.PERSON)
@redisplay(seat)
def free_seat(slug: str, seat_id: int) -> ResponseReturnValue:
    """End an organisation's part in the cohort."""
    found = _my_seat(slug, seat_id)
    seats.free(db(), found, actor=viewer())
    notice(_("%(organisation)s has left the cohort.", organisation=found.organisation.name))
    return redirect_to(".people", slug=slug)


def _my_seat(slug: str, seat_id: int) -> Seat:
    cohort = run_by_me(slug)
    found: Seat = load(access.seats_of(cohort.id).where(Seat.id == seat_id))
    return found


def _chosen(given: inputs.SeatInput) -> Organisation:
    if bool(given.organisation_id) == bool(given.name):
        raise Refused(_("Choose an organisation, or give the name of a new one."), field="organisation_id")
    if given.organisation_id is None:
        return organisations.create(
            db(), actor=viewer(), name=given.name, home_page=given.home_page or "", country=given.country or ""
        )
    choosable = access.organisations_choosable_by(viewer())
    found = db().scalars(choosable.where(Organisation.id == given.organisation_id)).one_or_none()
    if found is None:
        raise Refused(_("This organisation cannot be chosen."), field="organisation_id")
    return found


def _row(seat: Seat, memberships: list[Membership], invitations: list[Invitation]) -> dict[str, Any]:
    return {
        "seat": seat,
        "organisation": seat.organisation,
        "holders": [membership for membership in memberships if membership.seat_id == seat.id],
        "invited": [invitation for invitation in invitations if invitation.seat_id == seat.id],
    }
