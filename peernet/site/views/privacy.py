"""The privacy notice; what is held on people, for everybody and as a record of processing."""

from flask import Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from peernet import pages
from peernet.agreements import access, agreeing
from peernet.agreements.models import Kind
from peernet.privacy import held
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint
from peernet.text import cells
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/privacy")
@rule(Rule.READER)
@ready_made
def privacy() -> ResponseReturnValue:
    """The privacy notice as it holds, and how it was before."""
    return _notice(None)


@blueprint.get("/privacy/version-<int:number>")
@rule(Rule.READER)
@ready_made
def earlier_privacy(number: int) -> ResponseReturnValue:
    """The privacy notice as it was; the one that holds has its own address."""
    return _notice(number)


def _notice(number: int | None) -> ResponseReturnValue:
    pages.depend("home", agreeing.KEY)
    versions = db().scalars(access.versions_of(Kind.PRIVACY)).all()
    shown = next((each for each in versions if number in (None, each.number)), None)
    if shown is None and number is not None:
        abort(404)
    if number is not None and shown is versions[0]:
        return redirect(url_for("site.privacy"))
    return render("site/privacy.html", shown=shown, versions=versions)


@blueprint.get("/privacy/what-we-hold")
@rule(Rule.READER)
@ready_made
def what_we_hold() -> str:
    """What is held on people, why, who reads it, how long, and what becomes of it."""
    pages.depend("home")
    return render("site/what_we_hold.html", deeds=held.by_deed())


@blueprint.get("/privacy/record-of-processing.csv")
@rule(Rule.READER)
@ready_made
def record_of_processing() -> Response:
    """The same for who answers for it."""
    pages.depend("home")
    response = Response(cells.write(held.record()), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="record-of-processing.csv")
    return response
