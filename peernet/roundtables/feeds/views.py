"""The page on which a person makes and takes back the addresses of their calendars, and the calendars themselves."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from peernet import i18n
from peernet.accounts.sessions import viewer_of
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.i18n import gettext as _
from peernet.roundtables.feeds import addresses, entries, files, inputs
from peernet.roundtables.feeds.addresses import Holder
from peernet.roundtables.feeds.entries import Feed
from peernet.roundtables.views.room import blueprint, me
from peernet.settings import current
from peernet.web import limits
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/me/calendar")
@rule(Rule.PERSON)
def calendars(form: Form | None = None) -> ResponseReturnValue:
    """The viewer's own calendar, and one of each cohort that they lead."""
    person = me()
    led = list(db().scalars(cohorts.led_by(viewer()).order_by(Cohort.starts_on.desc(), Cohort.id)))
    found = addresses.of(db(), person.id, [cohort.id for cohort in led])
    return render(
        "roundtables/feeds/calendars.html",
        person=person,
        own=found.get(None),
        led=[(cohort, found.get(cohort.id)) for cohort in led],
        webcal=addresses.webcal,
        everybody=f"{current().public_url}/feeds/roundtables.ics",
        form_state=form,
    )


@blueprint.post("/me/calendar")
@rule(Rule.PERSON)
@redisplay(calendars)
def renew_calendar() -> ResponseReturnValue:
    """A new address; the one before, if there was one, stops working."""
    cohort = _chosen(read(inputs.WhichCalendar).cohort)
    addresses.renew(db(), me().id, cohort)
    notice(_("The address is made. Give it to your calendar program, and to nobody else."))
    return redirect_to(".calendars")


@blueprint.post("/me/calendar/remove")
@rule(Rule.PERSON)
@redisplay(calendars)
def remove_calendar() -> ResponseReturnValue:
    """Take the address back."""
    cohort = _chosen(read(inputs.WhichCalendar).cohort)
    addresses.remove(db(), me().id, cohort.id if cohort else None)
    notice(
        _("The address works no more. Programs that used it keep what they fetched last, until you remove it there.")
    )
    return redirect_to(".calendars")


@blueprint.get("/calendar/<token>/roundtables.ics")
@rule(Rule.LINK)
@limits.per_link(lambda limits: limits.calendar, scope="calendar")
def subscribed(token: str) -> Response:
    """The calendar itself, for a program that holds its address."""
    found = addresses.behind(db(), token)
    feed = _feed(found) if found else None
    return _over() if feed is None else _answer(feed)


def _feed(holder: Holder) -> Feed | None:
    """The calendar in the words of its person; None of a cohort that they lead no more."""
    who = viewer_of(holder.person)
    with i18n.use_language(holder.person.language or current().network.language):
        if holder.cohort_id is None:
            return entries.own(db(), who)
        cohort = db().scalar(cohorts.led_by(who).where(Cohort.id == holder.cohort_id))
        return None if cohort is None else entries.of_cohort(db(), who, cohort)


def _answer(feed: Feed) -> Response:
    """The file, or 304 before it is even written."""
    response = Response(content_type="text/calendar; charset=utf-8")
    response.set_etag(feed.digest)
    response.headers["Cache-Control"] = "private, no-cache"
    # The address is the secret: it is not to be told to whatever the calendar links to.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Disposition"] = 'inline; filename="roundtables.ics"'
    response.make_conditional(request)
    if response.status_code != 304:
        response.set_data(files.write(feed))
    return response


def _over() -> Response:
    """Programs take 410 (RFC 9110, 15.5.11) for the end; a wrong address gets the same, so that none can be tried."""
    text = _("This calendar has no such address any more. Its owner can make a new one, signed in, under “Calendar”.")
    response = Response(f"{text}\n", 410, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _chosen(slug: str) -> Cohort | None:
    if not slug:
        return None
    found: Cohort = load(cohorts.led_by(viewer()).where(Cohort.slug == slug))
    return found
