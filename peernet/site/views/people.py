"""People who asked for a page."""

from flask import abort, request

from peernet.site import linked
from peernet.site import people as seen
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint, existing
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/people/<int(min=1, max=9007199254740991):person_id>")
@rule(Rule.READER)
@ready_made
def person(person_id: int) -> str:
    """What somebody did here under their name, where they wish that."""
    if not request.path.endswith(f"/{person_id}"):  # "/people/01": one address for one page
        abort(404)
    page = existing(seen.page(db(), person_id))
    return render("site/person.html", page=page, linked_data=linked.person(page))
