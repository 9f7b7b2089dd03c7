"""Pages and forms of this room."""

from peernet.privacy.views import forgetting, handing, keeping, taking
from peernet.privacy.views.blueprint import blueprint

__all__ = ["blueprint", "forgetting", "handing", "keeping", "taking"]
