"""The recap before it goes out, and the button that sends it."""

from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.roundtables import emails, invitees
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.recaps import gathering, mailing, sending
from peernet.roundtables.views.room import blueprint, led, me
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule

_PATH = "/c/<slug>/roundtables/<int:roundtable_id>/recap"


@blueprint.get(_PATH)
@rule(Rule.PERSON)
def recap(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """The mail as whoever leads would get it."""
    one = led(slug, roundtable_id)
    found = gathering.of(db(), viewer(), one, is_inside=True)
    subject, text = emails.recap_preview(one, invitees.of(me()), came=mailing.told(one, found))
    return render(
        "roundtables/recaps/recap.html",
        one=one,
        cohort=one.cohort,
        subject=subject,
        text=text,
        can_send=sending.is_sendable(one),
        form_state=form,
    )


@blueprint.post(_PATH)
@rule(Rule.PERSON)
@redisplay(recap)
def send_recap(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Send it to everybody who was invited, once."""
    read(Nothing)
    is_new = sending.send(db(), led(slug, roundtable_id), actor=viewer())
    notice(_("The recap is on its way to everybody who was invited.") if is_new else _("The recap was sent already."))
    return redirect_to(".page", slug=slug, roundtable_id=roundtable_id)
