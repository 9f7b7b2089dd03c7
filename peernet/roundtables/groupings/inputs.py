"""What the forms of groups may say."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from peernet.db import Refused
from peernet.groups.wishes import Pair, Wishes
from peernet.i18n import gettext as _
from peernet.roundtables.inputs import Version
from peernet.web.inputs import Input

_MOST_PAIRS = 100
MOST_ROUNDS = 6
Whom = Annotated[str, StringConstraints(pattern=r"^\d{0,15}$")]
Whoms = Annotated[list[Whom], Field(max_length=_MOST_PAIRS)]


class NewGroups(Input):
    """The wishes for a roundtable's groups. Each pair is a rule and two people; a line without a rule says nothing."""

    by: Literal["size", "number"] = "size"
    number: Annotated[int, Field(ge=1, le=200)]
    rounds: Annotated[int, Field(ge=1, le=MOST_ROUNDS)] = 1
    orgs_apart: bool = False
    leads_each: bool = False
    duties: bool = False
    host: bool = False
    case: bool = False
    prefer: bool = False
    languages: bool = False
    whole: Annotated[int, Field(ge=1, le=2**53 - 1)] | None = None
    hosts: Annotated[int, Field(ge=1, le=2**53 - 1)] | None = None
    pair: Annotated[list[Literal["", "apart", "together"]], Field(max_length=_MOST_PAIRS)] = []
    one: Whoms = []
    other: Whoms = []

    def wishes(self) -> Wishes:
        """The same as the solver's wishes. Raises Refused for a pair that is none."""
        if self.by == "size" and self.number < 2:
            raise Refused(_("A table has at least two people."), field="number")
        return Wishes(
            number=self.number,
            by_size=self.by == "size",
            rounds=self.rounds,
            orgs_apart=self.orgs_apart,
            leads_each=self.leads_each,
            duties=self.duties,
            host=self.host,
            case=self.case,
            prefer=self.prefer,
            languages=self.languages,
            whole=self.whole,
            hosts=self.hosts,
            apart=self._pairs("apart"),
            together=self._pairs("together"),
        )

    def _pairs(self, rule: str) -> tuple[Pair, ...]:
        lines = zip(self.pair, self.one, self.other, strict=False)
        return tuple(_pair(one, other) for said, one, other in lines if said == rule)


class Announcing(Input):
    """The draft as it was seen."""

    version: Version


class Repairing(Input):
    """What was seen, and how many move in each round."""

    version: Version
    moves: Annotated[list[Annotated[int, Field(ge=0, le=1000)]], Field(max_length=MOST_ROUNDS)] = []


def _pair(one: str, other: str) -> Pair:
    if not one or not other or int(one) == int(other):
        raise Refused(_("Please choose two different people for each rule."), field="pair")
    return (int(one), int(other))
