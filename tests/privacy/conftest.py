"""What these tests share: materials, quotations and those who decide, as in the rooms they belong to."""

from tests.materials.conftest import complete, draft, facilitator, organiser, publish
from tests.materials.quotations.conftest import decide, quote

__all__ = ["complete", "decide", "draft", "facilitator", "organiser", "publish", "quote"]
