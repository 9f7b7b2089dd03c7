"""Pages on which materials are written, published, corrected and withdrawn."""

from peernet.materials.assembling import views as assembling
from peernet.materials.contributors import views as contributors
from peernet.materials.kinds import views as kinds
from peernet.materials.quotations import views as quotations
from peernet.materials.reviews import views as reviews
from peernet.materials.views import (
    addresses,
    assets,
    beside,
    earlier,
    editor,
    files,
    images,
    publishing,
    recommending,
    shelf,
    translations,
    versions,
    word,
)
from peernet.materials.views.blueprint import blueprint

__all__ = [
    "addresses",
    "assembling",
    "assets",
    "beside",
    "blueprint",
    "contributors",
    "earlier",
    "editor",
    "files",
    "images",
    "kinds",
    "publishing",
    "quotations",
    "recommending",
    "reviews",
    "shelf",
    "translations",
    "versions",
    "word",
]
