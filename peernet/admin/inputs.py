"""What the forms of the administration may say."""

from pydantic import Field

from peernet.materials.inputs import Recommend
from peernet.web.inputs import Email, Input, Line, Zone


class NewPerson(Input):
    """Somebody to make an account for."""

    name: Line
    email: Email
    zone: Zone
    language: str = Field(max_length=20)


class Recommended(Recommend):
    """Which material that is said of."""

    slug: Line
