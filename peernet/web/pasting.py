"""Rich text that somebody pastes into a field, as Markdown, for the script. Nothing of it is kept."""

from typing import Annotated

from flask import Blueprint, Response
from pydantic import StringConstraints

from peernet.text.foreign import asking
from peernet.web.inputs import Input, read
from peernet.web.limits import per_person
from peernet.web.rules import Rule, rule

blueprint = Blueprint("pasting", __name__)


class PasteInput(Input):
    """What lies in the clipboard, as HTML."""

    html: Annotated[str, StringConstraints(min_length=1, max_length=asking.MAX_HTML)]


@blueprint.post("/paste")
@rule(Rule.PERSON)
@per_person(lambda limits: limits.paste, "paste")
def paste() -> Response:
    """The Markdown of it; whatever is refused, the script pastes plain text."""
    return Response(asking.from_html(read(PasteInput).html), mimetype="text/plain")
