"""Opening a roundtable to the public, for those who lead it; signing up, for everybody; and the link that confirms it,
behind which looking, as mail scanners do, changes nothing."""

from flask import abort, make_response
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.i18n import language as language_in_use
from peernet.i18n import native_name
from peernet.roundtables import inputs as room_inputs
from peernet.roundtables import invitees, links
from peernet.roundtables.models import Opening
from peernet.roundtables.openings import access, inputs, signing
from peernet.roundtables.openings import opening as verbs
from peernet.roundtables.views.room import blueprint, led, seen_version
from peernet.settings import current
from peernet.tokens import tokens
from peernet.web import limits
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule

_TICKS = ("is_open", "asks_needs", "shows_asked", "shows_list")


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/opening")
@rule(Rule.PERSON)
def opening(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """How far it is open."""
    one = led(slug, roundtable_id)
    found = db().scalar(access.of(one.id))
    return render(
        "roundtables/openings/opening.html",
        one=one,
        cohort=one.cohort,
        found=found,
        form_state=form or _as_form(found, one.zone),
        version=seen_version(form, found.version if found else 0),
        languages=_languages(),
    )


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/opening")
@rule(Rule.PERSON)
@redisplay(opening)
def set_opening(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Open it, change that, or close it."""
    given = read(inputs.Opened)
    one = led(slug, roundtable_id)
    facts = given.model_dump(exclude={"version"})
    verbs.set_up(db(), one, actor=viewer(), version=given.version, **facts)
    notice(_("It is saved. Everybody can sign up.") if given.is_open else _("It is saved. Nobody can sign up."))
    return redirect_to(".opening", slug=slug, roundtable_id=roundtable_id)


@blueprint.get("/roundtables/<slug>/sign-up")
@rule(Rule.ANYBODY)
def sign_up(slug: str, form: Form | None = None) -> ResponseReturnValue:
    """The form."""
    found = _shown(slug)
    state = form or Form({"language": language_in_use()})
    page = render(
        "roundtables/openings/sign_up.html",
        found=found,
        one=found.roundtable,
        is_open=verbs.stage(found) is verbs.Stage.OPEN,
        is_full=verbs.left(db(), found) == 0,
        form_state=state,
        languages=_languages(),
    )
    return make_response(page)


@blueprint.post("/roundtables/<slug>/sign-up")
@rule(Rule.ANYBODY)
@limits.per_network(lambda settings: settings.sign_up, "sign-up")
@limits.per_account(lambda settings: settings.sign_up, "sign-up")
@redisplay(sign_up)
def ask_place(slug: str) -> ResponseReturnValue:
    """Mail a link to the address. What follows is the same whatever is known of it."""
    found = _shown(slug)
    given = read(inputs.Signing)
    signing.ask(db(), found, **given.model_dump())
    return redirect_to(".sign_up_sent", slug=slug)


@blueprint.get("/roundtables/<slug>/sign-up/sent")
@rule(Rule.ANYBODY)
def sign_up_sent(slug: str) -> str:
    """What to do now: the same for everybody."""
    found = _shown(slug)
    return render("roundtables/openings/sent.html", found=found, one=found.roundtable)


@blueprint.get("/sign-up/<token>")
@rule(Rule.LINK)
def confirming(token: str, form: Form | None = None) -> ResponseReturnValue:
    """What was signed up with, and one button."""
    row = signing.behind(db(), token)
    if row is None:
        return _over()
    one = row.opening.roundtable
    return make_response(
        render(
            "roundtables/openings/confirm.html",
            row=row,
            one=one,
            token=token,
            obstacle=signing.obstacle(db(), row),
            is_full=verbs.left(db(), row.opening) == 0,
            form_state=form,
        )
    )


@blueprint.post("/sign-up/<token>")
@rule(Rule.LINK)
@redisplay(confirming)
def confirm_place(token: str) -> ResponseReturnValue:
    """Confirm it; a second click leads to the same page."""
    row = signing.behind(db(), token)
    if row is None:
        return _over()
    read(room_inputs.Nothing)
    guest = signing.confirm(db(), row)
    own = links.token_for(db(), row.opening.roundtable, invitees.of(guest))
    return redirect_to(".link", token=tokens.text_of(own))


def _shown(slug: str) -> Opening:
    found = db().scalar(access.shown().where(Opening.slug == slug))
    if found is None:
        abort(404)
    return found


def _over() -> ResponseReturnValue:
    return make_response(render("roundtables/openings/over.html"), 410)


def _languages() -> list[tuple[str, str]]:
    return [(code, native_name(code)) for code in current().network.languages]


def _as_form(found: Opening | None, zone: str) -> Form:
    if found is None:
        return Form({"is_open": "yes", "language": current().network.language})
    values = {name: "yes" if getattr(found, name) else "" for name in _TICKS}
    day = verbs.closes_on(found, zone)
    more = {"places": found.places or "", "closes_on": day.isoformat() if day else ""}
    return Form({**values, **more, "facilitator": found.facilitator, "language": found.language})
