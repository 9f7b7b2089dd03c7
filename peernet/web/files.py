"""Sending the bytes of a file, once somebody has decided that it may be sent."""

from flask import Response, abort, request

from peernet.media import store
from peernet.media.models import MediaFile

_MOST_PIXELS = 10_000
# Opened alone, a file is shown without any right: no script, no form, no origin.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def send(file: MediaFile, width: int | None) -> Response:
    """A file, or the smallest copy of an image that is at least ``width`` wide."""
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


def send_to_one(file: MediaFile, width: int | None) -> Response:
    """A file for one reader alone, which nothing on the way keeps."""
    response = send(file, width)
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.add("Cookie")
    return response
