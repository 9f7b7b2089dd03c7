"""Mail that comes back is known by its Message-ID; whatever else comes in changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts import links, people
from peernet.accounts.models import Person
from peernet.jobs.models import Job
from peernet.ledger.models import Event
from peernet.mail import bounces, compose, delivery, letters
from peernet.mail.compose import Recipient
from peernet.mail.models import Mail, MailState
from peernet.tokens import tokens
from peernet.worker import HANDLERS

# As Postfix writes it (RFC 3464), with the whole mail returned.
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: bounces@peers.example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--edge
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Mon, 23 Nov 2026 11:00:00 +0000 (UTC)

Final-Recipient: rfc822; member@example.org
Original-Recipient: rfc822;member@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 {status} <member@example.org>: Recipient address
    rejected: User unknown

--edge
Content-Description: Undelivered Message
Content-Type: {kind}

From: Peer learning network <peernet@localhost>
To: member@example.org
Subject: A note
Message-ID: {message_id}

--edge--
"""


def report(mail: Mail, *, action: str = "failed", status: str = "5.1.1", kind: str = "message/rfc822") -> bytes:
    text = REPORT.format(action=action, status=status, kind=kind, message_id=mail.message_id)
    return text.replace("\n", "\r\n").encode()


@pytest.fixture
def member(db: Session) -> Person:
    return people.create(db, email="member@example.org", name="Member", zone="UTC", language="en")


@pytest.fixture
def mail(db: Session, member: Person) -> Mail:
    """A mail that has left."""
    to = Recipient(address=member.email, person_id=member.id)
    made = compose.send(db, to=to, template="mail/trial", context={})
    assert made is not None
    made.state = MailState.SENT
    db.flush()
    return made


def arrive(db: Session, data: bytes) -> bool:
    found = letters.read(data).report
    return found is not None and bounces.receive(db, found)


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"])
def test_a_report_is_noted_on_its_mail(db: Session, mail: Mail, kind: str) -> None:
    assert arrive(db, report(mail, kind=kind))
    assert mail.state is MailState.BOUNCED
    assert mail.error == "5.1.1 550 5.1.1 <member@example.org>: Recipient address rejected: User unknown"


def test_the_same_report_again_and_a_report_after_another_try_change_nothing(db: Session, mail: Mail) -> None:
    assert arrive(db, report(mail))
    assert not arrive(db, report(mail))
    delivery.retry(db, mail)
    assert not arrive(db, report(mail))
    assert mail.state is MailState.WAITING


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_did_not_fail_changes_nothing(db: Session, mail: Mail, action: str) -> None:
    assert not arrive(db, report(mail, action=action, status="4.4.1"))
    assert mail.state is MailState.SENT


def test_one_that_nobody_sent_changes_nothing(db: Session, mail: Mail) -> None:
    assert not arrive(db, report(mail).replace(mail.message_id.encode(), b"<another@example.org>"))
    assert mail.state is MailState.SENT


VACATION = (
    b"From: a@example.org\r\nSubject: Away\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: %b\r\n\r\nI am away.\r\n"
)


def test_automatic_replies_and_letters_are_ignored(db: Session, mail: Mail) -> None:
    for data in (VACATION % mail.message_id.encode(), mail.message_id.encode(), b"", b"\x00\xff" * 100):
        assert letters.read(data).report is None


def test_a_mail_that_tells_of_itself_is_ignored(db: Session, mail: Mail) -> None:
    """A report needs a delivery status of its own, not one that somebody quotes inside of another."""
    inner = report(mail)
    outer = b"Content-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\nContent-Type: message/rfc822\r\n\r\n"
    assert letters.read(outer + inner + b"\r\n--out--\r\n").report is None


def hostile(mail: Mail) -> list[bytes]:
    whole = report(mail)
    deep = b"".join(b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    many = b"--edge\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n" * 20_000
    return [
        deep,
        whole.replace(b"--edge--", many),
        whole.replace(b'boundary="edge"', b"boundary*0*=utf-8''%ff%fe; boundary*1=x"),
        whole.replace(b"message/delivery-status", b"message/delivery-status; charset=no-such-charset"),
        whole.replace(b"text/plain; charset=us-ascii", b"text/rfc822-headers; charset=unknown"),
        whole.replace(b"Status: 5.1.1", b"Status: " + b"9" * 100_000),
        whole.replace(b"Message-ID: ", b"Message-ID: =?utf-8?b?////?="),
        whole[: len(whole) // 2],
        whole.replace(b"\r\n", b"\n"),
        whole.replace(b"\r\n", b"\r"),
        b"\xef\xbb\xbf" + whole,
        whole * 200,
    ]


@pytest.mark.parametrize("number", range(12))
def test_hostile_messages_do_no_harm(db: Session, mail: Mail, number: int) -> None:
    arrive(db, hostile(mail)[number])
    assert len(mail.error) <= 2000
    assert mail.error.isprintable()


@given(st.binary(max_size=2000))
def test_rubbish_is_no_report(data: bytes) -> None:
    assert letters.read(data).report is None


@given(st.integers(0, 1600), st.binary(max_size=40))
def test_a_damaged_report_is_read_or_not_but_never_fails(at: int, damage: bytes) -> None:
    whole = REPORT.format(action="failed", status="5.1.1", kind="message/rfc822", message_id="<x@y>").encode()
    letters.read(whole[:at] + damage + whole[at + len(damage) :])


# What it means for a person


def jobs_of(db: Session) -> list[dict]:
    return [job.payload for job in db.scalars(select(Job))]


@pytest.mark.parametrize(
    ("status", "dead"), [("5.1.1", True), ("5.1.10", True), ("5.2.1", True), ("5.2.2", False), ("5.7.1", False)]
)
def test_only_a_dead_address_is_told_on(db: Session, mail: Mail, member: Person, status: str, dead: bool) -> None:
    arrive(db, report(mail, status=status))
    assert jobs_of(db) == ([{"person_id": member.id, "address": "member@example.org"}] if dead else [])


def test_mail_to_a_dead_address_stops_until_a_link_there_is_used(db: Session, mail: Mail, member: Person) -> None:
    arrive(db, report(mail))
    for _turn in range(2):
        HANDLERS[bounces.DEAD_ADDRESS](db, jobs_of(db)[0])
    assert member.mail_bounced_at is not None
    assert [event.action for event in db.scalars(select(Event))] == ["account.created", "account.address_failed"]
    token = links.make(db, member, lasts=links.timedelta(minutes=5))
    assert links.use_up(db, tokens.text_of(token)) is member
    assert member.mail_bounced_at is None


def test_an_address_that_was_changed_meanwhile_is_not_blamed(db: Session, mail: Mail, member: Person) -> None:
    arrive(db, report(mail))
    member.email = member.email_key = "new@example.org"
    HANDLERS[bounces.DEAD_ADDRESS](db, jobs_of(db)[0])
    assert member.mail_bounced_at is None


def test_mail_to_nobody_with_an_account(db: Session, mail: Mail) -> None:
    mail.person_id = None
    assert arrive(db, report(mail))
    (job,) = jobs_of(db)
    assert job == {"person_id": None, "address": mail.to_address}
    HANDLERS[bounces.DEAD_ADDRESS](db, job)
