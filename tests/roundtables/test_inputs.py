"""What forms may say, and what they are told otherwise."""

from datetime import time
from typing import Any

import pytest

from peernet.roundtables import inputs
from peernet.roundtables.models import RoundtableKind
from peernet.web.inputs import InvalidInput, parse

GOOD = {
    "title": "A table",
    "kind": "roundtable",
    "day": "2026-12-08",
    "time": "15:00",
    "zone": "Europe/London",
    "minutes": "90",
}


def _errors(**given: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as refusal:
        parse(inputs.NewRoundtable, GOOD | given)
    return dict(refusal.value.form.errors)


def test_a_whole_form_is_read() -> None:
    given = parse(
        inputs.NewRoundtable,
        GOOD
        | {"capacity": "12", "link": "", "is_public": "yes", "asked": ["", "3:before"], "reading": "A https://a.org"},
    )
    assert (given.time, given.kind, given.capacity, given.link) == (time(15, 0), RoundtableKind.ROUNDTABLE, 12, None)
    assert (given.is_public, given.asked) == (True, ["", "3:before"])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("time", "25:00", "Please give a time as HH:MM."),
        ("time", "15:00Z", "Please give a time as HH:MM."),
        ("time", "15:00:30", "Please give a time as HH:MM."),
        ("time", "٣:00", "Please give a time as HH:MM."),
        ("day", "2026-02-30", "Please give a date that exists, as YYYY-MM-DD."),
        ("day", "0001-01-01", "This must be at least 1990-01-01."),
        ("day", "9999-12-31", "This must be at most 2199-12-31."),
        ("zone", "Europe/Atlantis", "This time zone is not known."),
        ("zone", "../../etc/passwd", "This time zone is not known."),
        ("minutes", "0", "This must be at least 10."),
        ("minutes", "1441", "This must be at most 1440."),
        ("minutes", "many", "Please give a whole number."),
        ("capacity", "0", "This must be at least 1."),
        ("kind", "seminar", "Please choose one of the options."),
        ("link", "javascript:alert(1)", "This does not have the right form; please check it."),
        ("title", "One\ntwo", "Please write this on one line."),
        ("title", "A\x00b", "This text holds a control character; please remove it."),
        ("title", "", "Please fill this in."),
        ("asked", ["3:never"], "This does not have the right form; please check it."),
        ("asked", ["x:before"], "This does not have the right form; please check it."),
        ("reading", "No address", "This line does not end with a web address: No address"),
        (
            "reading",
            "Fine https://a.org\nBad ftp://b.org",
            "This line does not end with a web address: Bad ftp://b.org",
        ),
        ("reading", "A https://a.org\n" * 31, "At most 30 texts to read, please."),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(field: str, value: Any, message: str) -> None:
    assert _errors(**{field: value}) == {field: [message]}


def test_an_unknown_field_is_refused() -> None:
    assert _errors(accepted="7") == {"": ["accepted: This field is not known here."]}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", []),
        ("The FAIR principles https://go-fair.org/", [("The FAIR principles", "https://go-fair.org/")]),
        ("The FAIR principles: https://go-fair.org/", [("The FAIR principles", "https://go-fair.org/")]),
        ("  One – https://a.org \n\n Two | https://b.org", [("One", "https://a.org"), ("Two", "https://b.org")]),
        ("https://a.org", [("https://a.org", "https://a.org")]),
    ],
)
def test_readings_are_a_title_and_an_address_a_line(text: str, read: list[tuple[str, str]]) -> None:
    assert inputs.readings_in(text) == read
