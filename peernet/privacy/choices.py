"""What somebody chose beforehand of what could stay: plain values, as they lie in the row and in the log."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from peernet.i18n import lazy_gettext as _l


class Left(StrEnum):
    """What becomes of a quotation that has consent, or of a name among the credits."""

    NAMELESS = "nameless"
    WITHDRAWN = "withdrawn"
    KEPT = "kept"


LEFT = {
    Left.NAMELESS: _l("It stays, without my name and my organisation’s"),
    Left.WITHDRAWN: _l("It is withdrawn"),
    Left.KEPT: _l("It stays as it is, with my name if it has one"),
}


def of_quotation(choices: Mapping[str, Any], ref: str) -> Left:
    """What was chosen for a quotation; without a choice it stays and the name goes."""
    return Left(choices.get("quotations", {}).get(ref, Left.NAMELESS))


def keeps_credits(choices: Mapping[str, Any]) -> bool:
    """Whether the name stays among the credits of materials; without a choice it goes."""
    return choices.get("credits") == Left.KEPT
