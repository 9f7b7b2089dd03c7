"""The licences under which a material, or a part of it, can be published: the usual ones by code, others by address."""

import re
from dataclasses import dataclass

DEFAULT = "CC-BY-4.0"
# Of a part only: nobody may use it without asking.
RESERVED = "reserved"

_DEED = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/"
    r"(?:licenses/(by(?:-nc)?(?:-nd|-sa)?)/(\d\.\d)|publicdomain/(zero|mark)/(\d\.\d))(?:/([a-z]{2,3}))?/?"
    r"(?:(?:deed|legalcode)(?:\.[a-z_-]+)?)?$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+$")
_PUBLIC_DOMAIN = {"zero": "CC0", "mark": "Public Domain Mark"}


@dataclass(frozen=True)
class Licence:
    """One licence: its SPDX code (https://spdx.org/licenses/) or its address, its name, where it can be read.

    ``terms`` are its conditions as Creative Commons writes them (BY, SA, NC, ND; none for what is free of any); None
    where only a person can say what it asks for.
    """

    code: str
    name: str
    url: str
    terms: frozenset[str] | None = None
    version: str = ""


def _creative_commons(terms: str) -> Licence:
    url = f"https://creativecommons.org/licenses/{terms.lower()}/4.0/"
    return Licence(f"CC-{terms}-4.0", f"CC {terms} 4.0", url, frozenset(terms.split("-")), "4.0")


LICENCES = (
    _creative_commons("BY"),
    _creative_commons("BY-SA"),
    Licence("CC0-1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", frozenset(), "1.0"),
    _creative_commons("BY-NC"),
    _creative_commons("BY-NC-SA"),
    _creative_commons("BY-ND"),
    _creative_commons("BY-NC-ND"),
)
_BY_CODE = {licence.code: licence for licence in LICENCES}
_BY_URL = {licence.url: licence for licence in LICENCES}


def is_known(code: str) -> bool:
    """Whether a material can be published under this code or address."""
    return code in _BY_CODE or _ADDRESS.match(code) is not None


def is_listed(code: str) -> bool:
    """Whether it is one of those that are offered by name."""
    return code in _BY_CODE


def find(code: str) -> Licence:
    """The licence of a code or an address. Raises KeyError."""
    if code in _BY_CODE or not _ADDRESS.match(code):
        return _BY_CODE[code]
    return _by_address(code)


def spelled(code: str) -> str:
    """A code or an address as it is kept: the code, where the address is that of a listed licence."""
    code = code.strip()
    if code in _BY_CODE or not _ADDRESS.match(code):
        return code
    found = _by_address(code)
    return _BY_URL[found.url].code if found.url in _BY_URL else code


def _by_address(address: str) -> Licence:
    """What an address says of its licence: the deeds of Creative Commons name their terms and version."""
    deed = _DEED.match(address)
    if deed is None:
        return Licence(address, address.split("://", 1)[1].rstrip("/"), address)
    terms, version, public, public_version, country = deed.groups()
    where = f" {country.upper()}" if country else ""
    path = f"/{country.lower()}/" if country else "/"
    if public:
        url = f"https://creativecommons.org/publicdomain/{public.lower()}/{public_version}{path}"
        name = f"{_PUBLIC_DOMAIN[public.lower()]} {public_version}{where}"
        return Licence(address, name, url, frozenset(), public_version)
    url = f"https://creativecommons.org/licenses/{terms.lower()}/{version}{path}"
    return Licence(address, f"CC {terms.upper()} {version}{where}", url, frozenset(terms.upper().split("-")), version)
