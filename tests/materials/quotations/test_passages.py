"""A stretch of a recording is heard where it is quoted, only with every consent, and only that stretch."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock, pages
from peernet.accounts.models import Person
from peernet.db import Database, settle
from peernet.jobs.models import Job
from peernet.materials import reading
from peernet.materials.models import Material
from peernet.materials.quotations import passages, showing
from peernet.materials.quotations.models import Quotation, Stretch, Word
from peernet.materials.quotations.passages import Plays
from peernet.media import folder, incoming, store, stretches
from peernet.media.models import MediaFile
from peernet.pages.models import PageTouch
from peernet.privacy import erasing
from peernet.prompts.models import Attribution
from peernet.roundtables import checkins
from peernet.roundtables.checkins import Mark
from peernet.roundtables.recordings import clipping, consenting, keeping
from peernet.roundtables.recordings.models import Clip, Recording, Says
from peernet.settings import Settings
from peernet.site.exporting.making import Maker
from peernet.web.viewer import Viewer
from tests.materials.quotations.conftest import Decide, Publish, ask, fresh, read, recorded, reword, take_clip
from tests.materials.quotations.test_clips import table
from tests.media.films import made as film
from tests.media.recordings import mp3
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
PAGE = "/library/who-was-there-first"


@pytest.fixture
def talk() -> bytes:
    """A sound of half a minute."""
    return film("mp3", "libmp3lame", seconds=25)


def lying(db: Session, clip: Clip, data: bytes) -> Recording:
    """The recording of the clip, lying here."""
    with incoming.taken(io.BytesIO(data), filename="talk.mp3") as file:
        media = store.keep_brought(db, file=file, filename="talk.mp3", audience="facilitators:1", uploaded_by=None)
        file.is_kept = True
    recording = db.get_one(Recording, clip.recording_id)
    recording.media_id, recording.url = media.id, ""
    db.commit()
    return recording


@pytest.fixture
def clip(db: Session, world: World, talk: bytes) -> Clip:
    """Ten seconds of it."""
    made = recorded(db, world)
    lying(db, made, talk)
    return made


@pytest.fixture
def public(
    db: Session, world: World, database: Database, facilitator: Viewer, draft: Material, clip: Clip, decide: Decide,
    publish: Publish,
) -> Quotation:  # fmt: skip
    """A public quotation of the peer with its stretch."""
    made = take_clip(db, world, facilitator, draft, world.peer, clip=clip)
    cut(db, database, made)
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    return made


def cut(db: Session, database: Database, quotation: Quotation) -> None:
    """What the worker does."""
    passages.work_out(database, {"quotation_id": quotation.id})(db)
    db.commit()


def fetched(client: FlaskClient, quotation: Quotation) -> tuple[int, int]:
    """What comes of asking for the file and its captions."""
    return tuple(client.get(f"/media/{what}-{quotation.ref}").status_code for what in ("clip", "captions"))


def plays(db: Session, quotation: Quotation) -> Plays:
    """How it stands."""
    found = fresh(db, quotation)
    return passages.stand(db, found, found.current).plays


def heard(db: Session) -> list[bool]:
    """Whether the public page plays each of its quotations."""
    db.expire_all()
    page = reading.page(db, "who-was-there-first")
    assert page is not None
    return [place.quoted is not None and place.quoted.played is not None for place in page.places if place.is_quotation]


def test_the_public_hears_the_stretch_and_nothing_else(
    db: Session, world: World, public: Quotation, client: FlaskClient
) -> None:
    page = client.get(PAGE).text
    assert f'<source src="/media/clip-{public.ref}" type="audio/mpeg">' in page
    captions = f'srclang="{{}}" label="Captions" src="/media/captions-{public.ref}"'
    assert captions.format("en") in page
    stretch = db.scalars(select(Stretch)).one()
    stretch.language = "fr"
    pages.touch(db, f"material:{public.material_id}")
    settle(db)
    assert captions.format("fr") in client.get(PAGE).text
    source = db.get_one(MediaFile, stretch.source_id)
    whole = client.get(f"/media/clip-{public.ref}")
    assert (whole.status_code, whole.headers["Cache-Control"], len(whole.data) * 2 < source.bytes) == (
        200,
        "no-cache",
        True,
    )
    part = client.get(f"/media/clip-{public.ref}", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, whole.data[:10])
    assert client.get(f"/media/captions-{public.ref}").text == stretch.captions
    names = [source.name, db.get_one(MediaFile, stretch.media_id).name]
    assert [client.get(f"/media/{name}").status_code for name in names] == [404, 404]


def test_before_it_is_public_only_those_whom_it_concerns_hear_it(
    db: Session, world: World, database: Database, facilitator: Viewer, draft: Material, clip: Clip,
    client: FlaskClient, sign_in: SignIn,
) -> None:  # fmt: skip
    made = take_clip(db, world, facilitator, draft, world.peer, clip=clip)
    assert (plays(db, made), fetched(sign_in(world.facilitator), made)) == (Plays.WAITS, (404, 404))
    assert db.scalars(select(Job.payload).where(Job.kind == passages.JOB)).all() == [{"quotation_id": made.id}]
    for _twice in range(2):
        cut(db, database, made)
    assert (plays(db, made), len(db.scalars(select(MediaFile)).all())) == (Plays.YES, 2)
    ask(db, facilitator, draft)
    for role, status in (("facilitator", 200), ("peer", 200), ("member", 404), ("stranger", 404), ("admin", 404)):
        assert fetched(sign_in(getattr(world, role)), made) == (status, status), role
    assert fetched(client, made) == (404, 404)
    own = sign_in(world.peer).get("/me/quotations").text
    assert ("everybody can hear you" in own, f"/media/clip-{made.ref}" in own) == (True, True)
    page = sign_in(world.facilitator).get(f"/write/who-was-there-first/quotations/{made.ref}").text
    assert f"/media/clip-{made.ref}" in page


def test_who_takes_their_yes_back_takes_the_file_away(
    db: Session, world: World, public: Quotation, decide: Decide, client: FlaskClient, sign_in: SignIn
) -> None:
    decide(public, world.peer, Word.WITHDRAWN)
    clients = (client, sign_in(world.facilitator), sign_in(world.peer))
    assert [fetched(each, public) for each in clients] == [(404, 404)] * 3
    assert f"/media/clip-{public.ref}" not in client.get(PAGE).text
    decide(public, world.peer, Word.AGAIN)
    assert fetched(client, public) == (200, 200)


@pytest.mark.parametrize("how", ["refused", "removed", "over", "unanswered", "unnamed"])
def test_the_words_stay_and_the_file_goes_with_the_recording(
    db: Session, world: World, public: Quotation, client: FlaskClient, how: str
) -> None:
    assert (heard(db), fetched(client, public)) == ([True], (200, 200))
    recording, clip = db.scalars(select(Recording)).one(), db.scalars(select(Clip)).one()
    if how == "refused":
        consenting.answer(db, table(db, world), (world.member.id, None), Says.NO, terms=1)
    elif how == "removed":
        keeping.remove(db, table(db, world), actor=None)
    elif how == "over":
        recording.kept_until = world.roundtable.wall_start.date().replace(year=2025)
    elif how == "unanswered":
        recording.terms = 2
    else:
        clipping.change(
            db, table(db, world), clip, version=clip.version, title="x", starts=10, ends=20,
            asking_id=world.asking.id, is_unnamed=True,
        )  # fmt: skip
    db.commit()
    assert (heard(db), fetched(client, public)) == ([False], (404, 404))
    assert (read(db) == ["-"]) is (how == "unnamed")
    # What was cut goes with what it was cut from, and not before.
    name = db.scalars(select(MediaFile.name).where(MediaFile.audience == f"quotation:{public.id}")).one()
    gone = passages.forget_due(db)
    db.commit()
    assert (gone, folder.has(name)) == ((1, False) if how in ("removed", "unnamed") else (0, True))


def touches(db: Session) -> int:
    """How often pages that show something of the recording were made stale."""
    key = db.scalars(select(Recording)).one().key
    return len(db.scalars(select(PageTouch).where(PageTouch.key == key)).all())


@pytest.mark.parametrize("is_swept", [False, True])
def test_what_named_nobody_once_is_not_heard_when_its_clip_is_gone(
    db: Session, world: World, public: Quotation, client: FlaskClient, is_swept: bool
) -> None:
    at, before = table(db, world), touches(db)
    clip = clipping.add(db, at, title="Candidly", starts=15, ends=30, is_unnamed=True)
    db.commit()
    assert (read(db), heard(db), fetched(client, public), plays(db, public)) == (
        ["-"], [False], (404, 404), Plays.UNNAMED,
    )  # fmt: skip
    if is_swept:
        assert passages.forget_due(db) == 1
        db.commit()
    clipping.remove(db, table(db, world), db.get_one(Clip, clip.id))
    db.commit()
    assert (read(db), heard(db), fetched(client, public), plays(db, public)) == (
        ["-"], [False], (404, 404), Plays.UNNAMED,
    )  # fmt: skip
    assert touches(db) == before + 2
    assert passages.forget_due(db) == (0 if is_swept else 1)


def test_whoever_is_noted_later_as_there_has_the_page_made_without_its_player(
    db: Session, world: World, facilitator: Viewer, public: Quotation, client: FlaskClient
) -> None:
    before = touches(db)
    at = table(db, world)
    at.starts_at, at.ends_at = clock.now() - timedelta(hours=2), clock.now() - timedelta(hours=1)
    mark = Mark((world.mate.id, None), was_there=True, seen=0)
    for _twice in range(2):
        checkins.record(db, at, [mark], actor=facilitator)
        db.commit()
    assert (touches(db), heard(db), fetched(client, public)) == (before + 1, [False], (404, 404))
    consenting.answer(db, table(db, world), (world.mate.id, None), Says.YES, terms=1)
    db.commit()
    assert (touches(db), heard(db), fetched(client, public)) == (before + 2, [True], (200, 200))


def test_captions_are_met_at_their_own_address_alone_and_only_while_it_plays(
    db: Session, world: World, public: Quotation, client: FlaskClient, sign_in: SignIn
) -> None:
    db.scalars(select(Stretch)).one().captions = "WEBVTT\n\n00:00:01.000 --> 00:00:05.000\nQuarkmark said\n"
    db.commit()
    own = f"/media/captions-{public.ref}"
    places = (
        own, f"/media/clip-{public.ref}", PAGE, f"{PAGE}/v/1", f"{PAGE}/download/html",
        f"{PAGE}/download/markdown", f"/write/who-was-there-first/quotations/{public.ref}", "/me/quotations",
    )  # fmt: skip
    clients = [client, *(sign_in(one) for one in (world.facilitator, world.peer, world.admin))]

    def met() -> list[list[str]]:
        return [[place for place in places if b"Quarkmark" in each.get(place).data] for each in clients]

    assert met() == [[own]] * 4
    clipping.add(db, table(db, world), title="Candidly", starts=19, ends=30, is_unnamed=True)
    db.commit()
    assert met() == [[]] * 4
    for place in (PAGE, f"{PAGE}/v/1", f"{PAGE}/download/html", f"{PAGE}/download/markdown"):
        assert ("second year" in client.get(place).text, client.get(place).status_code) == (False, 200), place


def test_another_film_in_the_place_of_the_old_one_is_not_heard(
    db: Session, world: World, public: Quotation, talk: bytes, client: FlaskClient
) -> None:
    lying(db, db.scalars(select(Clip)).one(), talk)
    assert (heard(db), fetched(client, public), plays(db, public)) == ([False], (404, 404), Plays.GONE)
    assert passages.forget_due(db) == 1


def test_words_without_names_are_not_heard(
    db: Session, world: World, facilitator: Viewer, draft: Material, public: Quotation,
) -> None:  # fmt: skip
    reword(db, facilitator, public, "Other words.", Attribution.UNATTRIBUTED)
    assert (plays(db, public), heard(db)) == (Plays.NAMELESS, [True])
    found = fresh(db, public)
    quoted = showing.of_draft(db, draft.id, f'<div class="quotation">{public.ref}</div>')[public.ref]
    assert (quoted.played, found.current.name) == (None, "")


def test_who_is_forgotten_is_heard_no_more(db: Session, world: World, public: Quotation, client: FlaskClient) -> None:
    ref, name = public.ref, db.scalars(select(MediaFile.name).where(MediaFile.audience.startswith("quotation:"))).one()
    erasing.erase(db, world.peer, {"quotations": {ref: "kept"}})
    db.commit()
    assert client.get(f"/media/clip-{ref}").status_code == 404
    assert (folder.has(name), db.scalars(select(Stretch.media_id)).all()) == (False, [None])


@pytest.mark.parametrize(
    ("case", "expected"), [("address", Plays.ELSEWHERE), ("open", Plays.LONG), ("unable", Plays.UNABLE)]
)
def test_where_nothing_can_be_cut_the_page_says_why(
    db: Session, world: World, facilitator: Viewer, draft: Material, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch,
    case: str, expected: Plays,
) -> None:  # fmt: skip
    clip = recorded(db, world)
    if case == "unable":
        monkeypatch.setattr(stretches, "find_spec", lambda _name: None)
    if case != "address":
        lying(db, clip, mp3())
    clip.ends = None if case == "open" else 20
    db.commit()
    address = f"/write/who-was-there-first/quotations/clips/{clip.id}"
    assert sign_in(world.facilitator).get(address).status_code == 200
    made = take_clip(db, world, facilitator, draft, world.peer, clip=clip)
    assert (plays(db, made), db.scalars(select(Job).where(Job.kind == passages.JOB)).all()) == (expected, [])
    page = sign_in(world.facilitator).get(f"/write/who-was-there-first/quotations/{made.ref}").text
    assert ("It has words only" in page, "https://films.example.org/1" in page) == (True, case == "address")


def test_a_recording_that_cannot_be_cut_is_said_to_be_one(
    db: Session, world: World, database: Database, facilitator: Viewer, draft: Material
) -> None:
    pytest.importorskip("av")
    clip = recorded(db, world)
    lying(db, clip, mp3())
    made = take_clip(db, world, facilitator, draft, world.peer, clip=clip)
    cut(db, database, made)
    assert plays(db, made) is Plays.FAILED


def test_what_is_taken_away_holds_words_alone(public: Quotation, client: FlaskClient) -> None:
    for kind in ("html", "markdown"):
        taken = client.get(f"{PAGE}/download/{kind}").text
        assert ("second year" in taken, "/media/clip-" in taken) == (True, False)


@pytest.mark.once
def test_a_copy_of_the_site_holds_it_as_long_as_its_page_says_so(
    db: Session, app: Flask, settings: Settings, public: Quotation
) -> None:
    maker, ref = Maker(app, settings, 0, {}), public.ref
    pieces = {piece.page.place: piece for piece in maker.make(PAGE)}
    page = pieces["library/who-was-there-first/index.html"]
    assert f'src="/media/clip-{ref}.mp3"' in page.body.decode()
    assert {f"media/clip-{ref}.mp3", f"media/captions-{ref}.vtt"} <= set(pieces)
    # Whatever no page leads to goes from the folder.
    assert {f"material:{public.material_id}", db.scalars(select(Recording)).one().key} <= page.depends
