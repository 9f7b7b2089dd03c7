"""Publishing: immutable versions, what becomes public with them, corrections and withdrawals."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import search
from peernet.cohorts import showing as cohorts_showing
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.materials import access, images, library, manuscripts, publishing, reading, rendering, writing
from peernet.materials.checks import check
from peernet.materials.library import Filters, Option
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialKind, MaterialState, MaterialVersion
from peernet.materials.rendering import Surroundings
from peernet.media.images import prepare
from peernet.media.models import MediaFile
from peernet.organisations import organisations
from peernet.organisations.models import Organisation
from peernet.pages import touched
from peernet.web.viewer import NOBODY, Viewer
from tests.materials.conftest import TEXT, reload
from tests.world import World

Publish = Callable[..., MaterialVersion]
NOTHING = Surroundings()


def a_picture() -> bytes:
    """A small PNG."""
    data = io.BytesIO()
    Image.new("RGB", (60, 40), (10, 90, 90)).save(data, "PNG")
    return data.getvalue()


def found(db: Session, words: str) -> list[tuple[str, str]]:
    """What the public finds."""
    return [(hit.kind, hit.url) for hit in search.find(db, ["public"], words).hits]


def test_the_first_version_is_what_was_written(
    db: Session, world: World, draft: Material, publish: Publish, complete: Manuscript
) -> None:
    version = publish(draft)
    assert (version.number, version.title, version.source, version.licence) == (1, complete.title, TEXT, "CC-BY-4.0")
    assert version.html.startswith("<p>We asked who decides.</p>")
    assert version.toc == [{"level": 2, "id": "c-what-we-heard", "text": "What we heard"}]
    assert version.credits == [
        {"credit": "author", "name": "The editors", "role": "", "organisation": None, "organisation_name": ""},
        {
            "credit": "contributor",
            "name": "",
            "role": "host",
            "organisation": "river-trust",
            "organisation_name": "River Trust",
        },
    ]
    material = db.get_one(Material, draft.id, populate_existing=True)
    assert (material.state, material.number, material.published_on) == (MaterialState.PUBLISHED, 1, date(2026, 11, 23))
    assert manuscripts.of_published(db, material, version) == complete


def test_publishing_makes_stale_every_page_that_shows_it(
    db: Session, world: World, draft: Material, organiser: Viewer, complete: Manuscript
) -> None:
    rendered = rendering.render(TEXT, "en", NOTHING)
    publishing.publish(db, organiser, reload(db, organiser, draft), draft_version=2, rendered=rendered, passages=())
    assert touched(db) == {
        *("library", f"material:{draft.id}", f"materials:cohort:{world.cohort.id}"),
        *(f"materials:topic:{world.topic.id}", f"materials:prompt:{world.prompt.id}"),
        *(f"materials:organisation:{one.id}" for one in (world.river, world.library)),
        # They are named in public for the first time.
        *("organisations", f"organisation:{world.river.id}", f"organisation:{world.library.id}"),
    }


def test_what_is_left_out_by_a_correction_is_stale_too(
    db: Session, world: World, draft: Material, publish: Publish, organiser: Viewer, complete: Manuscript
) -> None:
    publish(draft)
    bare = replace(complete, organisations=(), topics=(), credits=complete.credits[:1])
    writing.save(db, organiser, reload(db, organiser, draft), version=0, manuscript=bare)
    db.commit()
    material = reload(db, organiser, draft)
    rendered = rendering.render(TEXT, "en", NOTHING)
    publishing.correct(db, organiser, material, draft_version=1, rendered=rendered, passages=(), note="Shorter")
    assert {f"materials:organisation:{world.river.id}", f"materials:topic:{world.topic.id}"} <= touched(db)


def test_it_is_found_once_public_and_no_more_once_withdrawn(
    db: Session, draft: Material, publish: Publish, organiser: Viewer
) -> None:
    assert found(db, "mostly first") == []
    publish(draft)
    assert found(db, "mostly first") == [("material", "/library/who-was-there-first")]
    publishing.withdraw(db, organiser, reload(db, organiser, draft), why="A mistake.")
    assert found(db, "mostly first") == []


def test_a_correction_is_a_new_version_and_the_old_one_stays(
    db: Session, draft: Material, publish: Publish, organiser: Viewer, complete: Manuscript
) -> None:
    publish(draft)
    changed = replace(complete, title="Who came", source="Other words.")
    writing.save(db, organiser, reload(db, organiser, draft), version=0, manuscript=changed)
    db.commit()
    assert reading.page(db, draft.slug).version.title == complete.title
    assert publish(draft, note="Put right.").number == 2
    page, old = reading.page(db, draft.slug), reading.page(db, draft.slug, 1)
    assert (page.version.title, page.version.note, old.version.title, old.version.source) == (
        *("Who came", "Put right."),
        *(complete.title, TEXT),
    )
    assert [(issue.number, issue.note) for issue in page.versions] == [(2, "Put right."), (1, "")]


def test_a_correction_says_what_it_changes(
    db: Session, draft: Material, publish: Publish, organiser: Viewer, complete: Manuscript
) -> None:
    publish(draft)
    writing.save(
        db, organiser, reload(db, organiser, draft), version=0, manuscript=replace(complete, source="Other words.")
    )
    db.commit()
    with pytest.raises(Refused) as refusal:
        publish(draft, note=" ")
    assert refusal.value.field == "note"


def test_a_draft_that_moved_on_is_not_published(
    db: Session, draft: Material, organiser: Viewer, complete: Manuscript
) -> None:
    rendered = rendering.render(TEXT, "en", NOTHING)
    writing.save(db, organiser, reload(db, organiser, draft), version=2, manuscript=replace(complete, source="New"))
    with pytest.raises(Conflict) as refusal:
        publishing.publish(db, organiser, reload(db, organiser, draft), draft_version=2, rendered=rendered, passages=())
    assert refusal.value.theirs == "New"


def test_a_draft_from_an_older_version_is_not_published_over_a_newer_one(
    db: Session, draft: Material, publish: Publish, organiser: Viewer, complete: Manuscript
) -> None:
    publish(draft)
    writing.save(db, organiser, reload(db, organiser, draft), version=0, manuscript=replace(complete, source="Mine"))
    material = reload(db, organiser, draft)
    rendered = rendering.render("Brought in", "en", NOTHING)
    publishing.issue(db, material, replace(complete, source="Brought in"), rendered, note="", actor_id=None)
    db.commit()
    with pytest.raises(Conflict) as refusal:
        publish(draft, note="Mine")
    assert refusal.value.theirs == "Mine"


def test_nothing_is_published_twice(db: Session, draft: Material, publish: Publish, organiser: Viewer) -> None:
    publish(draft)
    rendered = rendering.render(TEXT, "en", NOTHING)
    with pytest.raises(Refused):
        publishing.publish(db, organiser, reload(db, organiser, draft), draft_version=2, rendered=rendered, passages=())


def test_every_check_that_fails_keeps_it_from_being_published(
    db: Session, draft: Material, organiser: Viewer, complete: Manuscript
) -> None:
    source = "![](images/none.png) ![Shown](images/none.png) [dead](gone.md) [nowhere](#none) <b>raw</b>"
    rendered = rendering.render(source, "en", NOTHING)
    bare = Manuscript(kind=MaterialKind.VIDEO, title="A video", source=source, licence="none")
    assert [(one.name, one.passed, one.blocks) for one in check(bare, rendered)] == [
        ("title", True, False),
        ("summary", False, True),
        ("text", True, False),
        ("authors", False, True),
        ("licence", False, True),
        ("video", False, True),
        ("images", False, True),
        ("links", False, True),
        ("notes", False, False),
    ]
    unauthored = replace(complete, credits=())
    writing.save(db, organiser, reload(db, organiser, draft), version=2, manuscript=unauthored)
    with pytest.raises(Refused, match=r"^Name at least one author\.$"):
        publishing.publish(
            db,
            organiser,
            reload(db, organiser, draft),
            draft_version=3,
            rendered=rendering.render(TEXT, "en", NOTHING),
            passages=(),
        )


def test_a_withdrawn_material_leaves_a_page_that_says_so(
    db: Session, draft: Material, publish: Publish, organiser: Viewer
) -> None:
    publish(draft)
    with pytest.raises(Refused):
        publishing.withdraw(db, organiser, reload(db, organiser, draft), why=" ")
    publishing.withdraw(db, organiser, reload(db, organiser, draft), why="Somebody asked us to.")
    db.commit()
    for page in (reading.page(db, draft.slug), reading.page(db, draft.slug, 1)):
        assert (page.is_withdrawn, page.material.withdrawn_why, page.versions, page.questions) == (
            *(True, "Somebody asked us to."),
            *([], []),
        )
    assert library.count(db, Filters()) == 0
    with pytest.raises(Refused):
        publishing.withdraw(db, organiser, reload(db, organiser, draft), why="Again.")


def test_what_was_withdrawn_can_be_published_again(
    db: Session, draft: Material, publish: Publish, organiser: Viewer, complete: Manuscript
) -> None:
    publish(draft)
    publishing.withdraw(db, organiser, reload(db, organiser, draft), why="Wait.")
    writing.save(db, organiser, reload(db, organiser, draft), version=0, manuscript=replace(complete, source="Better."))
    db.commit()
    assert publish(draft, note="Back.").number == 2
    material = db.get_one(Material, draft.id, populate_existing=True)
    assert (material.state, material.withdrawn_at, material.withdrawn_why) == (MaterialState.PUBLISHED, None, "")


def test_an_image_is_public_only_while_a_public_text_shows_it(
    db: Session, world: World, draft: Material, publish: Publish, organiser: Viewer, complete: Manuscript
) -> None:
    rows = [
        images.bring(db, organiser, draft, image=prepare(a_picture()), filename="Map (1).png", alt=alt)
        for alt in ("A [map]", "Another")
    ]
    assert [(row.path, images.markdown_line(row)) for row in rows] == [
        ("images/who-was-there-first/map-1.png", r"![A \[map\]](images/who-was-there-first/map-1.png)"),
        ("images/who-was-there-first/map-1-2.png", "![Another](images/who-was-there-first/map-1-2.png)"),
    ]

    line, url = images.markdown_line(rows[0]), rows[0].media.url

    def audiences() -> list[str]:
        return list(db.scalars(select(MediaFile.audience).order_by(MediaFile.id)))

    private = f"facilitators:{world.cohort.id}"
    assert audiences() == [private, private]
    shown = replace(complete, source=line)
    writing.save(db, organiser, reload(db, organiser, draft), version=2, manuscript=shown)
    db.commit()
    html = publish(draft).html
    assert (html.count(f'src="{url}"'), html.count('alt="A [map]"'), html.count("<img")) == (1, 1, 1)
    assert audiences() == ["public", private]
    row = db.scalars(access.files_of(draft.id)).first()
    with pytest.raises(Refused):
        images.remove(db, row, shown_in=html)
    publishing.withdraw(db, organiser, reload(db, organiser, draft), why="Wait.")
    assert audiences() == [private, private]


def test_an_image_needs_words(db: Session, draft: Material, organiser: Viewer) -> None:
    with pytest.raises(Refused) as refusal:
        images.bring(db, organiser, draft, image=prepare(a_picture()), filename="x.png", alt=" ")
    assert refusal.value.field == "alt"


def test_the_ledger_tells_what_happened_and_no_word_of_it(
    db: Session, world: World, draft: Material, publish: Publish, organiser: Viewer
) -> None:
    publish(draft)
    publishing.withdraw(db, organiser, reload(db, organiser, draft), why="Wait.")
    events = db.scalars(select(Event).where(Event.subject == f"material:{draft.id}").order_by(Event.id))
    assert [(event.action, event.scope, event.data) for event in events] == [
        ("material.started", None, {}),
        ("material.published", f"cohort:{world.cohort.id}", {"number": 1}),
        ("material.withdrawn", f"cohort:{world.cohort.id}", {}),
    ]


def test_a_public_page_takes_three_queries(
    db: Session, draft: Material, publish: Publish, count_queries: Callable[[], object], world: World
) -> None:
    publish(draft)
    slug = draft.slug
    with count_queries() as seen:
        page = reading.page(db, slug)
    assert len(seen) == 3
    assert [one.name for one in page.topics] == ["Governance"]
    assert [one.slug for one in page.organisations] == ["river-trust", "city-library"]
    assert [one.name for one in page.questions] == [world.prompt.text]
    assert (page.cohort.slug, page.version.reading_minutes) == ("practice-cohort", 1)


def test_no_page_for_a_draft(db: Session, draft: Material) -> None:
    assert (reading.page(db, draft.slug), reading.page(db, "none")) == (None, None)


def test_a_cohort_that_is_a_draft_is_not_named(db: Session, world: World, draft: Material, publish: Publish) -> None:
    publish(draft)
    world.cohort.state = "draft"
    db.commit()
    assert reading.page(db, draft.slug).cohort is None
    assert library.options(db, Filters())["cohort"] == []


def test_the_library_filters_and_counts(db: Session, world: World, draft: Material, publish: Publish) -> None:
    publish(draft)
    assert [(card.slug, card.minutes, card.question) for card in library.cards(db, Filters())] == [
        ("who-was-there-first", 1, world.prompt.text)
    ]
    assert library.options(db, Filters()) == {
        "kind": [Option("blogpost", "blogpost", 1)],
        "language": [Option("en", "en", 1)],
        "length": [Option("short", "short", 1)],
        "licence": [Option("CC-BY-4.0", "CC-BY-4.0", 1)],
        "cohort": [Option("practice-cohort", "Practice cohort", 1)],
        "topic": [Option("governance", "Governance", 1)],
        "organisation": [Option("city-library", "City Library", 1), Option("river-trust", "River Trust", 1)],
        "question": [Option("who-decides", world.prompt.text, 1)],
    }
    fitting = Filters(MaterialKind.BLOGPOST, "governance", "river-trust", "who-decides", "practice-cohort", "en")
    assert library.count(db, fitting) == 1
    for name in ("topic", "organisation", "question", "cohort", "language"):
        assert library.count(db, replace(fitting, **{name: "none"})) == 0
    assert library.count(db, replace(fitting, kind=MaterialKind.REPORT)) == 0


@pytest.fixture
def named(db: Session) -> Organisation:
    """An organisation that sits in no cohort."""
    made = organisations.create(db, actor=NOBODY, name="Tide Institute")
    db.commit()
    return made


def test_an_organisation_that_only_materials_name_is_found(
    db: Session,
    world: World,
    draft: Material,
    publish: Publish,
    organiser: Viewer,
    complete: Manuscript,
    named: Organisation,
) -> None:
    """From the first material that names it until the last one is gone, and by the rebuilt search too."""
    here = [("organisation", "/organisations/tide-institute")]
    assert found(db, "Tide") == []
    found_draft = reload(db, organiser, draft)
    naming_it = replace(complete, organisations=(world.river.id, named.id))
    writing.save(db, organiser, found_draft, version=found_draft.draft.version, manuscript=naming_it)
    db.commit()
    assert found(db, "Tide") == []

    version = named.version
    publish(draft)
    assert found(db, "Tide") == here
    assert named.version == version, "a form that is open meanwhile stays good"
    organisations.revise(db, named, actor=NOBODY, version=version, is_listed=False, stewards="Levels of the sea")
    assert found(db, "levels sea") == here

    search.clear(db)
    cohorts_showing.rebuild(db)
    publishing.rebuild(db)
    assert found(db, "Tide") == here

    publishing.withdraw(db, organiser, reload(db, organiser, draft), why="A mistake.")
    db.commit()
    assert found(db, "Tide") == []
    assert [url for _kind, url in found(db, "River Trust")] == ["/organisations/river-trust"], "which has a seat"


def test_a_correction_that_names_it_no_more_lets_it_go(
    db: Session, draft: Material, publish: Publish, organiser: Viewer, complete: Manuscript, named: Organisation
) -> None:
    for organisations_named, hits in (((named.id,), 1), ((), 0)):
        material = reload(db, organiser, draft)
        manuscript = replace(complete, organisations=organisations_named, credits=complete.credits[:1])
        seen = material.draft.version if material.draft else 0
        writing.save(db, organiser, material, version=seen, manuscript=manuscript)
        db.commit()
        publish(draft, note="Whom it is about.")
        assert len(found(db, "Tide")) == hits
