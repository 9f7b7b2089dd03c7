"""What somebody who signed up reads behind their link of what is held on them, and deleting it."""

from datetime import date, datetime

from flask import make_response
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from peernet import clock
from peernet.i18n import formats, native_name
from peernet.i18n import gettext as _
from peernet.roundtables import access, access_presence, inputs, links, words
from peernet.roundtables.feedback import access as feedback
from peernet.roundtables.feedback import words as feedback_words
from peernet.roundtables.models import Guest, Roundtable
from peernet.roundtables.openings import forgetting
from peernet.roundtables.recordings.models import RecordingConsent, Says
from peernet.roundtables.views.link import over
from peernet.roundtables.views.room import blueprint
from peernet.settings import current
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import redirect_to, render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/r/<token>/held")
@rule(Rule.LINK)
def held_by_link(token: str, form: Form | None = None) -> ResponseReturnValue:
    """All that is held on them, also when the roundtable is over."""
    found = links.public_guest(db(), token)
    if found is None:
        return over(token)
    one, guest = found
    page = render(
        "roundtables/openings/held.html",
        one=one,
        token=token,
        facts=_facts(one, guest),
        mails=db().scalar(select(func.count()).select_from(forgetting.mails_to(db(), guest).subquery())),
        mail_days=current().retention.mail_days,
        until=_until(one),
        is_over=one.over_at <= clock.now(),
        form_state=form,
    )
    return make_response(page)


@blueprint.post("/r/<token>/forget")
@rule(Rule.LINK)
@redisplay(held_by_link)
def forget_me_by_link(token: str) -> ResponseReturnValue:
    """Delete it at once."""
    found = links.public_guest(db(), token)
    if found is None:
        return over(token)
    read(inputs.Nothing)
    forgetting.forget(db(), *found)
    return redirect_to(".forgotten_by_link")


@blueprint.get("/sign-up/deleted")
@rule(Rule.ANYBODY)
def forgotten_by_link() -> str:
    """That it is done."""
    return render("roundtables/openings/forgotten.html")


def _facts(one: Roundtable, guest: Guest) -> list[tuple[str, str]]:
    given = db().scalar(access.answer_of(one.id, None, guest.id))
    presence = db().scalar(access_presence.presence_of(one.id, None, guest.id))
    consent = db().scalar(forgetting.consents_of(guest).order_by(RecordingConsent.id.desc()).limit(1))
    said = db().scalar(feedback.own(one.id, (None, guest.id)))
    found = [
        (_("Name"), guest.name),
        (_("Organisation"), guest.organisation),
        (_("Address for mail"), guest.email),
        (_("Time zone"), formats.zone_city(guest.zone)),
        (_("Language of the mails"), native_name(guest.language)),
        (_("What you need to take part"), guest.needs),
        (_("Listed among those who take part"), _("yes") if guest.is_listed else _("no")),
        (_("Signed up"), _moment(guest.signed_up_at, guest.zone)),
        (_("Answer"), str(words.COMING[given.answer if given else None])),
        (_("Mail to you came back"), _moment(guest.mail_bounced_at, guest.zone)),
        (_("Was there"), (_("yes") if presence.was_there else _("no")) if presence else ""),
        (_("Agreed to be recorded"), (_("yes") if consent.says is Says.YES else _("no")) if consent else ""),
        (str(feedback_words.WORTH), str(feedback_words.MARKS[said.worth]) if said and said.worth else ""),
        (str(feedback_words.WILL), said.will if said else ""),
        (str(feedback_words.CHANGE), said.change if said else ""),
    ]
    return [(name, value) for name, value in found if value]


def _moment(at: datetime | None, zone: str) -> str:
    return formats.format_moment(at, zone) if at else ""


def _until(one: Roundtable) -> date:
    return forgetting.due_at(one).date()
