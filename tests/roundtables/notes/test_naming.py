"""Names are found as whole words."""

import pytest

from peernet.roundtables.notes import naming

pytestmark = pytest.mark.once
PEOPLE = ("Grace Moyo", "Jean de la Tour du Pin", "Li Na")
ORGANISATIONS = ("Global Biodiversity Information Facility (GBIF)", "WikiRate")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("With grace they paid, said GRACE  MOYO.", ["GRACE  MOYO"]),
        ("Moyo, then Grace: both, Grace", ["Moyo", "Grace"]),
        ("The tour of the pin, and La Tour", []),
        ("jean de la tour du pin’s idea", ["jean de la tour du pin"]),
        ("wikirate and GBIF; a rate, gbif", ["wikirate", "GBIF"]),
        ("Global\nBiodiversity Information Facility", ["Global\nBiodiversity Information Facility"]),
        ("Moyos and Nairobi", []),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert naming.found(text, PEOPLE, ORGANISATIONS) == names
