"""The files that are made out of the settings and served like those of this release."""

from peernet.brand import logo, palette
from peernet.settings import current


def made() -> dict[str, bytes]:
    """Their bytes, by the names under which pages ask for them; icons stand in for those of this release."""
    settings = current()
    own = logo.of(settings)
    return {
        "brand.css": palette.of(settings.network).sheet.encode(),
        **logo.icons(settings),
        **(own.files if own else {}),
    }
