"""Building: what stands in the draft, what is quoted, and what is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.materials import access as materials
from peernet.materials.assembling import access, building, sheets
from peernet.materials.assembling.building import Beginning
from peernet.materials.assembling.sheets import Sheet
from peernet.materials.models import Material, MaterialKind
from peernet.materials.quotations.models import Quotation, Speaker
from peernet.prompts import responses
from peernet.prompts.models import Asking, Attribution, Response, Visibility
from peernet.roundtables.models import Answer, Attendance, Presence, RoundtablePrompt, Source, When
from peernet.text import markdown
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.prompts.conftest import as_viewer, asked, give, rendered
from tests.world import World, make_asking

WORDS = "We only trust data whose keepers tell us plainly what they left out."


@pytest.fixture
def second(db: Session, world: World) -> Asking:
    """Another question, with signs of Markdown in it."""
    return make_asking(db, world.cohort, "what-breaks", "What *breaks* [first]?")


@pytest.fixture
def said(db: Session, world: World, second: Asking) -> list[Response]:
    """Answers of two organisations to the first question, of one to the second."""
    made = [
        give(db, world.asking, world.peer, text=WORDS),
        give(db, world.asking, world.member, text="The river decides.", attribution=Attribution.ORGANISATION),
        give(db, second, world.third, text="The habit."),
    ]
    db.commit()
    return made


def sheet_of(
    db: Session, viewer: Viewer, *askings: Asking, pick: Callable[[sheets.Line], bool] = lambda _: True
) -> Sheet:
    """A sheet on which everything that can be picked is, unless told."""
    ids = [each.id for each in askings]
    made = sheets.completed(sheets.blank(ids), access.pickable(db, viewer, ids))
    lines = [replace(each, is_picked=pick(each)) for each in made.lines]
    return Sheet(made.parts, lines)


def build(
    db: Session, viewer: Viewer, world: World, sheet: Sheet, into: Material | Beginning | None = None, **how: bool
) -> Material:
    """Build it as the page would."""
    html = {line.key: markdown.render(line.text, prefix="q-", top=4) for line in sheet.picked}
    into = into or Beginning("What we heard", MaterialKind.REPORT)
    made = building.assemble(db, viewer, world.cohort, sheet=sheet, rendered=html, into=into, **how)
    db.commit()
    return reload(db, viewer, made)


def refs(db: Session) -> dict[str, str]:
    """References by the words they stand for."""
    return {each.current.source: each.ref for each in db.scalars(quotations())}


def quotations() -> Select[Quotation]:
    """All quotations with their words."""
    return select(Quotation).options(joinedload(Quotation.current)).order_by(Quotation.id)


def test_a_draft_holds_questions_own_words_and_places_and_nothing_of_an_answer(
    db: Session, world: World, facilitator: Viewer, second: Asking, said: list[Response]
) -> None:
    sheet = sheet_of(db, facilitator, world.asking, second)
    parts = [replace(sheet.parts[0], lead="We asked this first."), sheet.parts[1]]
    lines = [replace(line, lead="A library says:") if WORDS in line.text else line for line in sheet.lines]
    made = build(db, facilitator, world, Sheet(parts, lines))
    ref = refs(db)
    assert made.draft is not None
    assert made.draft.source == (
        "## Who decides, and how does anybody notice?\n\nWe asked this first.\n\n"
        f"A library says:\n\n[quotation: {ref[WORDS]}]\n\n[quotation: {ref['The river decides.']}]\n\n"
        f"## What \\*breaks\\* \\[first\\]?\n\n[quotation: {ref['The habit.']}]\n"
    )
    assert (made.draft.kind, made.draft.title, made.draft.questions) == (
        *(MaterialKind.REPORT, "What we heard"),
        [world.prompt.id, second.prompt_id],
    )
    event = db.scalars(select(Event).where(Event.action == "material.assembled")).one()
    assert (event.data, event.actor_id) == ({"questions": 2, "quotations": 3}, world.facilitator.id)


def test_nobody_is_asked_by_building(
    db: Session, world: World, facilitator: Viewer, said: list[Response], outbox: Callable[[], list[Mail]]
) -> None:
    before = len(outbox())
    build(db, facilitator, world, sheet_of(db, facilitator, world.asking))
    assert (db.scalars(select(Speaker)).all(), len(outbox())) == ([], before)


def test_a_pick_is_shortened_and_shown_with_less_and_the_rest_is_left(
    db: Session, world: World, facilitator: Viewer, said: list[Response]
) -> None:
    sheet = sheet_of(db, facilitator, world.asking, pick=lambda line: WORDS in line.text)
    lines = [replace(line, text="We only trust data", attribution=Attribution.ORGANISATION) for line in sheet.lines]
    made = build(db, facilitator, world, Sheet(sheet.parts, lines), in_blockquotes=True)
    quotation = db.scalars(quotations()).one()
    assert (quotation.current.source, quotation.current.attribution) == ("We only trust data", Attribution.ORGANISATION)
    assert made.draft is not None
    assert made.draft.source == (f"> Who decides, and how does anybody notice?\n\n[quotation: {quotation.ref}]\n")


def test_another_question_goes_to_the_end_of_a_draft_that_is_there(
    db: Session, world: World, facilitator: Viewer, draft: Material, second: Asking, said: list[Response]
) -> None:
    made = build(db, facilitator, world, sheet_of(db, facilitator, second), reload(db, facilitator, draft))
    quotation = db.scalars(quotations()).one()
    assert (made.id, quotation.material_id) == (draft.id, draft.id)
    assert made.draft is not None
    assert made.draft.source.endswith(
        f"Mostly those who were there first.\n\n## What \\*breaks\\* \\[first\\]?\n\n[quotation: {quotation.ref}]\n"
    )
    assert made.draft.questions == [world.prompt.id, second.prompt_id]


def test_two_who_build_into_one_draft_at_once_lose_nothing(
    db: Session, world: World, facilitator: Viewer, organiser: Viewer, draft: Material, second: Asking,
    said: list[Response],
) -> None:  # fmt: skip
    """Both read the draft before either built; whoever comes later adds to what stands there by then."""
    mine, theirs = sheet_of(db, facilitator, world.asking), sheet_of(db, organiser, second)
    build(db, facilitator, world, mine, reload(db, facilitator, draft))
    made = build(db, organiser, world, theirs, reload(db, organiser, draft))
    ref = refs(db)
    assert made.draft is not None
    assert made.draft.source.startswith("We asked who decides.")
    places = [
        made.draft.source.find(f"[quotation: {ref[words]}]") for words in (WORDS, "The river decides.", "The habit.")
    ]
    assert (min(places) > 0, places[-1]) == (True, max(places))


def test_a_published_material_gets_a_new_draft(
    db: Session, world: World, facilitator: Viewer, draft: Material, second: Asking, said: list[Response],
    publish: Callable[[Material], object],
) -> None:  # fmt: skip
    publish(draft)
    made = build(db, facilitator, world, sheet_of(db, facilitator, second), reload(db, facilitator, draft))
    assert made.draft is not None
    assert made.draft.base == 1


def test_what_was_narrowed_or_changed_meanwhile_is_told_and_nothing_is_built(
    db: Session, world: World, facilitator: Viewer, said: list[Response]
) -> None:
    sheet = sheet_of(db, facilitator, world.asking)
    asking = asked(db, world.asking.id)
    responses.let_read(
        db, said[1], asking=asking, actor=as_viewer(world.member), version=said[1].version,
        visibility=Visibility.PRIVATE, attribution=Attribution.ORGANISATION,
    )  # fmt: skip
    responses.change(
        db, said[0], asking=asking, actor=as_viewer(world.peer), version=said[0].version, text="Other words",
        rendered=rendered("Other words"), visibility=Visibility.COHORT, attribution=Attribution.PERSON,
    )  # fmt: skip
    db.commit()
    with pytest.raises(Conflict) as refusal:
        build(db, facilitator, world, sheet)
    assert refusal.value.message == (
        "1 answer that you picked is not open to you any more. Its words are left out; what you wrote before it "
        "is kept. 1 answer was changed by its author since you read it. Look at it again below."
    )
    db.rollback()
    assert db.scalars(select(Quotation)).all() == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" ", "One of the answers that you picked has no words left. Write them, or do not pick it."),
        ("x" * 5_001, "A quotation has at most 5000 characters. Shorten the longest ones."),
    ],
)
def test_words_have_bounds(
    db: Session, world: World, facilitator: Viewer, said: list[Response], text: str, message: str
) -> None:
    sheet = sheet_of(db, facilitator, world.asking)
    with pytest.raises(Refused) as refusal:
        build(db, facilitator, world, Sheet(sheet.parts, [replace(each, text=text) for each in sheet.lines]))
    assert refusal.value.message == message


def test_a_new_material_needs_a_title(db: Session, world: World, facilitator: Viewer, said: list[Response]) -> None:
    with pytest.raises(Refused) as refusal:
        build(db, facilitator, world, sheet_of(db, facilitator, world.asking), Beginning(""))
    assert refusal.value.field == "title"


def test_a_question_of_another_cohort_or_one_that_was_withdrawn_is_refused(
    db: Session, world: World, facilitator: Viewer, said: list[Response]
) -> None:
    elsewhere = make_asking(db, world.other_cohort, "elsewhere", "And elsewhere?")
    with pytest.raises(Refused):
        build(db, facilitator, world, sheets.blank([elsewhere.id]))
    asked(db, world.asking.id).withdrawn_at = clock.now()
    db.commit()
    with pytest.raises(Refused):
        build(db, facilitator, world, sheets.blank([world.asking.id]))


def test_more_than_an_answer_tells_cannot_be_shown(
    db: Session, world: World, facilitator: Viewer, said: list[Response]
) -> None:
    sheet = sheet_of(db, facilitator, world.asking)
    lines = [replace(line, attribution=Attribution.PERSON) for line in sheet.lines]
    with pytest.raises(Refused) as refusal:
        build(db, facilitator, world, Sheet(sheet.parts, lines))
    assert refusal.value.field == "attribution"


# What can be picked at all


def keys(db: Session, viewer: Viewer, world: World) -> list[str]:
    """The words that can be picked."""
    return [each.voice.html for each in access.pickable(db, viewer, [world.asking.id]).values()]


def test_what_is_private_or_not_released_cannot_be_picked(db: Session, world: World, facilitator: Viewer) -> None:
    give(db, world.asking, world.peer, text="Mine alone", visibility=Visibility.PRIVATE)
    give(db, world.asking, world.member, text="Without a name", attribution=Attribution.UNATTRIBUTED)
    give(db, world.asking, world.third, text="To the facilitators", visibility=Visibility.FACILITATORS)
    db.commit()
    assert keys(db, facilitator, world) == ["<p>To the facilitators</p>"]


def test_an_author_who_cannot_be_asked_is_left_out_unless_that_would_tell_who_they_are(
    db: Session, world: World, facilitator: Viewer, said: list[Response]
) -> None:
    assert len(keys(db, facilitator, world)) == 2
    world.peer.disabled_at = clock.now()
    db.commit()
    assert keys(db, facilitator, world) == ["<p>The river decides.</p>"]
    for response in said:
        response.attribution = Attribution.UNATTRIBUTED
    give(db, world.asking, world.third, text="Third", attribution=Attribution.UNATTRIBUTED)
    found = asked(db, world.asking.id)
    found.closed_at = found.released_at = clock.now()
    db.commit()
    assert sorted(keys(db, facilitator, world)) == [
        "<p>The river decides.</p>", "<p>Third</p>", f"<p>{WORDS}</p>"
    ]  # fmt: skip


def instead(db: Session, viewer: Viewer, world: World) -> list[str]:
    """The organisations whose answer is marked as given instead of attending."""
    found = access.pickable(db, viewer, [world.asking.id]).values()
    return [each.voice.organisation.slug for each in found if each.is_instead]  # type: ignore[union-attr]


def test_an_answer_in_writing_instead_of_attending_is_marked_by_organisation(
    db: Session, world: World, facilitator: Viewer, said: list[Response]
) -> None:
    place = RoundtablePrompt(roundtable_id=world.roundtable.id, asking_id=world.asking.id, when=When.DURING, position=0)
    wrote = [
        Attendance(
            roundtable_id=world.roundtable.id, person_id=person.id, answer=Answer.WRITING, answered_at=clock.now()
        )
        for person in (world.peer, world.member)
    ]
    db.add_all([place, *wrote])
    db.commit()
    assert instead(db, facilitator, world) == ["city-library", "river-trust"]
    db.add(Attendance(
        roundtable_id=world.roundtable.id, person_id=world.mate.id, answer=Answer.ACCEPTED, answered_at=clock.now()
    ))  # fmt: skip
    db.commit()
    assert instead(db, facilitator, world) == ["city-library"]
    db.add(Presence(
        roundtable_id=world.roundtable.id, person_id=world.peer.id, was_there=True, source=Source.SELF,
        recorded_at=clock.now(),
    ))  # fmt: skip
    db.commit()
    assert instead(db, facilitator, world) == []


def test_nothing_without_a_name_is_ever_marked_so(
    db: Session, world: World, facilitator: Viewer, said: list[Response]
) -> None:
    db.add(RoundtablePrompt(
        roundtable_id=world.roundtable.id, asking_id=world.asking.id, when=When.DURING, position=0
    ))  # fmt: skip
    for person in (world.peer, world.member, world.third):
        db.add(Attendance(
            roundtable_id=world.roundtable.id, person_id=person.id, answer=Answer.WRITING, answered_at=clock.now()
        ))  # fmt: skip
    for response in said:
        response.attribution = Attribution.UNATTRIBUTED
    give(db, world.asking, world.third, text="Third", attribution=Attribution.UNATTRIBUTED)
    found = asked(db, world.asking.id)
    found.closed_at = found.released_at = clock.now()
    db.commit()
    assert [each.is_instead for each in access.pickable(db, facilitator, [world.asking.id]).values()] == [False] * 3


@pytest.mark.parametrize("who", ["member", "peer", "observer", "outsider", "stranger", "admin"])
def test_who_does_not_lead_the_cohort_has_nothing_to_build_from(
    db: Session, world: World, said: list[Response], who: str
) -> None:
    viewer = Viewer(person_id=getattr(world, who).id)
    assert db.scalars(access.asked(viewer, world.cohort.id)).all() == []
    assert access.roundtables_of(db, viewer, world.cohort.id) == []
    assert db.scalars(materials.of_cohort(viewer, world.cohort.id)).all() == []
