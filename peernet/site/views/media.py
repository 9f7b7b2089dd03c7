"""Files: each fetch asks anew who may have it."""

from flask import Response, abort, request

from peernet.cohorts import access as cohorts_access
from peernet.media import access
from peernet.site.views.blueprint import blueprint
from peernet.web import files
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule

_PUBLIC = ("public",)


@blueprint.get("/media/<name>")
@blueprint.get("/media/<name>/<int:width>")
@rule(Rule.ANYBODY)
def media(name: str, width: int | None = None) -> Response:
    """A file, or the smallest copy of an image that is at least ``width`` wide (also asked for as ``?w=``).

    What is public is found before anybody is asked who they are, and may be kept by whoever asks again before each use.
    """
    wanted = width or request.args.get("w", type=int)
    public = access.find(db(), name, _PUBLIC)
    if public is not None:
        response = files.send(public, wanted)
        response.headers["Cache-Control"] = "no-cache"
        return response
    own = access.find(db(), name, cohorts_access.audiences(db(), viewer()))
    if own is None:
        abort(404)
    return files.send_to_one(own, wanted)
