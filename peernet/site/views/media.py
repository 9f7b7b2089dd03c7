"""Files: each fetch asks anew who may have it."""

from flask import Response, abort, request

from peernet.cohorts import access as cohorts_access
from peernet.media import access, store
from peernet.media.models import MediaFile
from peernet.site.views.blueprint import blueprint
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule

_PUBLIC = ("public",)
_MOST_PIXELS = 10_000
# Opened alone, a file is shown without any right: no script, no form, no origin.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


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
        response = _send(public, wanted)
        response.headers["Cache-Control"] = "no-cache"
        return response
    own = access.find(db(), name, cohorts_access.audiences(db(), viewer()))
    if own is None:
        abort(404)
    response = _send(own, wanted)
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.add("Cookie")
    return response


def _send(file: MediaFile, width: int | None) -> Response:
    width = min(width, _MOST_PIXELS) if width and width > 0 else None
    try:
        body = store.path_of(file, width).read_bytes()
    except FileNotFoundError:
        abort(404)
    response = Response(body, content_type=store.mime_of(file, width))
    shown = "inline" if file.kind.startswith("image/") else "attachment"
    response.headers.set("Content-Disposition", shown, filename=file.filename)
    response.headers["Content-Security-Policy"] = _POLICY
    response.set_etag(f"{file.name}-{width or 0}")
    response.make_conditional(request)
    return response
