"""Being forgotten: what goes, what stays and why, asking for it, and changing one's mind."""

from flask.typing import ResponseReturnValue

from peernet.accounts import access
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.privacy import erasing, inputs, names, quotes, requests
from peernet.privacy.choices import LEFT
from peernet.privacy.rows import Subject
from peernet.privacy.views.blueprint import blueprint
from peernet.settings import current
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/me/forget-me")
@rule(Rule.PERSON)
def forget_me(form: Form | None = None) -> ResponseReturnValue:
    """What would go, what would stay, and the choices."""
    person = load(access.myself(viewer()))
    asked = db().scalar(requests.own(viewer()))
    chosen = asked.choices.get("credits", "nameless") if asked else "nameless"
    return render(
        "privacy/forget_me.html",
        form_state=form or Form({"credits": chosen}),
        asked=asked,
        goes=requests.what_goes(db(), person),
        quotations=quotes.to_choose(db(), person),
        credited=names.credited(db(), Subject.of(person)),
        left=[(one.value, text) for one, text in LEFT.items()],
        obstacle=_obstacle(person),
        days=current().privacy.erasure_days,
        zone=person.zone,
    )


@blueprint.post("/me/forget-me")
@rule(Rule.PERSON)
@redisplay(forget_me)
def ask_to_be_forgotten() -> ResponseReturnValue:
    """Ask for it."""
    sent = read(inputs.ForgetMe)
    requests.ask(db(), load(access.myself(viewer())), sent.choices())
    notice(_("You asked to be forgotten. Until then you can change your mind on this page."))
    return redirect_to("privacy.forget_me")


@blueprint.post("/me/forget-me/stop")
@rule(Rule.PERSON)
def stay() -> ResponseReturnValue:
    """Change one's mind."""
    if requests.stop(db(), viewer()):
        notice(_("You stay. Nothing was deleted."))
    return redirect_to("privacy.forget_me")


def _obstacle(person: object) -> str:
    try:
        erasing.refuse_needed(db(), person)  # type: ignore[arg-type]
    except Refused as refusal:
        return refusal.message
    return ""
