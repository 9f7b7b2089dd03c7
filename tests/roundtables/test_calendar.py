"""Calendar files: word for word, line by line, and read back by programs that are not ours to write."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from peernet import __version__, clock
from peernet.roundtables import calendar, vtimezones
from peernet.roundtables.calendar import Method, Party
from peernet.roundtables.models import Answer, Roundtable

EXPECTED = Path(__file__).parents[1] / "emails" / "roundtables"
STAMP = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def _roundtable(**given: object) -> Roundtable:
    facts = {
        "uid": "0f3a@localhost",
        "sequence": 2,
        "title": "Who decides, and how; does anybody notice? – a title that is longer than a line, ümlauts too",
        "summary": "First a round.\nThen the question.",
        "wall_start": datetime(2027, 3, 30, 15, 0),
        "zone": "Europe/London",
        "minutes": 90,
        "place": "",
        "link": "https://meet.example.org/table",
    }
    return Roundtable(**facts | given)


def _write(roundtable: Roundtable, **given: object) -> str:
    return calendar.write(roundtable, stamp=STAMP, url="http://localhost:8000/c/x/roundtables/7", **given)


def _full(**given: object) -> str:
    organiser = Party("peernet@localhost", "Peer, learning network")
    attendee = Party("member@example.org", "Member", Answer.ACCEPTED)
    return _write(
        _roundtable(), way_in="https://meet.example.org/table", organiser=organiser, attendee=attendee, **given
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("request", _full(method=Method.REQUEST)),
        ("download", _write(_roundtable(place="Room 7"), way_in="https://meet.example.org/table")),
        ("without-link", _write(_roundtable())),
        ("cancel", _write(_roundtable(cancelled_at=STAMP), method=Method.CANCEL)),
    ],
)
def test_a_calendar_file_reads_as_expected(name: str, text: str) -> None:
    expected = (EXPECTED / f"{name}.ics").read_bytes().decode().replace("{version}", __version__)
    assert text == expected


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Kolkata", "Pacific/Apia", "UTC", "Africa/Casablanca"])
def test_its_lines_are_those_of_rfc_5545(zone: str) -> None:
    text = calendar.write(
        _roundtable(zone=zone),
        stamp=STAMP,
        url="http://localhost:8000/" + "long/" * 40,
        method=Method.REQUEST,
        organiser=Party("peernet@localhost", "Ünïcödé " * 12),
        attendee=Party("member@example.org", "Member"),
    )
    _check_lines(text)
    assert text.count("BEGIN:VTIMEZONE") == (0 if zone == "UTC" else 1)


def _check_lines(text: str) -> None:
    """RFC 5545, 3.1: CRLF, at most 75 octets a line, continued by a space; every block closed; names as the grammar
    has them; no control character."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text.replace("\r\n", ""))
    blocks: list[str] = []
    for line in re.sub(r"\r\n ", "", text.removesuffix("\r\n")).split("\r\n"):
        assert re.match(r"[A-Z][A-Z0-9-]*(;[A-Z0-9-]+=(\"[^\"]*\"|[^\";:,]*))*:", line), line
        name, _colon, value = line.partition(":")
        if name == "BEGIN":
            blocks.append(value)
        if name == "END":
            assert blocks.pop() == value
    assert blocks == []


def test_it_is_read_back_as_the_same_promise() -> None:
    read = Calendar.from_ical(_full(method=Method.REQUEST))
    (event,) = read.walk("VEVENT")
    assert read["METHOD"] == "REQUEST"
    assert event["UID"] == "0f3a@localhost"
    assert event["SEQUENCE"] == 2
    assert event["SUMMARY"] == _roundtable().title
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    assert event.start == datetime(2027, 3, 30, 15, 0, tzinfo=ZoneInfo("Europe/London"))
    assert event.end == datetime(2027, 3, 30, 16, 30, tzinfo=ZoneInfo("Europe/London"))
    assert event["DESCRIPTION"] == (
        "First a round.\nThen the question.\n\nhttps://meet.example.org/table\n\nhttp://localhost:8000/c/x/roundtables/7"
    )
    assert event["ATTENDEE"] == "mailto:member@example.org"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert event["ORGANIZER"].params["CN"] == "Peer, learning network"
    assert event["STATUS"] == "CONFIRMED"


def test_a_calendar_is_told_what_was_answered() -> None:
    """RFC 5545, 3.2.12. Who sends a deputy is not DELEGATED, which would tell the deputy's address."""
    told = {}
    for answer in (None, *Answer):
        text = _write(_roundtable(), attendee=Party("member@example.org", "Member", answer))
        (event,) = Calendar.from_ical(text).walk("VEVENT")
        told[answer] = event["ATTENDEE"].params["PARTSTAT"]
    assert told == {
        None: "NEEDS-ACTION",
        Answer.ACCEPTED: "ACCEPTED",
        Answer.TENTATIVE: "TENTATIVE",
        Answer.DEPUTY: "DECLINED",
        Answer.WRITING: "DECLINED",
        Answer.DECLINED: "DECLINED",
        Answer.WAITING: "NEEDS-ACTION",
    }


def test_a_title_cannot_write_lines_of_its_own() -> None:
    hostile = "A\r\nATTENDEE:mailto:x@example.org\nEND:VEVENT;x,y\\"
    text = _write(_roundtable(title=hostile, summary=hostile))
    _check_lines(text)
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert "ATTENDEE" not in event


def test_the_way_in_stands_there_only_for_those_who_have_it() -> None:
    assert "meet.example.org" not in _write(_roundtable())
    assert "meet.example.org" in _write(_roundtable(), way_in="https://meet.example.org/table")


def _utc_of(text: str, wall: datetime) -> datetime:
    """A second reader: what a calendar makes of a wall time with nothing but the VTIMEZONE, as RFC 5545, 3.6.5, says.
    Each observance holds from its onset, given in the clocks before it."""
    (zone,) = Calendar.from_ical(text).walk("VTIMEZONE")
    onsets = [
        (part["DTSTART"].dt - part["TZOFFSETFROM"].td, part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td)
        for part in zone.subcomponents
    ]
    offset = None
    for onset, before, after in sorted(onsets):
        # A skipped time keeps the clocks before the gap, one that comes twice is the first.
        if offset is None or wall >= onset + max(before, after):
            offset = after
    assert offset is not None
    return (wall - offset).replace(tzinfo=UTC)


@settings(deadline=None, max_examples=200)
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2036, 12, 31)).map(lambda wall: wall.replace(second=0, microsecond=0)),
    st.sampled_from([name for name in clock.zone_names() if name != "UTC"]),
)
def test_its_rules_give_the_moment_that_we_computed(wall: datetime, zone: str) -> None:
    text = _write(_roundtable(wall_start=wall, zone=zone))
    assert _utc_of(text, wall) == clock.to_utc(wall, zone)


@pytest.mark.parametrize(
    ("zone", "wall"),
    [
        ("Europe/London", datetime(2027, 3, 28, 2, 30)),
        ("America/New_York", datetime(2027, 11, 7, 1, 30)),
        ("Australia/Lord_Howe", datetime(2027, 4, 4, 1, 45)),
        ("Africa/Casablanca", datetime(2027, 2, 20, 12, 0)),
        ("Pacific/Apia", datetime(2011, 12, 31, 3, 0)),
        ("Asia/Kathmandu", datetime(2027, 6, 1, 9, 0)),
    ],
)
def test_its_rules_hold_where_clocks_are_odd(zone: str, wall: datetime) -> None:
    assert _utc_of(_write(_roundtable(wall_start=wall, zone=zone)), wall) == clock.to_utc(wall, zone)


def test_onsets_are_given_in_the_clocks_that_they_end() -> None:
    london = vtimezones.describe("Europe/London", 2027)
    onsets = [(part.name, part["DTSTART"].dt) for part in london.subcomponents]
    assert onsets == [
        ("STANDARD", datetime(2026, 1, 1)),
        ("DAYLIGHT", datetime(2026, 3, 29, 1)),
        ("STANDARD", datetime(2026, 10, 25, 2)),
        ("DAYLIGHT", datetime(2027, 3, 28, 1)),
        ("STANDARD", datetime(2027, 10, 31, 2)),
        ("DAYLIGHT", datetime(2028, 3, 26, 1)),
        ("STANDARD", datetime(2028, 10, 29, 2)),
    ]


def test_a_length_is_kept_through_the_night_in_which_clocks_change() -> None:
    (event,) = Calendar.from_ical(_write(_roundtable(wall_start=datetime(2027, 10, 30, 23, 30), minutes=240))).walk(
        "VEVENT"
    )
    assert event["DURATION"].dt == timedelta(hours=4)
