"""Static files under addresses that hold the hash of their bytes, so that caches may keep them for ever."""

import hashlib
import mimetypes
from functools import cache, lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request

from peernet.brand import files
from peernet.web.rules import Rule, rule

FOLDER = Path(__file__).parent.parent / "static"
blueprint = Blueprint("assets", __name__)
mimetypes.add_type("text/javascript", ".js")


@cache
def _digest(path: str) -> str:
    return _digest_of((FOLDER / path).read_bytes())


@lru_cache(maxsize=64)
def _digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]


def asset(path: str) -> str:
    """Address of a static file, or of one that is made out of the settings. Raises FileNotFoundError for one that is
    not there."""
    made = files.made().get(path)
    return f"/static/{_digest(path) if made is None else _digest_of(made)}/{path}"


def names() -> list[str]:
    """The path of each of them."""
    found = [file.relative_to(FOLDER).as_posix() for file in FOLDER.rglob("*") if file.is_file()]
    return list(dict.fromkeys([*found, *files.made()]))


def content(path: str) -> bytes | None:
    """The bytes behind a path, or None; never those of a file outside the static folder."""
    made = files.made().get(path)
    if made is not None:
        return made
    file = (FOLDER / path).resolve()
    return file.read_bytes() if file.is_relative_to(FOLDER) and file.is_file() else None


def content_type(path: str) -> str:
    """The Content-Type of a static file, by its name."""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


@blueprint.get("/static/<digest>/<path:path>")
@rule(Rule.READER)
def static(digest: str, path: str) -> Response:
    """A static file. An old hash gets the present file, but is not kept."""
    body = content(path)
    if body is None:
        abort(404)
    response = Response(body, content_type=content_type(path))
    fresh = asset(path) == f"/static/{digest}/{path}"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    response.set_etag(_digest_of(body))
    response.make_conditional(request)
    return response


def install(app: Flask) -> None:
    """Serve static files, and let templates name them."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset
