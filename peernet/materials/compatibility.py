"""Whether a part with a licence of its own may stand in a whole that is published under another.

A picture that stands in a text as it came is part of a collection: it keeps its own licence, and ShareAlike does not
reach the text. A picture that was changed is an adaptation, which ShareAlike and NoDerivatives do reach. NonCommercial
binds wherever the part goes, so a whole that may be sold cannot hold it. Sources: the legal codes of Creative Commons
4.0, sections 1, 2(a) and 3; their frequently asked questions on combining works, and their list of compatible licences.

=============  ==============================  =============================================
the part       unchanged                       changed
=============  ==============================  =============================================
CC0, BY        in any whole                    in any whole
BY-SA          in any whole                    in a whole under BY-SA of its version or later
NC             in a whole that has NC as well  the same
BY-NC-SA       in a whole that has NC as well  in a whole under BY-NC-SA, version as above
ND             in any whole (NC as above)      in none
others         with a permission               with a permission
=============  ==============================  =============================================

A permission of whoever holds the rights allows every one of these.
"""

from enum import StrEnum

from peernet.materials.licences import Licence


class Verdict(StrEnum):
    """Whether a part fits, or what stands in the way."""

    FITS = "fits"
    SHARE_ALIKE = "share-alike"
    AS_IT_IS = "as-it-is"
    NOT_FOR_SALE = "not-for-sale"
    UNKNOWN = "unknown"


def verdict(part: Licence | None, whole: Licence | None, *, is_changed: bool) -> Verdict:
    """How a part under one licence stands in a whole under another; None is one of which nothing is known."""
    if part is None or part.terms is None:
        return Verdict.UNKNOWN
    if "ND" in part.terms and is_changed:
        return Verdict.AS_IT_IS
    if "NC" in part.terms and not _has(whole, "NC"):
        return Verdict.NOT_FOR_SALE
    if "SA" in part.terms and is_changed and not _carries_on(part, whole):
        return Verdict.SHARE_ALIKE
    return Verdict.FITS


def _has(licence: Licence | None, term: str) -> bool:
    return licence is not None and licence.terms is not None and term in licence.terms


def _carries_on(part: Licence, whole: Licence | None) -> bool:
    """Whether the whole is under the same terms, in the same version or a later one; 1.0 knows no later."""
    if whole is None or whole.terms != part.terms:
        return False
    return whole.version == part.version or ("2.0" <= part.version < whole.version)
