"""Where each line of the checklist is put right: a page of the material, and a place on it."""

from collections.abc import Mapping

# By the name of the check: the endpoint, and the id there. What is not named here is put right in the text.
_PLACES: Mapping[str, tuple[str, str]] = {
    "title": ("materials.write", "f-title"),
    "summary": ("materials.write", "f-summary"),
    "authors": ("materials.write", "credit-1"),
    "contributors": ("materials.write", "credit-1"),
    "named-as-they-wish": ("materials.check", "contributors"),
    "licence": ("materials.write", "f-licence"),
    "parts": ("materials.assets", ""),
    "parts-unsaid": ("materials.assets", ""),
    "video": ("materials.write", "f-video_url"),
    "quotations": ("materials.quotations", ""),
    "answers": ("materials.quotations", "passages"),
    "review": ("materials.material_review", ""),
}
_TEXT = ("materials.write", "f-text")


def of(name: str) -> tuple[str, str]:
    """The endpoint and the id at which a check is put right."""
    return _PLACES.get(name, _TEXT)
