"""Files: each fetch asks anew who may have it."""

from flask import Response, abort, request
from sqlalchemy.exc import OperationalError

from peernet.cohorts import access as cohorts_access
from peernet.materials.quotations import access as quotations
from peernet.materials.quotations.models import Stretch
from peernet.media import access
from peernet.site import files as public_files
from peernet.site.views.blueprint import blueprint
from peernet.web import files
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/media/<name>")
@blueprint.get("/media/<name>/<int:width>")
@rule(Rule.ANYBODY)
def media(name: str, width: int | None = None) -> Response:
    """A file, or the smallest copy of an image that is at least ``width`` wide (also asked for as ``?w=``).

    What is public is found before anybody is asked who they are, and may be kept by whoever asks again before each use.
    While the database does not answer, that stands which was last known of it.
    """
    wanted = width or request.args.get("w", type=int)
    try:
        public = public_files.public(db(), name)
    except OperationalError:
        public = public_files.known(name)
        if public is None:
            raise
    if public is not None:
        response = files.send(public, wanted)
        response.headers["Cache-Control"] = "no-cache"
        return response
    own = access.find(db(), name, cohorts_access.audiences(db(), viewer()))
    if own is None:
        abort(404)
    return files.send_to_one(own, wanted)


@blueprint.get("/media/clip-<ref>")
@rule(Rule.ANYBODY)
def passage(ref: str) -> Response:
    """The stretch of a recording that is quoted: for all while it is public, before for those whom it concerns."""
    stretch, is_public = _heard(ref)
    if stretch.media is None:
        abort(404)
    if not is_public:
        return files.send_to_one(stretch.media, None)
    response = files.send(stretch.media, None)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/media/captions-<ref>")
@rule(Rule.ANYBODY)
def passage_captions(ref: str) -> Response:
    """What is said in it, as captions."""
    stretch, is_public = _heard(ref)
    if not stretch.captions:
        abort(404)
    response = Response(stretch.captions, mimetype="text/vtt")
    response.headers["Cache-Control"] = "no-cache" if is_public else "private, no-store"
    return response


def _heard(ref: str) -> tuple[Stretch, bool]:
    """The stretch, and whether it is public; 404 for who may not hear it at this moment."""
    found = db().scalars(quotations.heard_publicly(ref)).unique().one_or_none()
    if found is not None:
        return found, True
    own: Stretch = load(quotations.heard_by(viewer(), ref))
    return own, False
