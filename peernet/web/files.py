"""Sending the bytes of a file, once somebody has decided that it may be sent."""

import unicodedata
from urllib.parse import quote

from flask import Response, abort, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from peernet.media import store
from peernet.media.models import MediaFile
from peernet.media.recognising import PDF

_MOST_PIXELS = 10_000
# Bytes that are held in memory to be sent; what is larger is read as it goes out.
_AT_ONCE = 1_000_000
# Opened alone, a file is shown without any right: no script, no form, no origin.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox"


def send(file: MediaFile, width: int | None) -> Response:
    """A file, or the smallest copy of an image that is at least ``width`` wide; a part of it where that is asked for
    (RFC 9110, section 14)."""
    width = min(width, _MOST_PIXELS) if width and width > 0 else None
    try:
        size = store.size_of(file, width)
        response = Response(store.read(file, width)) if size <= _AT_ONCE else _in_pieces(file, width)
    except FileNotFoundError:
        abort(404)
    response.content_type = store.mime_of(file, width)
    response.content_length = size
    shown = "attachment" if file.kind == PDF else "inline"
    response.headers["Content-Disposition"] = _disposition(shown, file.filename)
    response.headers["Content-Security-Policy"] = _POLICY
    response.set_etag(f"{file.name}-{width or 0}")
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response


def _disposition(shown: str, name: str) -> str:
    """The header that gives a file its name (RFC 6266): in ASCII, and in whole where that is not all."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = plain if plain.rpartition(".")[0].strip() else f"file{plain.strip()}"
    quoted = plain.replace("\\", "_").replace('"', "_")
    whole = f"; filename*=UTF-8''{quote(name, safe='')}" if plain != name else ""
    return f'{shown}; filename="{quoted}"{whole}'


def _in_pieces(file: MediaFile, width: int | None) -> Response:
    return Response(wrap_file(request.environ, store.opened(file, width)), direct_passthrough=True)


def send_to_one(file: MediaFile, width: int | None) -> Response:
    """A file for one reader alone, which nothing on the way keeps."""
    response = send(file, width)
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.add("Cookie")
    return response
