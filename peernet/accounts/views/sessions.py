"""The viewer's sessions: where they are signed in, and ending that."""

from flask.typing import ResponseReturnValue

from peernet.accounts import access, agents, sessions
from peernet.accounts.views.blueprint import blueprint
from peernet.accounts.views.sign_in import leave
from peernet.i18n import gettext as _
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_MOST = 100


@blueprint.get("/me/sessions")
@rule(Rule.PERSON)
def my_sessions() -> ResponseReturnValue:
    """Where the viewer is signed in."""
    rows = db().scalars(access.sign_ins_of(viewer()).limit(_MOST)).all()
    shown = [(row, agents.in_words(row.agent), row.id == viewer().sign_in_id) for row in rows]
    return render("accounts/sessions.html", sessions=shown, zone=viewer().zone)


@blueprint.post("/me/sessions/<int:sign_in_id>/end")
@rule(Rule.PERSON)
def end_session(sign_in_id: int) -> ResponseReturnValue:
    """Sign out one browser."""
    sessions.end(db(), load(access.my_sign_in(viewer(), sign_in_id)))
    notice(_("That browser is signed out."))
    return redirect_to("accounts.my_sessions")


@blueprint.post("/me/sessions/end")
@rule(Rule.PERSON)
def end_all_sessions() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    person_id = viewer().person_id
    if person_id is not None:
        sessions.end_all(db(), person_id)
    leave()
    notice(_("You are signed out everywhere."))
    return redirect_to("accounts.sign_in")
