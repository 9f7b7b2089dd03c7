"""What these tests share: a published material that quotes the peer, and the front before the whole application."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from peernet.db import settle
from peernet.materials.models import Material, MaterialVersion
from peernet.materials.quotations.models import Quotation, Word
from peernet.prompts.models import Response
from peernet.web.viewer import Viewer
from tests.materials.quotations.conftest import Decide, Quote, answer, decide, quote  # noqa: F401 - fixtures
from tests.materials.quotations.conftest import ask as ask_for_consent
from tests.site.conftest import ask, sweeper  # noqa: F401 - fixtures
from tests.world import World

HERE = "/library/who-was-there-first"


@dataclass
class Quoting:
    """A published material and its quotation, which its author can take back."""

    material: Material
    quotation: Quotation
    withdraw: Callable[[], None]


@pytest.fixture
def quoting(
    db: Session, draft: Material, answer: Response, facilitator: Viewer, world: World, quote: Quote,  # noqa: F811
    decide: Decide, publish: Callable[..., MaterialVersion],  # noqa: F811
) -> Quoting:  # fmt: skip
    """The draft with a quotation that its author agreed to, published."""
    made = quote()
    ask_for_consent(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    settle(db)

    def withdraw() -> None:
        decide(made, world.peer, Word.WITHDRAWN)
        settle(db)

    return Quoting(draft, made, withdraw)
