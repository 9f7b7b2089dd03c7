"""Who was given something that is held on the viewer."""

from flask.typing import ResponseReturnValue

from peernet.accounts import access
from peernet.i18n import lazy_gettext as _l
from peernet.ledger import ledger
from peernet.privacy.views.blueprint import blueprint
from peernet.web.pages import render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

WORDS = {
    "groups.zoom": _l("Your address, in a file of breakout rooms for Zoom"),
    "person.export": _l("Everything held on you, as an archive"),
}


@blueprint.get("/me/handed-out")
@rule(Rule.PERSON)
def handed_out() -> ResponseReturnValue:
    """Each time that something on them left the site: what, when, and who took it."""
    person = load(access.myself(viewer()))
    events = list(db().scalars(ledger.handed_out(person.id)))
    takers = {event.actor_id for event in events if event.actor_id is not None}
    names = dict(db().execute(access.names_of(takers)).all())
    return render("privacy/handed_out.html", events=events, names=names, words=WORDS, zone=person.zone)
