"""What is said in the recording of a roundtable becomes public only with the yes of all who speak in it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.db import Refused
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.materials.models import Material, MaterialDraft
from peernet.materials.quotations import access, asking, clips, gate, mine, passages, resemblance
from peernet.materials.quotations.models import CoAuthor, Quotation, Stretch, Word
from peernet.materials.quotations.overlap import Passage
from peernet.materials.quotations.states import State
from peernet.privacy import erasing
from peernet.prompts.models import Attribution
from peernet.roundtables import access as roundtables
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recordings import clipping, consenting, keeping
from peernet.roundtables.recordings.models import Clip, Recording, Says, Transcript, Unnamed
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.materials.quotations.conftest import (
    SPOKEN,
    Decide,
    Publish,
    ask,
    found,
    fresh,
    read,
    recorded,
    reword,
    sign,
    state,
    take_clip,
)
from tests.prompts.conftest import as_viewer
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
SHEET = "/c/practice-cohort/materials/assemble/sheet"
QUOTATIONS = "/write/who-was-there-first/quotations"


@pytest.fixture
def clip(db: Session, world: World) -> Clip:
    """A clip in which the peer and the member can speak."""
    return recorded(db, world)


def table(db: Session, world: World) -> Roundtable:
    """The world's roundtable."""
    return db.scalars(roundtables.all_roundtables().where(Roundtable.id == world.roundtable.id)).unique().one()


def test_the_yes_of_all_who_speak_in_it_is_needed_and_one_word_removes_it(
    db: Session, world: World, facilitator: Viewer, draft: Material, clip: Clip, decide: Decide, publish: Publish
) -> None:
    made = take_clip(db, world, facilitator, draft, world.member, world.peer, clip=clip)
    assert ask(db, facilitator, draft) == 1
    asking.tell_due(db)
    db.commit()
    asked_by_mail = select(Mail.person_id).where(Mail.kind == "materials/consent-asked").order_by(Mail.person_id)
    assert db.scalars(asked_by_mail).all() == sorted([world.member.id, world.peer.id])
    assert state(db, decide(made, world.peer)) is State.WAITING
    with pytest.raises(Refused, match="waits for an answer"):
        gate.refuse_unagreed(db, draft, f'<div class="quotation">{made.ref}</div>')
    assert state(db, decide(made, world.member, Word.NO)) is State.REFUSED
    decide(made, world.member)
    publish(draft)
    assert (read(db), found(db, "second year budgets"), fresh(db, made).current.name) == ([SPOKEN], 1, "Member, Peer")
    decide(made, world.member, Word.WITHDRAWN)
    assert (read(db), found(db, "second year budgets")) == (["-"], 0)
    decide(made, world.member, Word.AGAIN)
    assert read(db) == [SPOKEN]


def test_who_speaks_in_it_was_there_and_is_said(
    db: Session, world: World, facilitator: Viewer, draft: Material, clip: Clip
) -> None:
    for speakers in ([], [world.mate], [world.peer, world.mate]):
        with pytest.raises(Refused, match="Say who speaks in it"):
            take_clip(db, world, facilitator, draft, *speakers, clip=clip)
    for viewer, one in ((as_viewer(world.member), clip), (facilitator, Clip(id=clip.id + 1))):
        assert f"clip-{one.id}" not in clips.quotable(db, viewer, world.cohort.id, [world.asking.id])
    with pytest.raises(Refused, match="not open to you"):
        take_clip(db, world, facilitator, draft, world.peer, clip=Clip(id=clip.id + 1))


def test_an_organisation_stands_under_it_if_all_are_of_it(
    db: Session, world: World, facilitator: Viewer, draft: Material, clip: Clip, decide: Decide
) -> None:
    of_one = Attribution.ORGANISATION
    with pytest.raises(Refused, match="not of one organisation"):
        take_clip(db, world, facilitator, draft, world.peer, world.member, clip=clip, attribution=of_one)
    sign(db, world.third, world.cohort.id)
    made = take_clip(db, world, facilitator, draft, world.peer, clip=clip, attribution=of_one)
    assert fresh(db, made).current.organisation == world.library
    made = take_clip(db, world, facilitator, draft, world.peer, world.member, clip=clip)
    with pytest.raises(Refused, match="not of one organisation"):
        reword(db, facilitator, made, SPOKEN, of_one)


@pytest.mark.parametrize("shown", [Attribution.PERSON, Attribution.ORGANISATION])
def test_nobody_is_named_in_a_stretch_without_names(
    db: Session, world: World, facilitator: Viewer, draft: Material, shown: Attribution
) -> None:
    clip = recorded(db, world, unnamed=True)
    with pytest.raises(Refused, match="does not show this"):
        take_clip(db, world, facilitator, draft, world.peer, clip=clip, attribution=shown)
    made = take_clip(db, world, facilitator, draft, world.peer, clip=clip, attribution=Attribution.UNATTRIBUTED)
    with pytest.raises(Refused, match="does not show this"):
        reword(db, facilitator, made, SPOKEN, shown)
    quotation = fresh(db, made)
    assert (quotation.name, quotation.organisation_id, quotation.current.name) == ("", None, "")


def test_a_stretch_that_overlaps_with_one_without_names_is_one(
    db: Session, world: World, facilitator: Viewer, clip: Clip
) -> None:
    db.add(Clip(recording_id=clip.recording_id, title="Candidly", starts=15, ends=30, is_unnamed=True))
    db.commit()
    (heard,) = clips.quotable(db, facilitator, world.cohort.id, [world.asking.id]).values()
    assert (heard.is_unnamed, heard.most) == (True, Attribution.UNATTRIBUTED)


def test_whoever_says_later_that_nobody_is_named_takes_the_name_from_readers(
    db: Session, world: World, facilitator: Viewer, draft: Material, clip: Clip, decide: Decide, publish: Publish
) -> None:
    made = take_clip(db, world, facilitator, draft, world.peer, clip=clip)
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    assert read(db) == [SPOKEN]
    clipping.change(
        db, table(db, world), clip, version=clip.version, title="On money", starts=10, ends=20,
        asking_id=world.asking.id, is_unnamed=True,
    )  # fmt: skip
    db.commit()
    assert read(db) == ["-"]
    with pytest.raises(Refused, match="nobody may be named"):
        gate.refuse_unagreed(db, draft, f'<div class="quotation">{made.ref}</div>')
    clip_id = clip.id
    clipping.remove(db, table(db, world), db.get_one(Clip, clip_id))
    db.commit()
    assert fresh(db, made).stretch.clip_id is None


def changed(db: Session, world: World, clip: Clip, *, starts: int = 10, ends: int | None = 20, unnamed: bool) -> None:
    """Say otherwise where a clip lies, and whether anybody is named in it."""
    clipping.change(
        db, table(db, world), clip, version=clip.version, title="On money", starts=starts, ends=ends,
        asking_id=world.asking.id, is_unnamed=unnamed,
    )  # fmt: skip
    db.commit()


@pytest.fixture
def public(
    db: Session, world: World, facilitator: Viewer, draft: Material, clip: Clip, decide: Decide, publish: Publish
) -> Quotation:
    """What the peer said from second 10 to 20, in public under their name."""
    made = take_clip(db, world, facilitator, draft, world.peer, clip=clip)
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    assert read(db) == [SPOKEN]
    return made


def test_the_search_follows_as_soon_as_nobody_may_be_named(
    db: Session, world: World, public: Quotation, clip: Clip
) -> None:
    changed(db, world, clip, unnamed=False)
    assert db.scalars(select(Job).where(Job.kind == clipping.JOB)).all() == []
    changed(db, world, clip, unnamed=True)
    (job,) = db.scalars(select(Job).where(Job.kind == clipping.JOB)).all()
    assert found(db, "second year budgets") == 1
    for _twice in range(2):
        passages.follow(db, job.payload)
        db.commit()
        assert found(db, "second year budgets") == 0


@pytest.mark.parametrize(
    "how", ["removed", "removed later", "named", "moved", "shorter", "followed", "replaced", "deleted"]
)
def test_a_name_that_was_taken_away_comes_back_with_nothing(
    db: Session, world: World, facilitator: Viewer, public: Quotation, clip: Clip, how: str
) -> None:
    changed(db, world, clip, starts=0 if how == "followed" else 10, ends=None, unnamed=True)
    if how == "removed later":
        passages.forget_due(db)
        db.commit()
        assert found(db, "second year budgets") == 0
    at = table(db, world)
    if how.startswith("removed"):
        clipping.remove(db, at, clip)
    elif how in ("named", "moved", "shorter"):
        starts, ends = {"named": (10, 20), "moved": (40, 50), "shorter": (20, 30)}[how]
        changed(db, world, clip, starts=starts, ends=ends, unnamed=how != "named")
    elif how == "followed":  # by another, which has the first one end before what is quoted
        clipping.add(db, at, title="Openly", starts=5)
    elif how == "replaced":
        db.scalars(select(Recording)).one().withheld_at = None
        keeping.bring_address(db, at, actor=facilitator, url="https://films.example.org/2", is_cut=True)
    else:
        keeping.remove(db, at, actor=None)
    db.commit()
    assert (read(db), read(db, 1)) == (["-"], ["-"])
    with pytest.raises(Refused, match="does not show this"):
        reword(db, facilitator, public, "Other words.", Attribution.PERSON)


def test_a_clip_that_is_moved_and_named_nobody_at_once_named_nobody_where_it_lay(
    db: Session, world: World, public: Quotation, clip: Clip
) -> None:
    changed(db, world, clip, starts=40, ends=50, unnamed=True)
    assert read(db) == ["-"]


@pytest.mark.parametrize(
    ("starts", "ends", "words"), [(19, 30, "-"), (0, 11, "-"), (5, None, "-"), (20, 30, SPOKEN), (0, 10, SPOKEN)]
)
def test_a_later_clip_without_names_takes_them_from_what_it_overlaps_with(
    db: Session, world: World, public: Quotation, starts: int, ends: int | None, words: str
) -> None:
    clipping.add(db, table(db, world), title="Candidly", starts=starts, ends=ends, is_unnamed=True)
    db.commit()
    # Without an end it goes on to the next one, which begins at 10, or, if there is none, to the end.
    assert read(db) == [SPOKEN if ends is None else words]
    clipping.remove(db, table(db, world), db.scalars(select(Clip).where(Clip.is_unnamed.is_(False))).one())
    db.commit()
    assert read(db) == [words]


def test_a_clip_that_was_put_right_can_be_quoted_anew_with_names(
    db: Session, world: World, facilitator: Viewer, draft: Material, public: Quotation, clip: Clip
) -> None:
    changed(db, world, clip, unnamed=True)
    changed(db, world, clip, unnamed=False)
    row = db.scalars(select(Unnamed)).one()
    assert (row.starts, row.ends) == (10, 20)
    row.until -= timedelta(seconds=1)
    public.made_at -= timedelta(minutes=1)
    db.commit()
    made = take_clip(db, world, facilitator, draft, world.peer, clip=clip)
    assert (fresh(db, made).stretch.is_unnamed, fresh(db, public).stretch.is_unnamed) == (False, True)


def test_captions_begin_with_the_stretch_and_name_nobody(
    db: Session, world: World, facilitator: Viewer, draft: Material, clip: Clip
) -> None:
    take_clip(db, world, facilitator, draft, world.peer, clip=clip)
    stretch = db.scalars(select(Stretch)).one()
    assert (stretch.starts, stretch.ends, stretch.captions) == (
        10, 20, f"WEBVTT\n\n00:00:01.000 --> 00:00:05.000\n{SPOKEN}\n",
    )  # fmt: skip


def test_a_clip_keeps_the_language_that_is_spoken_in_it(
    db: Session, world: World, facilitator: Viewer, draft: Material, clip: Clip
) -> None:
    db.scalars(select(Transcript)).one().language = "fr"
    db.commit()
    take_clip(db, world, facilitator, draft, world.peer, clip=clip)
    db.scalars(select(Transcript)).one().language = "es"
    assert db.scalars(select(Stretch.language)).all() == ["fr"]


def test_words_with_consent_stay_where_the_recording_does_not(
    db: Session, world: World, facilitator: Viewer, draft: Material, clip: Clip, decide: Decide, publish: Publish
) -> None:
    made = take_clip(db, world, facilitator, draft, world.peer, clip=clip)
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    consenting.answer(db, table(db, world), (world.member.id, None), Says.NO, terms=1)
    db.commit()
    assert (db.scalars(select(Recording.withheld_at)).one() is None, read(db)) == (False, [SPOKEN])
    assert clips.quotable(db, facilitator, world.cohort.id, [world.asking.id]) == {}


@pytest.mark.parametrize(
    ("who", "is_found"), [("facilitator", True), ("member", True), ("third", True), ("outsider", False)]
)
def test_words_of_a_transcript_are_found_outside_a_quotation_by_who_may_read_it(
    db: Session, world: World, clip: Clip, who: str, is_found: bool
) -> None:
    text = f"They say:\n\n{SPOKEN}\n\nGood morning, river."
    expected = [Passage(SPOKEN.rstrip("."), 3)] if is_found else []
    assert resemblance.look(db, as_viewer(getattr(world, who)), text) == expected


def test_a_question_that_is_read_out_is_nobody_s_words(db: Session, world: World, facilitator: Viewer) -> None:
    recorded(db, world)
    world.asking.text = SPOKEN
    db.commit()
    assert resemblance.look(db, facilitator, SPOKEN) == []


def test_who_is_forgotten_leaves_the_words_without_any_name(
    db: Session, world: World, facilitator: Viewer, draft: Material, clip: Clip, decide: Decide, publish: Publish
) -> None:
    made = take_clip(db, world, facilitator, draft, world.member, world.peer, clip=clip)
    ask(db, facilitator, draft)
    decide(made, world.peer)
    decide(made, world.member)
    publish(draft)
    peer_id, material_id = world.peer.id, draft.id
    world.member.name = "Zebulon Quarkmark"
    stretch = db.scalars(select(Stretch)).one()
    stretch.captions = stretch.captions.replace(SPOKEN, "Thank you, Zebulon Quarkmark.")
    db.commit()
    erasing.erase(db, world.member, {})
    db.commit()
    assert read(db) == [SPOKEN]
    quotation = db.scalars(access.of_material(material_id)).unique().one()
    assert (quotation.name, quotation.current.name, quotation.author_id) == ("", "", None)
    assert "Thank you, somebody." in quotation.stretch.captions
    assert db.scalars(select(CoAuthor.person_id)).all() == [peer_id]
    reword(db, facilitator, quotation, "Other words.", Attribution.UNATTRIBUTED)
    with pytest.raises(Refused, match="has no account any more"):
        asking.ask(db, facilitator, reload(db, facilitator, Material(id=material_id)), answer_by=date(2026, 12, 1))
    quotation = db.scalars(access.of_material(material_id)).unique().one()
    decide(quotation, db.get_one(Person, peer_id), Word.WITHDRAWN)
    erasing.erase(db, db.get_one(Person, peer_id), {})
    db.commit()
    quotation = db.scalars(access.of_material(material_id)).unique().one()
    assert (quotation.current.source, quotation.stretch.captions) == ("", "")


def test_each_who_speaks_sees_what_is_asked(
    db: Session, world: World, facilitator: Viewer, draft: Material, clip: Clip, sign_in: SignIn
) -> None:
    take_clip(db, world, facilitator, draft, world.member, world.peer, clip=clip)
    ask(db, facilitator, draft)
    for person in (world.member, world.peer):
        (item,) = mine.everything(db, person)
        assert (item.waits, item.is_author) == (True, True)
        assert "This was said at a roundtable that was recorded" in sign_in(person).get("/me/quotations").text


# The pages


def test_an_organiser_picks_a_clip_before_the_answers_and_says_who_speaks(
    db: Session, world: World, clip: Clip, sign_in: SignIn
) -> None:
    client = sign_in(world.facilitator)
    page = client.get(f"{SHEET}?asking={world.asking.id}")
    assert f'name="pick" value="clip-{clip.id}"' in page.text
    (heard,) = clips.quotable(db, as_viewer(world.facilitator), world.cohort.id, [world.asking.id]).values()
    sent = {
        "part": [world.asking.id], "part_lead": [""], "voice": [heard.key], "of": [world.asking.id],
        "seen": [heard.digest], "text": [SPOKEN], "attribution": ["person"], "lead": ["The peer says:"],
        "pick": [heard.key], "title": "What we heard", "kind": "blogpost", "language": "en", "style": "heading",
    }  # fmt: skip
    assert "Say of each clip that you picked who speaks in it" in client.post(SHEET, data=sent).text
    speak = [f"{heard.key} {world.peer.id}"]
    assert client.post(SHEET, data=sent | {"speak": speak, "seen": ["old"]}).status_code == 409
    kept = client.post(SHEET, data=sent | {"speak": speak, "title": ""}).text
    assert f'value="{heard.key} {world.peer.id}" aria-describedby="f-speak-1-hint" checked' in kept
    assert client.post(SHEET, data=sent | {"speak": speak}).status_code == 303
    quotation = db.scalars(select(Quotation)).one()
    assert (quotation.author_id, quotation.response_id, quotation.name) == (world.peer.id, None, "Peer")
    source = db.scalars(select(MaterialDraft.source)).one()
    assert source.endswith(f"The peer says:\n\n[quotation: {quotation.ref}]\n")
    assert "Quoted in this material already" in client.get(f"{SHEET}?asking={world.asking.id}&into=what-we-heard").text


def test_a_clip_is_quoted_from_the_pages_of_a_material(
    db: Session, world: World, draft: Material, clip: Clip, sign_in: SignIn
) -> None:
    client, address = sign_in(world.facilitator), f"{QUOTATIONS}/clips/{clip.id}"
    assert f'href="{address}"' in client.get(f"{QUOTATIONS}/answers").text
    assert SPOKEN in client.get(address).text
    sent = {"text": SPOKEN, "attribution": "person", "append": "yes"}
    assert client.post(address, data=sent).status_code == 422
    assert client.post(address, data=sent | {"speakers": [world.peer.id, world.member.id]}).status_code == 303
    beside = select(access.coauthors_of(db.scalars(select(Quotation.id)).all()).subquery().c.person_id)
    assert (db.scalars(select(Quotation.author_id)).all(), db.scalars(beside).all()) == (
        [world.member.id], [world.peer.id],
    )  # fmt: skip
    assert client.get(f"{QUOTATIONS}/{db.scalars(select(Quotation.ref)).one()}").status_code == 200
    assert [client.get(f"{QUOTATIONS}/clips/{number}").status_code for number in (clip.id + 1, 10**30)] == [404, 404]
    assert sign_in(world.member).get(address).status_code == 404


def test_many_clips_take_no_more_queries(
    db: Session, world: World, facilitator: Viewer, clip: Clip, count_queries: Callable[[], object]
) -> None:
    numbers = []
    for _time in range(2):
        db.expire_all()
        with count_queries() as seen:
            clips.quotable(db, facilitator, world.cohort.id, [world.asking.id])
        numbers.append(len(seen))
        for start in range(30, 60):
            db.add(Clip(recording_id=clip.recording_id, asking_id=world.asking.id, title="x", starts=start,
                        is_unnamed=False))  # fmt: skip
        db.commit()
    assert numbers[0] == numbers[1]
