"""Somebody did everything, and is forgotten: of a dozen marks of theirs none is found in any column of any table,
but what they chose to leave. The schema itself is walked, so a new table is searched as well."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session, joinedload

from peernet import clock, tables
from peernet.accounts import people, public_pages, sessions
from peernet.accounts.models import Person
from peernet.app import make_app
from peernet.backups import afterwards
from peernet.cohorts.models import Invitation, Membership, Role
from peernet.db import Database, Refused
from peernet.groups.models import Exchange, Grouping, GroupingState, GroupSeat
from peernet.jobs import jobs
from peernet.ledger import ledger
from peernet.ledger.models import Event
from peernet.mail import transport
from peernet.mail.models import IncomingMail, Mail
from peernet.materials.contributors.models import Contributor, Wish
from peernet.materials.earlier import keeping
from peernet.materials.exchange import send_out
from peernet.materials.models import Material, MaterialVersion
from peernet.materials.quotations.models import Quotation, Speaker, Wording
from peernet.materials.reviews.models import Answer as ReviewAnswer
from peernet.materials.reviews.models import Comment, Decision, Reviewer, Round, Verdict
from peernet.materials.reviews.models import Text as ReviewText
from peernet.media import store
from peernet.media.images import Prepared
from peernet.media.models import MediaFile
from peernet.privacy import erasing, export, replaying
from peernet.prompts.models import (
    Attribution,
    Author,
    Draft,
    DraftAuthor,
    FollowUp,
    Prompt,
    Response,
    SharedDraft,
    Visibility,
)
from peernet.roundtables import access as roundtables
from peernet.roundtables import attendance
from peernet.roundtables.agendas.models import AgendaStep, StepGrouping, StepKind, StepRule
from peernet.roundtables.commitments.models import Commitment
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.hours.models import WeeklyHours
from peernet.roundtables.models import Answer, Guest, GuestRole, Roundtable
from peernet.roundtables.notes.models import Part, RoomNote
from peernet.roundtables.questions import marks as room_marks
from peernet.roundtables.questions.models import Ballot, QuestionVote, RoomQuestion
from peernet.roundtables.recordings.models import Clip, Recording, RecordingConsent, Says, Seen, Transcript
from peernet.roundtables.running.models import GuestHeard, Heard, NoteToSelf, RaisedHand, Room
from peernet.roundtables.tablenotes.models import TableNote
from peernet.server import open_pages
from peernet.settings import Settings
from peernet.text import captions
from peernet.text.captions import Cue
from peernet.web.rules import Rule
from tests.canary.walking import FIXED, paths, walk
from tests.materials.conftest import reload
from tests.materials.quotations.conftest import WORDS, ask
from tests.prompts.conftest import give
from tests.world import World, make_asking

NAME, ADDRESS = "Zebulon Quarkmark", "zebulon@quarkmark.example"
TEXTS = [
    f"mark{word}zq"
    for word in ("about", "answer", "draft", "shared", "asked", "comment", "reply", "reason", "proposal", "agent")
]
# What they said in the room of a roundtable, offer to others and ask of them; and their name as they wish it credited.
LATER = [f"mark{word}zq" for word in ("note", "question", "offers", "asks", "commitment", "spoken", "page")]
WISHED = "Zebulon markwishedzq"
# Their name as it may be typed, over the end of a line.
BROKEN = "zebulon\nQuarkmark"
SECRET = "00" * 32
# What a film that they brought was called, and what stands beside their name in what many wrote.
FILM, SHARED = "markfilmzq.mp4", "Of all of us"
MARKS = [NAME, ADDRESS, *TEXTS, *LATER, WISHED, FILM]


def found(db: Session, marks: list[str]) -> list[tuple[str, str, str]]:
    """Where a mark stands: table, column, mark."""
    db.flush()
    seen = []
    for table in tables.metadata.tables.values():
        # Rows are few: to read each table once takes a tenth of the time of a question for each mark.
        rows = db.execute(select(*(cast(column, Text) for column in table.c))).all()
        for column, texts in zip(table.c, zip(*rows, strict=True), strict=False):
            text = "\n".join(filter(None, texts)).lower()
            seen += [(table.name, column.name, mark) for mark in marks if mark.lower() in text]
    return seen


@pytest.fixture
def everything(
    db: Session, world: World, facilitator: Any, draft: Material, quote: Callable[..., Quotation],
    decide: Callable[..., Quotation], publish: Callable[..., MaterialVersion],
) -> Person:  # fmt: skip
    """The peer, who did everything."""
    person = world.peer
    person.name, person.email, person.email_key = NAME, ADDRESS, ADDRESS
    person.about = person.about_html = TEXTS[0]
    db.commit()
    give(db, world.asking, person, text=WORDS)
    db.commit()
    made = quote()
    ask(db, facilitator, draft)
    decide(made, person)
    draft = reload(db, facilitator, draft)
    draft.draft.credits = [{"credit": "author", "name": NAME, "role": "", "organisation_id": None}]
    keeping.keep(db, draft.draft)
    db.commit()
    publish(draft)
    _write(db, world, person)
    _review(db, world, person, draft)
    _travel(db, world, person)
    _meet(db, world, person, draft)
    db.commit()
    return person


def _write(db: Session, world: World, person: Person) -> None:
    second = make_asking(db, world.cohort, "second", "Second?")
    third = make_asking(db, world.cohort, "third", "Third?")
    give(db, second, person, text=TEXTS[1], visibility=Visibility.PUBLIC)
    theirs = give(db, second, world.member, text="Of the member")
    seat = db.scalar(select(Membership.seat_id).where(Membership.person_id == person.id))
    db.add(Draft(asking_id=third.id, person_id=person.id, source=TEXTS[2], saved_at=clock.now()))
    shared = SharedDraft(asking_id=third.id, seat_id=seat, source=TEXTS[3], saved_at=clock.now())
    db.add(shared)
    db.flush()
    db.add(DraftAuthor(draft_id=shared.id, person_id=person.id))
    db.add(
        FollowUp(response_id=theirs.id, person_id=person.id, audience=Visibility.COHORT, source=TEXTS[4], html=TEXTS[4],
                 asked_at=clock.now())
    )  # fmt: skip
    db.flush()


def _review(db: Session, world: World, person: Person, draft: Material) -> None:
    now = clock.now()
    about = Round(material_id=draft.id, number=7, is_open=None, wished_on=now.date(), opened_at=now)
    db.add(about)
    db.flush()
    text = ReviewText(
        round_id=about.id, number=1, draft_version=1, title="T", summary="", source="", html="", language="en",
        licence="CC-BY-4.0", credits=[{"credit": "author", "name": NAME, "role": "", "organisation": None}],
        digest="x", sent_at=now,
    )  # fmt: skip
    mine = Reviewer(round_id=about.id, person_id=person.id, email=ADDRESS, email_key=ADDRESS, name=NAME, asked_at=now)
    db.add_all([text, mine])
    db.flush()
    said = Comment(round_id=about.id, reviewer_id=mine.id, text_id=text.id, digest="", place=0, body=TEXTS[5], at=now)
    decision = Decision(
        round_id=about.id, reviewer_id=mine.id, text_id=text.id, draft_version=1, digest="x",
        verdict=Verdict.CHANGES, reason=TEXTS[7], at=now,
    )  # fmt: skip
    db.add_all([said, decision])
    db.flush()
    db.add(ReviewAnswer(comment_id=said.id, is_reviewer=True, body=TEXTS[6], at=now))
    speaker = db.scalars(select(Speaker).where(Speaker.person_id == person.id)).first()
    speaker.proposal = TEXTS[8]


def _travel(db: Session, world: World, person: Person) -> None:
    now = clock.now()
    sessions.begin(db, person, way="test", agent="markagentzq")
    db.add(WeeklyHours(person_id=person.id, zone="UTC", windows=[], weekend=[], away=[], said_at=now))
    table = db.scalars(roundtables.all_roundtables().where(Roundtable.id == world.roundtable.id)).one()
    attendance.rsvp(db, table, person, Answer.ACCEPTED)
    db.add(
        Invitation(cohort_id=world.other_cohort.id, email=ADDRESS, email_key=ADDRESS, name=NAME, role=Role.OBSERVER,
                   created_at=now, accepted_at=now)
    )  # fmt: skip
    guest = Guest(
        roundtable_id=world.roundtable.id, role=GuestRole.EXPERT, email=ADDRESS, email_key=ADDRESS, name=NAME,
        zone="UTC", language="en", invited_at=now,
    )  # fmt: skip
    db.add(guest)
    db.flush()
    db.add(GuestHeard(guest_id=guest.id))
    db.add(
        Mail(message_id="<zq@x>", kind="cohorts/left", to_address="member@example.org", person_id=world.member.id,
             subject=f"{NAME} wrote", text=f"Ask {NAME} at {ADDRESS}.", html=f"<p>{NAME}</p>",
             attachments=[{"name": "a.ics", "type": "text/calendar", "method": "", "text": f"ATTENDEE;CN={NAME}"}],
             created_at=now, next_at=now + timedelta(days=1))
    )  # fmt: skip
    db.add(IncomingMail(key="zq", letter={"sender": ADDRESS, "text": "hello"}, received_at=now))
    jobs.enqueue(db, "x", {"person_id": person.id, "address": ADDRESS}, run_at=now + timedelta(days=1))
    ledger.record(
        db, "membership.began", subject=f"person:{person.id}", actor_id=person.id, data={"person_id": person.id}
    )


def _meet(db: Session, world: World, person: Person, draft: Material) -> None:
    """Whatever people do in the room of a roundtable, for each other, and for a material of several."""
    now, table_id = clock.now(), world.roundtable.id
    ballot = Ballot(roundtable_id=table_id, secret=SECRET)
    db.add(ballot)
    db.flush()
    db.add_all(
        [
            NoteToSelf(roundtable_id=table_id, person_id=person.id, source=LATER[0], saved_at=now),
            RoomQuestion(id=7, ballot_id=ballot.id, person_id=person.id, text=LATER[1]),
            RoomQuestion(
                id=8, ballot_id=ballot.id, text=f"{SHARED}?", votes=1, mark=room_marks.of_asker(SECRET, 8, person.id)
            ),
            RaisedHand(roundtable_id=table_id, person_id=person.id, raised_at=now),
            Heard(roundtable_id=table_id, person_id=person.id),
            Room(roundtable_id=table_id, step_began_at=now, began_at=now, changed_by_id=person.id, changed_at=now),
            Exchange(person_id=person.id, offers=LATER[2], asks=LATER[3], is_shown=True),
            Contributor(material_id=draft.id, person_id=person.id, wish=Wish.NAME, name=WISHED, asked_at=now),
        ]
    )
    db.flush()
    db.add(QuestionVote(question_id=8, mark=room_marks.of_vote(SECRET, 8, person.id)))
    person.spoken = LATER[5]
    public_pages.choose(db, person, has_page=True, organisation=LATER[6])
    _note(db, world, person)
    _record(db, world, person)


def _note(db: Session, world: World, person: Person) -> None:
    """What is noted of a roundtable, by whomever; and where people of one of its steps sit."""
    now, table_id = clock.now(), world.roundtable.id
    step = AgendaStep(
        roundtable_id=table_id, position=0, title="Step", minutes=9, kind=StepKind.BREAKOUT,
        grouping=StepGrouping.TABLES, attribution=StepRule.OPEN, visibility=Visibility.COHORT,
    )  # fmt: skip
    tables_of_step = Grouping(
        cohort_id=world.cohort.id, created_by_id=person.id, created_at=now, wishes={}, inputs={}, found={},
        state=GroupingState.ANNOUNCED,
    )  # fmt: skip
    db.add_all([step, tables_of_step])
    db.flush()
    noted = {"roundtable_id": table_id, "part": Part.SAID, "is_unnamed": False}
    db.add_all(
        [
            RoundtableGrouping(roundtable_id=table_id, grouping_id=tables_of_step.id, step_id=step.id),
            GroupSeat(grouping_id=tables_of_step.id, round=1, table_number=1, person_id=person.id),
            Commitment(roundtable_id=table_id, person_id=person.id, text=LATER[4], due_on=now.date()),
            Commitment(roundtable_id=table_id, person_id=world.member.id, text=f"Ask {NAME}", due_on=now.date()),
            RoomNote(**noted, title="", source=f"{SHARED}: {BROKEN} and <{ADDRESS}> wrote.", dismissed=[NAME, "Will"]),
            RoomNote(**noted, title="Step", step_id=step.id, source=SHARED, dismissed=[]),
            TableNote(
                roundtable_id=table_id,
                step_id=step.id,
                title="Step",
                grouping_id=tables_of_step.id,
                round=1,
                table_number=1,
                widest=Visibility.COHORT,
                is_unnamed=False,
                source=f"{SHARED}: {NAME}.",
                dismissed=[NAME],
                carried=[],
            ),
        ]
    )


def _record(db: Session, world: World, person: Person) -> None:
    """A recording that they asked for, brought and are heard in."""
    now = clock.now()
    film = MediaFile(
        name="f" * 32, kind="video/mp4", filename=FILM, bytes=1, sha256="x", uploaded_by_id=person.id, created_at=now,
        audience=f"facilitators:{world.cohort.id}",
    )  # fmt: skip
    db.add(film)
    db.flush()
    recording = Recording(
        roundtable_id=world.roundtable.id, audience=Seen.COHORT, kept_until=now.date() + timedelta(days=90),
        asked_at=now, asked_by_id=person.id, ran_seconds=60, media_id=film.id, brought_at=now,
    )  # fmt: skip
    db.add(recording)
    db.flush()
    said = {"recording_id": recording.id, "terms": 1, "says": Says.YES, "said_at": now, "noted_by_id": person.id}
    spoken = [Cue(0, 2, f"{NAME}: {SHARED}", NAME), Cue(2, 4, f"Thank you, {NAME}.", "Member")]
    db.add_all(
        [
            RecordingConsent(**said, person_id=person.id),
            RecordingConsent(**said, person_id=world.member.id),
            Clip(recording_id=recording.id, title=f"What {NAME} asks", starts=0, is_unnamed=False),
            Transcript(recording_id=recording.id, source=captions.write(spoken)),
        ]
    )
    db.flush()


def _erase(db: Session, person: Person, **choices: Any) -> int:
    number = person.id
    erasing.erase(db, person, choices)
    db.commit()
    return number


def test_everything_leaves_every_mark(db: Session, everything: Person) -> None:
    assert {mark for _table, _column, mark in found(db, MARKS)} == set(MARKS)


def test_nothing_of_them_is_left(db: Session, world: World, everything: Person) -> None:
    roundtable_id, taken = world.roundtable.id, world.roundtable.accepted
    number = _erase(db, everything)
    assert found(db, [*MARKS, f"person:{number}"]) == [("page_touch", "key", f"person:{number}")]
    assert db.get_one(Roundtable, roundtable_id).accepted == taken - 1
    assert db.scalars(select(GuestHeard)).all() == []
    assert [row.subject for row in db.scalars(select(Event).where(Event.action == "person.erased"))] == ["person:-"]


def test_what_others_wrote_stays(db: Session, world: World, everything: Person) -> None:
    member_id = world.member.id
    _erase(db, everything)
    assert [one.source for one in db.scalars(select(Response))] == ["Of the member"]
    mail = db.scalars(select(Mail).where(Mail.person_id == member_id, Mail.kind == "cohorts/left")).one()
    assert mail.text == "Ask somebody at somebody."


def test_what_a_roundtable_keeps_together_stays_without_their_name(
    db: Session, world: World, everything: Person
) -> None:
    member_id = world.member.id
    _erase(db, everything)
    noted = db.execute(select(RoomNote.source, RoomNote.dismissed).order_by(RoomNote.id)).all()
    assert [tuple(each) for each in noted] == [
        (f"{SHARED}: somebody and <somebody> wrote.", ["Will"]), (SHARED, []),
    ]  # fmt: skip
    at_table = db.execute(select(TableNote.source, TableNote.dismissed)).one()
    assert tuple(at_table) == (f"{SHARED}: somebody.", [])
    taken = db.execute(select(Commitment.person_id, Commitment.text)).all()
    assert [tuple(each) for each in taken] == [(member_id, "Ask somebody")]
    cues = captions.parse(db.scalars(select(Transcript.source)).one())
    assert [(each.speaker, each.text) for each in cues] == [
        ("", f"somebody: {SHARED}"), ("Member", "Thank you, somebody."),
    ]  # fmt: skip
    assert db.scalars(select(Clip.title)).all() == ["What somebody asks"]
    film = db.scalars(select(Recording).options(joinedload(Recording.media))).one()
    assert (film.withheld_at, film.asked_by_id, film.media.uploaded_by_id) == (clock.now(), None, None)
    assert db.scalars(select(RecordingConsent.person_id)).all() == [member_id]


def test_no_mark_tells_what_they_asked_and_voted(db: Session, everything: Person) -> None:
    _erase(db, everything)
    asked = db.execute(select(RoomQuestion.text, RoomQuestion.votes, RoomQuestion.mark)).all()
    assert [tuple(each) for each in asked] == [(f"{SHARED}?", 1, None)]
    assert db.scalars(select(QuestionVote)).all() == []


def test_all_of_it_can_be_taken_along_before(db: Session, everything: Person, tmp_path: Path) -> None:
    with (tmp_path / "own.zip").open("w+b") as out:
        export.write(db, everything, out)
        held = ZipFile(out).read("everything.json").decode()
    assert [mark for mark in MARKS if mark not in held] == []
    assert (SHARED in held, f"Ask {NAME}" in held) == (False, False)


def test_words_with_consent_stay_without_a_name(db: Session, everything: Person) -> None:
    _erase(db, everything)
    wording = db.scalars(select(Wording)).one()
    assert (wording.source, wording.attribution, wording.name) == (WORDS, Attribution.UNATTRIBUTED, "")
    assert wording.organisation_id is None


def test_words_can_be_withdrawn(db: Session, everything: Person) -> None:
    ref = db.scalars(select(Quotation)).one().ref
    _erase(db, everything, quotations={ref: "withdrawn"})
    assert found(db, [WORDS]) == []


def test_a_name_stays_where_it_was_left(db: Session, everything: Person) -> None:
    ref = db.scalars(select(Quotation)).one().ref
    _erase(db, everything, quotations={ref: "kept"}, credits="kept")
    assert {(table, column) for table, column, _mark in found(db, MARKS)} == {
        ("material_credit", "name"),
        ("material_draft_earlier", "credits"),
        ("material_version", "credits"),
        ("quotation_wording", "name"),
        ("review_text", "credits"),
        ("search_row", "text"),
    }


def test_an_answer_of_several_stays_with_the_others(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, text="Of both")
    db.add_all(Author(response_id=response.id, person_id=one.id) for one in (world.member, world.mate))
    db.commit()
    mate_id = world.mate.id
    _erase(db, world.member)
    kept = db.scalars(select(Response)).one()
    assert (kept.source, kept.person_id) == ("Of both", mate_id)


def test_the_last_administrator_and_organiser_stay(db: Session, world: World) -> None:
    with pytest.raises(Refused, match="last administrator"):
        erasing.erase(db, world.admin, {})
    with pytest.raises(Refused, match="no other organiser"):
        erasing.erase(db, world.organiser, {})


def test_the_address_can_be_invited_anew(db: Session, world: World) -> None:
    address = world.stranger.email
    _erase(db, world.stranger)
    again = people.create(db, email=address, name="Somebody new", zone="UTC", language="en")
    subject = f"person:{again.id}"
    assert [event.action for event in db.scalars(select(Event).where(Event.subject == subject))] == ["account.created"]


def test_an_old_backup_brings_nobody_back(db: Session, everything: Person) -> None:
    with db.begin_nested() as attempt:
        erasing.erase(db, everything, {})
        lines = [dict(one) for one in _noted(db)]
        attempt.rollback()
    db.expire_all()
    assert found(db, [NAME]) != []
    assert replaying.replay(db, lines)["person"] == 1
    assert found(db, MARKS) == []


def _noted(db: Session) -> list[dict[str, Any]]:
    return [json.loads(line) for line in db.info.pop(afterwards._LINES)]


def test_mails_that_were_written_as_files_go(db: Session, world: World, settings: Settings) -> None:
    folder = transport.folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "theirs.eml").write_text("To: Stranger <stranger@example.org>")
    named = EmailMessage()
    named["To"] = "member@example.org"
    named.set_content("Écrit par Stranger", cte="base64")
    (folder / "named.eml").write_bytes(bytes(named))
    (folder / "another.eml").write_text("To: member@example.org\n\nTalk to a stranger.")
    _erase(db, world.stranger)
    names = ("theirs.eml", "named.eml", "another.eml")
    assert [(folder / name).exists() for name in names] == [False, False, True]


def test_a_name_that_is_a_word_leaves_the_word_alone(db: Session, world: World) -> None:
    world.stranger.name = "Will"
    mail = Mail(
        key="will", message_id="will", kind="x", person_id=world.member.id, to_address="member@example.org",
        subject="Will joins", text="Will says: it will be WILL@example.org or STRANGER@example.org.",
        html="<p>Willow and Will</p>", created_at=clock.now(), next_at=clock.now(), attachments=[],
    )  # fmt: skip
    db.add(mail)
    db.commit()
    _erase(db, world.stranger)
    mail = db.scalars(select(Mail).where(Mail.key == "will")).one()
    assert mail.subject == "somebody joins"
    assert mail.text == "somebody says: it will be WILL@example.org or somebody."
    assert mail.html == "<p>Willow and somebody</p>"


def test_no_page_file_or_export_has_them_any_more(
    db: Session, database: Database, world: World, everything: Person, settings: Settings, tmp_path: Path
) -> None:
    sweeper = open_pages(settings.model_copy(update={"data": tmp_path / "data"}), database)
    sweeper.sweep()
    app = make_app(settings, database, sweeper)
    found: dict[str, Sequence[object]] = {
        **FIXED,
        "name": ("0" * 32,),
        "person_id": (everything.id,),
        "/library/": db.scalars(select(Material.slug)).all(),
        "/questions/": db.scalars(select(Prompt.slug)).all(),
    }
    addresses = list(paths(app, found, Rule.READER))
    number, written, others = everything.id, [TEXTS[1], NAME, WORDS], [world.member.id, world.facilitator.id]

    def shown() -> set[str]:
        said = "\n".join(seen.said for seen in walk(app.test_client(), iter(addresses)))
        return {mark for mark in [*MARKS, WORDS] if mark in said}

    assert shown() == {*written, LATER[6]}
    picture = store.keep(
        db, data=Prepared("image/webp", 1, 1, digest="x", whole=TEXTS[0].encode(), copies={}), filename="me.webp",
        audience=f"person:{number}", uploaded_by=number,
    )  # fmt: skip
    db.commit()
    assert store.is_there(picture)
    quotation = db.scalars(select(Quotation)).one().ref
    _erase(db, everything, quotations={quotation: "withdrawn"})
    sweeper.sweep()
    kept = [copy.body.decode("utf-8", "replace") for path in addresses if (copy := sweeper.store.look_up(path))]
    assert [mark for mark in [*MARKS, WORDS] if any(mark in body for body in kept)] == []
    assert (shown(), store.orphans(db)) == (set(), [])
    send_out(database, tmp_path / "content")
    for other in others:
        with (tmp_path / f"{other}.zip").open("w+b") as out:
            export.write(db, db.get_one(Person, other), out)
            ZipFile(out).extractall(tmp_path / f"archive-{other}")
    files = [path for folder in (tmp_path, settings.data) for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in files if any(mark.encode() in path.read_bytes() for mark in [*MARKS, WORDS])] == []
