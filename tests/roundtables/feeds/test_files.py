"""The file that is subscribed to, as RFC 5545 has it."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from peernet import __version__
from peernet.roundtables.feeds import files
from peernet.roundtables.feeds.entries import Entry, Feed, Status
from tests.roundtables.test_calendar import _check_lines

STAMP = datetime(2026, 11, 23, 12, 0, 30, 5, tzinfo=UTC)


def _entry(**given: object) -> Entry:
    facts = {
        "uid": "a@localhost",
        "sequence": 1,
        "changed_at": STAMP,
        "wall_start": datetime(2026, 12, 1, 15, 0),
        "zone": "Asia/Kolkata",
        "minutes": 90,
        "title": "A table",
        "lines": ("You are coming.", "http://localhost:8000/x"),
        "url": "http://localhost:8000/x",
    }
    return Entry(**facts | given)


def _lines(*entries: Entry) -> list[str]:
    return files.write(Feed("Round tables", "http://localhost:8000/me", entries)).split("\r\n")


def test_it_reads_as_expected() -> None:
    meeting = _entry(place="Room 7", takes_time=True, answer="accepted")
    deadline = _entry(uid="b@localhost", minutes=0, zone="UTC", title="Answers until now: Why?")
    assert (
        _lines(meeting, deadline)
        == f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//peernet//peernet {__version__}//EN
NAME:Round tables
X-WR-CALNAME:Round tables
REFRESH-INTERVAL;VALUE=DURATION:PT1H
URL:http://localhost:8000/me
X-PUBLISHED-TTL:PT1H
BEGIN:VTIMEZONE
TZID:Asia/Kolkata
BEGIN:STANDARD
DTSTART:20250101T053000
TZNAME:IST
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:A table
DTSTART;TZID=Asia/Kolkata:20261201T150000
DURATION:PT1H30M
DTSTAMP:20261123T120030Z
UID:a@localhost
SEQUENCE:1
DESCRIPTION:You are coming.\\n\\nhttp://localhost:8000/x
LAST-MODIFIED:20261123T120030Z
LOCATION:Room 7
STATUS:CONFIRMED
TRANSP:OPAQUE
URL:http://localhost:8000/x
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
X-PEERNET-ANSWER:ACCEPTED
END:VEVENT
BEGIN:VEVENT
SUMMARY:Answers until now: Why?
DTSTART:20261201T150000Z
DURATION:P0D
DTSTAMP:20261123T120030Z
UID:b@localhost
SEQUENCE:1
DESCRIPTION:You are coming.\\n\\nhttp://localhost:8000/x
LAST-MODIFIED:20261123T120030Z
STATUS:CONFIRMED
TRANSP:TRANSPARENT
URL:http://localhost:8000/x
X-MICROSOFT-CDO-BUSYSTATUS:FREE
END:VEVENT
END:VCALENDAR
""".split("\n")
    )


def test_an_empty_calendar_is_a_calendar() -> None:
    read = Calendar.from_ical("\r\n".join(_lines()))
    assert (read.walk("VEVENT"), str(read["NAME"])) == ([], "Round tables")


def test_a_zone_is_described_for_all_the_years_in_which_something_happens() -> None:
    entries = [_entry(zone="Europe/London", wall_start=datetime(year, 7, 1, 15, 0)) for year in (2026, 2030)]
    onsets = [line for line in _lines(*entries) if line.startswith("DTSTART:") and line[8:12] in ("2025", "2031")]
    assert onsets == ["DTSTART:20250101T000000", "DTSTART:20250330T010000", "DTSTART:20251026T020000",
                      "DTSTART:20310330T010000", "DTSTART:20311026T020000"]  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=200), st.text(max_size=50), st.sampled_from(list(Status)))
def test_whatever_people_write_its_lines_hold(text: str, place: str, status: Status) -> None:
    text, place = ("".join(char for char in given if char.isprintable() or char in "\n\t") for given in (text, place))
    written = "\r\n".join(_lines(_entry(title=f"T {text}", lines=(text,), place=f"P {place}", status=status)))
    _check_lines(written)
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert (event["STATUS"], str(event["UID"])) == (status.value, "a@localhost")
