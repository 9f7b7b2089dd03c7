"""What is held on people: the page for everybody, and the record of processing as a table."""

from flask import Response

from peernet import pages
from peernet.privacy import held
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint
from peernet.text import cells
from peernet.web.pages import render
from peernet.web.rules import Rule, rule


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
