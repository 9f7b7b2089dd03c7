"""What the form of a rhythm may say."""

from datetime import date
from typing import Annotated

from pydantic import Field

from peernet.roundtables.partners.models import PartnersKind
from peernet.web.inputs import Input


class Rhythm(Input):
    """What is formed, from when, how often, of whom."""

    kind: PartnersKind
    weeks: Annotated[int, Field(ge=1, le=26)] = 4
    starts_on: date
    with_leaders: bool = False
    orgs_apart: bool = False
    prefer: bool = False
    version: Annotated[int, Field(ge=0, le=2**53)]
