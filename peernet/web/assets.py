"""Static files under addresses that hold the hash of their bytes, so that caches may keep them for ever."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort

from peernet.web.rules import Rule, rule

FOLDER = Path(__file__).parent.parent / "static"
blueprint = Blueprint("assets", __name__)
mimetypes.add_type("text/javascript", ".js")


@cache
def _digest(path: str) -> str:
    return hashlib.sha256((FOLDER / path).read_bytes()).hexdigest()[:12]


def asset(path: str) -> str:
    """Address of a static file. Raises FileNotFoundError for one that is not there."""
    return f"/static/{_digest(path)}/{path}"


def known(path: str) -> Path | None:
    """The file behind a path below the static folder, or None; never one outside it."""
    file = (FOLDER / path).resolve()
    return file if file.is_relative_to(FOLDER) and file.is_file() else None


def content_type(file: Path) -> str:
    """The Content-Type of a static file, by its name."""
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


@blueprint.get("/static/<digest>/<path:path>")
@rule(Rule.READER)
def static(digest: str, path: str) -> Response:
    """A static file. An old hash gets the present file, but is not kept."""
    file = known(path)
    if file is None:
        abort(404)
    response = Response(file.read_bytes(), content_type=content_type(file))
    fresh = digest == _digest(path)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    return response


def install(app: Flask) -> None:
    """Serve static files, and let templates name them."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset
