"""What people may send about being named."""

from peernet.materials.contributors.models import Wish
from peernet.web.inputs import Input, Line


class Wished(Input):
    """How somebody wishes to be named."""

    wish: Wish
    name: Line = ""


class Nothing(Input):
    """A button."""
