"""Whose the pictures and files of a material are, in its front matter: an entry for each of which it is said."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from peernet.i18n import gettext as _
from peernet.materials.exchange.finding import Faulty, Found
from peernet.materials.exchange.kinds import without_empty
from peernet.materials.models import MaterialFile

# The column of each key that is not called as it is.
_NAMES = {"source": "source_url"}
_KEYS = ("title", "creator", "source", "licence", "changes", "permission", "permission_on")


def said_in(found: Found, entries: Iterable[dict[str, Any]], shown: Collection[str]) -> list[dict[str, Any]]:
    """What a file says, in the order of the names. Raises Faulty for a picture that its text does not show."""
    said: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry["file"] not in shown:
            raise Faulty(_("assets: the text shows no %(path)s.", path=entry["file"]), found.line_of("assets"))
        if entry["file"] in said:
            raise Faulty(_("assets: %(path)s comes twice.", path=entry["file"]), found.line_of("assets"))
        said[entry["file"]] = without_empty(entry)
    return [said[path] for path in sorted(said) if len(said[path]) > 1]


def of_rows(rows: Iterable[MaterialFile]) -> list[dict[str, Any]]:
    """What is known of the pictures and files that go with a text."""
    return [_entry(row) for row in sorted(rows, key=lambda row: row.path) if row.asset is not None]


def values(said: Iterable[dict[str, Any]], paths: Collection[str]) -> dict[str, dict[str, Any]]:
    """The columns of each picture of a file, by its path; nothing for one of which the file says nothing."""
    found: dict[str, dict[str, Any]] = {path: {} for path in paths}
    for entry in said:
        found[entry["file"]] = {_NAMES.get(key, key): entry.get(key, "") for key in _KEYS} | {
            "permission_on": date.fromisoformat(entry["permission_on"]) if "permission_on" in entry else None
        }
    return found


def front_matter(said: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The key that says it."""
    entries = [
        entry | ({"permission_on": date.fromisoformat(entry["permission_on"])} if "permission_on" in entry else {})
        for entry in said
    ]
    return {"assets": entries} if entries else {}


def _entry(row: MaterialFile) -> dict[str, Any]:
    asset = row.asset
    said = {key: getattr(asset, _NAMES.get(key, key)) for key in _KEYS}
    said["permission_on"] = said["permission_on"].isoformat() if said["permission_on"] else None
    return {"file": row.path} | without_empty(said)
