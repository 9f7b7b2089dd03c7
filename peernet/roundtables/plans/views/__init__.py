"""Pages of series plans: the wishes, the draft, moving one by hand, announcing, and what each has carried."""

from peernet.roundtables.plans.views import announcing, burdens, draft, wishing

__all__ = ["announcing", "burdens", "draft", "wishing"]
