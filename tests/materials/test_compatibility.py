"""Licences by code and by address, and which part may stand in which whole."""

import pytest

from peernet.materials import licences
from peernet.materials.compatibility import Verdict, verdict

CC = "https://creativecommons.org/"


@pytest.mark.parametrize(
    ("given", "kept", "name", "terms"),
    [
        ("CC-BY-4.0", "CC-BY-4.0", "CC BY 4.0", {"BY"}),
        (f"{CC}licenses/by/4.0/", "CC-BY-4.0", "CC BY 4.0", {"BY"}),
        (f"{CC}licenses/by-sa/4.0/deed.fr", "CC-BY-SA-4.0", "CC BY-SA 4.0", {"BY", "SA"}),
        (f"{CC}licenses/by-nc-nd/3.0/de/", f"{CC}licenses/by-nc-nd/3.0/de/", "CC BY-NC-ND 3.0 DE", {"BY", "NC", "ND"}),
        (f"{CC}publicdomain/zero/1.0/", "CC0-1.0", "CC0 1.0", set()),
        (f"{CC}publicdomain/mark/1.0/", f"{CC}publicdomain/mark/1.0/", "Public Domain Mark 1.0", set()),
        ("https://example.org/open/", "https://example.org/open/", "example.org/open", None),
    ],
)
def test_a_licence_by_its_code_or_address(given: str, kept: str, name: str, terms: set[str] | None) -> None:
    assert licences.spelled(given) == kept
    found = licences.find(kept)
    assert (found.name, found.terms) == (name, None if terms is None else frozenset(terms))


@pytest.mark.parametrize(
    "given", ["", "WTFPL", "javascript:alert(1)", "https://a b", 'https://a"b', "ftp://example.org/"]
)
def test_what_is_no_licence(given: str) -> None:
    assert not licences.is_known(given)
    with pytest.raises(KeyError):
        licences.find(given)


BY, BY_SA, ZERO, NC, NC_SA, ND, NC_ND = (one.code for one in licences.LICENCES)
OLD_SA, FIRST_SA, OTHER = f"{CC}licenses/by-sa/3.0/", f"{CC}licenses/by-sa/1.0/", "https://example.org/open/"
FITS, AGAIN, AS_IT_IS, SALE, UNKNOWN = (
    *(Verdict.FITS, Verdict.SHARE_ALIKE, Verdict.AS_IT_IS),
    *(Verdict.NOT_FOR_SALE, Verdict.UNKNOWN),
)


@pytest.mark.parametrize(
    ("part", "whole", "unchanged", "changed"),
    [
        *((part, whole, FITS, FITS) for part in (BY, ZERO) for whole in (BY, BY_SA, ZERO, NC, ND, OTHER)),
        *((BY_SA, whole, FITS, AGAIN) for whole in (BY, ZERO, NC, NC_SA, ND, OTHER, OLD_SA)),
        (BY_SA, BY_SA, FITS, FITS),
        (OLD_SA, BY_SA, FITS, FITS),
        (FIRST_SA, BY_SA, FITS, AGAIN),
        *((NC, whole, SALE, SALE) for whole in (BY, BY_SA, ZERO, ND, OTHER)),
        *((NC, whole, FITS, FITS) for whole in (NC, NC_SA, NC_ND)),
        (NC_SA, NC, FITS, AGAIN),
        (NC_SA, NC_SA, FITS, FITS),
        (NC_SA, BY_SA, SALE, SALE),
        *((ND, whole, FITS, AS_IT_IS) for whole in (BY, BY_SA, ND, OTHER)),
        (NC_ND, BY, SALE, AS_IT_IS),
        (OTHER, BY, UNKNOWN, UNKNOWN),
    ],
)
def test_a_part_in_a_whole(part: str, whole: str, unchanged: Verdict, changed: Verdict) -> None:
    found = [verdict(licences.find(part), licences.find(whole), is_changed=one) for one in (False, True)]
    assert found == [unchanged, changed]
