"""Taking everything along: asking for it, and fetching it once, by whoever has just shown that it is they."""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from peernet.accounts import access, passwords, sessions
from peernet.accounts.models import Person
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.privacy import archives, inputs, taking
from peernet.privacy.views.blueprint import blueprint
from peernet.web import limits
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/me/take-along")
@rule(Rule.PERSON)
def take_along(form: Form | None = None) -> ResponseReturnValue:
    """What it holds, where it stands, and the button."""
    person = load(access.myself(viewer()))
    asked = db().scalar(taking.own(viewer()))
    return render(
        "privacy/take_along.html",
        form_state=form,
        asked=asked,
        is_there=asked is not None and archives.has(asked.name),
        is_fresh=sessions.is_fresh(db(), viewer()),
        person=person,
        zone=person.zone,
    )


@blueprint.post("/me/take-along")
@rule(Rule.PERSON)
@limits.per_person(lambda settings: settings.mail, "archive")
@redisplay(take_along)
def ask_to_take_along() -> ResponseReturnValue:
    """Ask for it."""
    read(inputs.Nothing)
    taking.ask(db(), load(access.myself(viewer())))
    notice(_("It is being put together. A mail tells you when you can fetch it."))
    return redirect_to("privacy.take_along")


@blueprint.post("/me/take-along/everything.zip")
@rule(Rule.PERSON)
@limits.per_person(lambda settings: settings.account, "fetch-archive")
@redisplay(take_along)
def fetch_everything() -> ResponseReturnValue:
    """The archive. It is gone once it was handed out, and that it was is noted; hence a POST."""
    sent = read(inputs.Fetch)
    with database().reading() as reading:
        person: Person = reading.scalars(access.myself(viewer())).one()
        is_fresh, known_hash = sessions.is_fresh(reading, viewer()), person.password_hash
    if not is_fresh and not passwords.matches(known_hash, sent.password):
        raise Refused(_("This is not your present password."), field="password")
    found = taking.fetch(db(), viewer())
    if found is None:
        abort(404)
    file, size = found
    response = Response(wrap_file(request.environ, file), direct_passthrough=True, mimetype="application/zip")
    response.content_length = size
    response.headers["Content-Disposition"] = 'attachment; filename="everything.zip"'
    return response
