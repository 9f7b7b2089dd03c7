"""The licences under which a material can be published."""

from dataclasses import dataclass

DEFAULT = "CC-BY-4.0"


@dataclass(frozen=True)
class Licence:
    """One licence: its SPDX code (https://spdx.org/licenses/), its name, and where it can be read."""

    code: str
    name: str
    url: str


def _creative_commons(terms: str) -> Licence:
    return Licence(f"CC-{terms}-4.0", f"CC {terms} 4.0", f"https://creativecommons.org/licenses/{terms.lower()}/4.0/")


LICENCES = (
    _creative_commons("BY"),
    _creative_commons("BY-SA"),
    Licence("CC0-1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    _creative_commons("BY-NC"),
    _creative_commons("BY-NC-SA"),
    _creative_commons("BY-ND"),
    _creative_commons("BY-NC-ND"),
)
_BY_CODE = {licence.code: licence for licence in LICENCES}


def is_known(code: str) -> bool:
    """Whether a material can be published under this code."""
    return code in _BY_CODE


def find(code: str) -> Licence:
    """The licence of a code. Raises KeyError."""
    return _BY_CODE[code]
