"""Guests of one roundtable, for those who lead it."""

from flask import Response
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.roundtables import access, inputs, words
from peernet.roundtables import guests as verbs
from peernet.roundtables.models import Guest
from peernet.roundtables.openings import listing
from peernet.roundtables.views.room import blueprint, led
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/guests")
@rule(Rule.PERSON)
def guests(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """Who is invited as a guest."""
    one = led(slug, roundtable_id)
    found = db().execute(access.invited_guests(one)).all()
    return render("roundtables/guests.html", one=one, cohort=one.cohort, guests=found, words=words, form_state=form)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/guests.csv")
@rule(Rule.PERSON)
def guests_file(slug: str, roundtable_id: int) -> Response:
    """The same as a table, with needs and presence. It names addresses: that it was taken is noted, hence a POST."""
    read(inputs.Nothing)
    one = led(slug, roundtable_id)
    response = Response(listing.as_csv(db(), one), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"guests-{one.id}.csv")
    verbs.note_taken(db(), one, actor=viewer())
    return response


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/guests")
@rule(Rule.PERSON)
@redisplay(guests)
def invite_guest(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Invite one more."""
    given = read(inputs.NewGuest)
    one = led(slug, roundtable_id)
    verbs.invite(
        db(), one, actor=viewer(), email=given.email, name=given.name, organisation=given.organisation, role=given.role
    )
    notice(_("The invitation is on its way."))
    return redirect_to(".guests", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/guests/<int:guest_id>/withdraw")
@rule(Rule.PERSON)
def withdraw_guest(slug: str, roundtable_id: int, guest_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    read(inputs.Nothing)
    one = led(slug, roundtable_id)
    guest = load(access.guests_of(one.id).where(Guest.id == guest_id))
    verbs.withdraw(db(), one, guest, actor=viewer())
    notice(_("The invitation was taken back, and the guest is told."))
    return redirect_to(".guests", slug=slug, roundtable_id=roundtable_id)
