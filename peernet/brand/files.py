"""The files that are made out of the settings and served like those of this release."""

from peernet.brand import palette
from peernet.settings import current


def made() -> dict[str, bytes]:
    """Their bytes, by the names under which pages ask for them."""
    return {"brand.css": palette.of(current().network).sheet.encode()}
