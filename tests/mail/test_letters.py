"""What is read of a message that came in, whoever wrote it, and what hostile ones can do: nothing."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peernet.mail import letters, quoting
from peernet.mail.letters import Letter, Nature
from tests.mail.incoming import message, with_calendar

TOKEN = "12-" + "a" * 26
TO = f"replies+{TOKEN}@peers.example.org"

pytestmark = pytest.mark.usefixtures("takes_answers")


def read(made: EmailMessage) -> Letter:
    return letters.read(made.as_bytes())


def test_a_letter() -> None:
    found = read(message(TO, "Grüße – and\nwords.\n"))
    assert found == Letter(
        key=found.key,
        message_id="<1.abc@mail.example.org>",
        sender="member@example.org",
        tokens=(TOKEN,),
        nature=Nature.PERSONAL,
        text="Grüße – and\nwords.\n",
    )
    assert Letter.of_row(found.as_row()) == found


def test_its_key_is_that_of_its_message_id() -> None:
    first, again, other = message(TO), message(TO, "Other words"), message(TO, number=2)
    assert read(first).key == read(again).key != read(other).key
    del first["Message-ID"]
    del again["Message-ID"]
    assert read(first).key != read(again).key


@pytest.mark.parametrize(
    ("header", "value", "found"),
    [
        ("To", f"Network <REPLIES+{TOKEN.upper()}@Peers.Example.org>", (TOKEN,)),
        ("Cc", f"a@example.org,{TO}", (TOKEN,)),
        ("Delivered-To", TO, (TOKEN,)),
        ("X-Original-To", TO, (TOKEN,)),
        ("To", f"x{TO}", ()),
        ("To", f"{TO}.example.net", ()),
        ("To", "replies+@peers.example.org", ()),
        ("Subject", TO, ()),
    ],
)
def test_which_of_our_addresses_it_was_sent_to(header: str, value: str, found: tuple[str, ...]) -> None:
    data = f"From: a@example.org\r\n{header}: {value}\r\n\r\nx".encode()
    assert letters.read(data).tokens == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a@example.org", "a@example.org"),
        ('"Who, me @ work" <a@example.org>', "a@example.org"),
        ('"a@example.org" <a@example.org>', "a@example.org"),
        ("a@example.org, b@example.org", ""),
        ("a@example.org\r\nFrom: b@example.org", ""),
        ("=?utf-8?q?J=C3=BCrgen?= <a@example.org>", "a@example.org"),
        ("jürgen@example.org", "jürgen@example.org"),
        ("", ""),
        ("<>", ""),
    ],
)
def test_who_wrote_it(value: str, found: str) -> None:
    assert letters.read(f"From: {value}\r\n\r\nx".encode()).sender == found


@pytest.mark.parametrize(
    ("headers", "nature"),
    [
        ({}, Nature.PERSONAL),
        ({"Auto-Submitted": "no"}, Nature.PERSONAL),
        ({"Auto-Submitted": "auto-generated"}, Nature.GENERATED),
        ({"X-Auto-Response-Suppress": "OOF"}, Nature.GENERATED),
        ({"Auto-Submitted": "auto-replied; owner-email=x"}, Nature.AUTOMATIC),
        ({"Auto-Submitted": "auto-notified"}, Nature.AUTOMATIC),
        ({"Precedence": "auto_reply"}, Nature.AUTOMATIC),
        ({"Precedence": "List"}, Nature.AUTOMATIC),
        ({"Return-Path": "<>"}, Nature.AUTOMATIC),
        ({"X-Autorespond": "1"}, Nature.AUTOMATIC),
        ({"List-Id": "<x.example.org>"}, Nature.AUTOMATIC),
    ],
)
def test_who_wrote_it_a_person_or_a_program(headers: dict[str, str], nature: Nature) -> None:
    assert read(message(TO, headers=headers)).nature is nature


@pytest.mark.parametrize(
    ("subject", "nature"),
    [
        ("Automatic reply: You are asked", Nature.AUTOMATIC),
        ("Out of office", Nature.AUTOMATIC),
        ("Réponse automatique : x", Nature.AUTOMATIC),
        ("Re: Automatic reply machines", Nature.PERSONAL),
    ],
)
def test_old_answering_machines_are_known_by_their_subject(subject: str, nature: Nature) -> None:
    made = message(TO)
    made.replace_header("Subject", subject)
    assert read(made).nature is nature


def test_a_receipt_is_no_letter() -> None:
    """RFC 8098."""
    data = f"From: a@example.org\r\nTo: {TO}\r\nContent-Type: multipart/report; boundary=b; report-type=disposition-"
    data += "notification\r\n\r\n--b\r\n\r\nRead.\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nX: y"
    found = letters.read(f"{data}\r\n\r\n--b--\r\n".encode())
    assert (found.nature, found.report) == (Nature.AUTOMATIC, None)


def test_of_two_forms_the_plain_one_is_read() -> None:
    assert read(message(TO, "Plain.\n", html="<p>Page.</p>")).text == "Plain.\n"
    assert read(message(TO, "\n", html="<p>Page.</p>")).text == "Page."


def test_a_calendars_answer_and_no_other_calendar_file() -> None:
    reply = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"
    assert read(with_calendar(message(TO), reply)).calendar.split() == reply.split()
    assert read(with_calendar(message(TO), reply.replace("REPLY", "REQUEST"))).calendar == ""


def test_what_is_forwarded_inside_is_not_what_they_wrote() -> None:
    made = message(TO, "See below.\n")
    made.add_attachment(message("x@example.org", "Somebody else's words."))
    assert read(made).text == "See below.\n"


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("charset=iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
        ("charset=windows-1252", "“x”".encode("cp1252"), "“x”"),
        ("charset=shift_jis", "日本".encode("shift_jis"), "日本"),
        ("charset=no-such-set", "Grüße".encode(), "Grüße"),
        ("charset=utf-7", b"+AGE-", "+AGE-"),
        ("charset=us-ascii", b"caf\xe9", "caf\ufffd"),
        ("format=flowed", b"one \r\ntwo\r\n-- \r\nme", "one two\n-- \nme"),
        ("format=flowed; delsp=yes", b"one \r\ntwo", "onetwo"),
        ("charset=utf-8", b"a\x00b\x07c\x1b[1m\xc2\x85", "abc[1m"),
    ],
)
def test_character_sets_and_control_characters(kind: str, data: bytes, text: str) -> None:
    head = f"From: a@example.org\r\nContent-Type: text/plain; {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    assert letters.read(head.encode() + data).text == text


HEAD = f"From: a@example.org\r\nTo: {TO}\r\n".encode()
PAGE = HEAD + b"Content-Type: text/html\r\n\r\n"
NEST = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
HOSTILE = {
    "deep": b"".join(NEST % (n, n) for n in range(3_000)),
    "nested as deep as is read, with many lines": HEAD + b"".join(NEST % (n, n) for n in range(19)) + b"x\n" * 99_000,
    "many parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 200_000,
    "one line": HEAD + b"\r\n" + b"a" * 2_000_000,
    "spaces": HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a  \n" * 90_000,
    "a subject of brackets": HEAD + b"Subject: " + b"(" * 190_000 + b"\r\n\r\nx",
    "an author of brackets": b"From: " + b"(" * 190_000 + b"\r\n\r\nx",
    "many authors": b"From: " + b"a@b," * 50_000 + b"\r\n\r\nx",
    "a huge head": b"X: " + b"y" * 1_900_000 + b"\r\n\r\nx",
    "parameters": HEAD + b"Content-Type: text/plain; " + b"a*0*=x;" * 20_000 + b"\r\n\r\nx",
    "semicolons": HEAD + b"Content-Type: text/plain; " + b";" * 150_000 + b"\r\n\r\nx",
    "angles": PAGE + b"<" * 200_000,
    "comments": PAGE + b"<!--" * 50_000,
    "elements": PAGE + b"<div>" * 40_000,
    "quotes of quotes": PAGE + b"<blockquote>" * 17_000,
    "entities": PAGE + b"&" * 200_000,
    "base64 rubbish": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"!@#$" * 400_000,
    "uuencoded rubbish": HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 666 x\n" + b"M" * 1_000_000,
    "a slow character set": HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a" * 800_000 + b"-zzzzz",
    "quoted lines": HEAD + b"\r\n" + b"> x\n" * 90_000,
    "introductions": HEAD + b"\r\n" + b"On x wrote:\n> x\n" * 45_000,
    "heads": HEAD + b"\r\n" + b"From: x\n" * 90_000,
    "nothing": b"",
    "zeros": HEAD + b"\r\n" + b"\x00" * 1_000_000,
    "carriage returns": HEAD + b"\r\n" + b"\r" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_is_read_quickly_or_not_at_all(name: str) -> None:
    begun = time.process_time()
    found = letters.read(HOSTILE[name][:2_000_000])
    quoting.own_words(found.text)
    assert time.process_time() - begun < 3
    assert len(found.text) <= 210_000


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 700), st.binary(max_size=40))
def test_a_damaged_message_is_read_or_not_but_never_fails(at: int, damage: bytes) -> None:
    whole = with_calendar(message(TO, html="<p>x</p>"), "METHOD:REPLY").as_bytes()
    found = letters.read(whole[:at] + damage + whole[at + len(damage) :])
    assert Letter.of_row(found.as_row()) == found
    quoting.own_words(found.text)
