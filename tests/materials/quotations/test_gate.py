"""The gate: words of answers outside a quotation, and what can never become public without a standing yes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session, joinedload

from peernet import clock
from peernet.db import Conflict, Database, Refused
from peernet.materials import access as materials
from peernet.materials import manuscripts, publishing, reading, rendering, translations, writing
from peernet.materials.earlier.models import EarlierDraft
from peernet.materials.exchange import bring_in, send_out
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialKind, MaterialVersion
from peernet.materials.quotations import access, asking, deciding, marks, quoting, resemblance
from peernet.materials.quotations.models import Decision, Quotation, Word, Wording
from peernet.materials.quotations.overlap import Passage
from peernet.privacy import erasing
from peernet.privacy.choices import Left
from peernet.prompts import access as prompts
from peernet.prompts.models import Attribution, Response, Visibility
from peernet.roundtables.recordings.models import Clip
from peernet.text import markdown, plain
from peernet.web.viewer import Viewer
from tests.materials.conftest import TEXT, reload
from tests.materials.quotations.conftest import SPOKEN, WORDS, Quote, recorded
from tests.prompts.conftest import asked, give
from tests.sizes import sized
from tests.world import World, make_world

STOLEN = "only trust data whose keepers tell us plainly what they left out"


def save(db: Session, viewer: Viewer, material: Material, source: str) -> Material:
    """Save a text as the editor does: looked at first."""
    found = reload(db, viewer, material)
    manuscript = replace(manuscripts.of_draft(found.draft), source=source)
    passages = resemblance.look(db, viewer, resemblance.whole(manuscript))
    writing.save(db, viewer, found, version=found.draft.version, manuscript=manuscript, passages=passages)
    db.commit()
    return reload(db, viewer, material)


def try_to_publish(db: Session, viewer: Viewer, material: Material) -> MaterialVersion:
    """Publish a draft as the page does."""
    found = reload(db, viewer, material)
    manuscript = manuscripts.of_draft(found.draft)
    rendered = rendering.render(manuscript.source, "en", rendering.surroundings(db, found, manuscript.source))
    texts = (resemblance.whole(manuscript), plain.words_of_html(rendered.html))
    verb = publishing.correct if found.number else publishing.publish
    version = verb(
        db, viewer, found, draft_version=found.draft.version, rendered=rendered,
        passages=resemblance.look(db, viewer, *texts), note="Next",
    )  # fmt: skip
    db.commit()
    return version


def standing(db: Session, material: Material) -> list[Passage]:
    """What blocks, from the draft alone."""
    return resemblance.standing(db, material, manuscripts.of_draft(material.draft), ())


@pytest.mark.parametrize(
    "source",
    [
        f"They say they {STOLEN}.",
        f"![We {STOLEN}](river.png)",
        "They **only** trust [data](https://example.org/a) whose _keepers_ tell us plainly what they left out.",
    ],
)
def test_words_of_an_answer_outside_a_quotation_block_publishing(
    db: Session, world: World, organiser: Viewer, draft: Material, answer: Response, source: str
) -> None:
    save(db, organiser, draft, f"{TEXT}\n\n{source}")
    with pytest.raises(Refused, match="Words of answers stand outside a quotation"):
        try_to_publish(db, organiser, draft)


def test_in_the_title_and_the_summary_as_well(
    db: Session, world: World, organiser: Viewer, draft: Material, answer: Response
) -> None:
    found = reload(db, organiser, draft)
    manuscript = replace(manuscripts.of_draft(found.draft), summary=f"We {STOLEN}.")
    writing.save(db, organiser, found, version=2, manuscript=manuscript)
    db.commit()
    with pytest.raises(Refused, match="Words of answers stand outside a quotation"):
        try_to_publish(db, organiser, draft)


def test_the_draft_says_where_and_forgets_when_it_is_written_anew(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response
) -> None:
    found = save(db, facilitator, draft, f"{TEXT}\n\nThey {STOLEN}.")
    assert standing(db, found) == [Passage(STOLEN, 7)]
    found = save(db, facilitator, draft, f"{TEXT}\n\nThey trust what is plain.")
    assert (standing(db, found), found.draft.passages) == ([], [])


def test_what_one_found_stands_for_another_who_may_not_read_the_answer(
    db: Session, world: World, facilitator: Viewer, organiser: Viewer, draft: Material
) -> None:
    """Here the second may read the answer no more, since it was narrowed meanwhile."""
    response = give(db, world.asking, world.peer, text=WORDS)
    db.commit()
    save(db, facilitator, draft, f"{TEXT}\n\nThey {STOLEN}.")
    response.visibility = Visibility.PRIVATE
    db.commit()
    found = save(db, organiser, draft, f"{TEXT}\n\nThey {STOLEN}. And more.")
    assert standing(db, found) == [Passage(STOLEN, 7)]
    with pytest.raises(Refused, match="Words of answers"):
        try_to_publish(db, organiser, draft)


def test_they_may_stand_for_a_reason_and_only_these_words(
    db: Session, world: World, organiser: Viewer, draft: Material, answer: Response
) -> None:
    found = save(db, organiser, draft, f"{TEXT}\n\nThey only trust data whose keepers tell us plainly.")
    (passage,) = standing(db, found)
    with pytest.raises(Refused, match="Say why these words may stand"):
        resemblance.dismiss(db, organiser, found, words=passage.words, reason=" ")
    resemblance.dismiss(db, organiser, found, words=passage.words, reason="The title of a known report")
    db.commit()
    assert try_to_publish(db, organiser, draft).number == 1
    found = reload(db, organiser, draft)
    public = manuscripts.of_published(db, found, found.current)
    writing.save(db, organiser, found, version=0, manuscript=replace(public, source=f"{TEXT}\n\nThey {STOLEN}."))
    db.commit()
    with pytest.raises(Refused, match="Words of answers"):
        try_to_publish(db, organiser, draft)


def test_the_question_itself_and_ones_own_words_are_free(
    db: Session, world: World, organiser: Viewer, draft: Material
) -> None:
    question = "Who decides what may be done with the data that all of you look after?"
    world.asking.text = question
    give(db, world.asking, world.peer, text=f"{question} Nobody does, as far as we can see from here.")
    db.commit()
    save(db, organiser, draft, f"{TEXT}\n\n{question}")
    assert try_to_publish(db, organiser, draft).number == 1


def test_private_answers_are_compared_with_nothing(
    db: Session, world: World, organiser: Viewer, draft: Material
) -> None:
    """Otherwise a writer could find out what somebody wrote to themselves."""
    give(db, world.asking, world.peer, text=WORDS, visibility=Visibility.PRIVATE)
    give(
        db, world.asking, world.third, text=f"Honestly, {WORDS}", attribution=Attribution.UNATTRIBUTED,
    )  # fmt: skip
    db.commit()
    found = save(db, organiser, draft, f"{TEXT}\n\nThey {STOLEN}.")
    assert standing(db, found) == []
    assert try_to_publish(db, organiser, draft).number == 1


def test_a_quotation_of_another_material_or_of_none_blocks(
    db: Session, world: World, facilitator: Viewer, organiser: Viewer, draft: Material, answer: Response, quote: Quote
) -> None:
    made = quote(place=False)
    other = writing.start(db, facilitator, title="Another one", cohort=world.cohort)
    text = replace(manuscripts.of_draft(reload(db, facilitator, draft).draft), title="Another one")
    writing.save(db, facilitator, reload(db, facilitator, other), version=1, manuscript=text)
    db.commit()
    for ref in (made.ref, "zzzzzzzz"):
        save(db, organiser, other, f"{TEXT}\n\n{marks.line_of(ref)}")
        with pytest.raises(Refused, match=f"There is no quotation {ref} in this material"):
            try_to_publish(db, organiser, other)
        db.rollback()


def test_looking_takes_the_same_queries_for_one_answer_and_for_thirty(
    db: Session, world: World, organiser: Viewer, count_queries: Callable[[], object]
) -> None:
    numbers = []
    for people in ([world.peer], [world.member, world.mate, world.third]):
        for person in people:
            give(db, world.asking, person, text=f"{WORDS} {person.name}")
        db.commit()
        db.expire_all()
        with count_queries() as seen:
            resemblance.look(db, organiser, WORDS)
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


HEARD = SPOKEN.rstrip(".")
WHO = st.sampled_from(("peer", "member"))
SOURCES = (TEXT, f"{TEXT}\n\nThey {STOLEN}.", f"{TEXT}\n\nQuite other words.", f"{TEXT}\n\n{HEARD}!")
PROPOSED = "We trust whoever tells us what is missing."


MENDED = WORDS.replace("plainly what", "plainly, what")


class _Within:
    """The database as an import of content knows it, within the transaction of a story."""

    def __init__(self, db: Session) -> None:
        self.db = db

    @contextmanager
    def reading(self) -> Iterator[Session]:
        self.db.flush()
        self.db.expire_all()
        yield self.db

    writing = reading


class Publishing(RuleBasedStateMachine):
    """Whatever is written, pasted, restored, asked, said, mended, taken back, translated, withdrawn, published, carried
    out and in again, whoever is forgotten, and however long it takes: what the public reads of an answer has a standing
    yes of everybody who speaks for it."""

    database: Database

    @initialize(is_public=st.booleans())
    def begin(self, is_public: bool) -> None:
        """By chance alone hardly anything would ever be public, so half of the stories begin there."""
        self.db = self.database.session(write=True)
        self.world = make_world(self.db)
        self.organiser = Viewer(person_id=self.world.organiser.id)
        give(self.db, self.world.asking, self.world.peer, text=WORDS)
        self.clip = recorded(self.db, self.world, commit=False)
        self.material = writing.start(self.db, self.organiser, title="M", cohort=self.world.cohort)
        self.made = [self.material.id]
        self.carried: dict[str, str] = {}
        self._save(self._manuscript(TEXT))
        if is_public:
            self.go_all_the_way()

    def teardown(self) -> None:
        if hasattr(self, "traveller"):
            self.traveller.stop()
        if hasattr(self, "db"):
            self.db.rollback()
            self.db.close()

    @rule(source=st.sampled_from(SOURCES), placed=st.booleans())
    def write(self, source: str, placed: bool) -> None:
        lines = [marks.line_of(each.ref) for each in self._quotations()] if placed else []
        self._save(self._manuscript("\n\n".join([source, *lines])))

    @rule()
    def quote(self) -> None:
        heard = prompts.voices(self.db, self.organiser, [self.world.asking.id]).get(self.world.asking.id, [])
        keys = [each.key for each in heard if WORDS in each.html]  # None once its author keeps it to themselves.
        if keys and len(self._quotations()) < 2:
            asked_, key = asked(self.db, self.world.asking.id), keys[0]
            quoting.quote(
                self.db, self.organiser, self._material(), asking=asked_, key=key, text=WORDS,
                rendered=markdown.render(WORDS), attribution=Attribution.PERSON,
            )  # fmt: skip

    @rule()
    def quote_clip(self) -> None:
        """What the peer and the member said to each other."""
        people = [getattr(self.world, who).id for who in ("peer", "member") if self._is_here(who)]
        if len(self._quotations()) < 2:
            self._try(
                lambda: quoting.quote_clip(
                    self.db, self.organiser, self._material(), asking_id=self.world.asking.id,
                    key=f"clip-{self.clip.id}", speakers=people, text=SPOKEN, rendered=markdown.render(SPOKEN),
                    attribution=Attribution.PERSON,
                )
            )  # fmt: skip

    @rule(unnamed=st.booleans())
    def name_nobody(self, unnamed: bool) -> None:
        """The clip is put under the Chatham House rule, or out of it."""
        self.clip.is_unnamed = unnamed
        self.db.flush()

    @rule(text=st.sampled_from((WORDS, PROPOSED, "Trust me.")), attribution=st.sampled_from(list(Attribution)))
    def reword(self, text: str, attribution: Attribution) -> None:
        for each in self._quotations()[:1]:
            self._try(
                lambda each=each: quoting.reword(
                    self.db, self.organiser, each, number=each.number, text=text, rendered=markdown.render(text),
                    attribution=attribution,
                )
            )  # fmt: skip

    @rule()
    def ask(self) -> None:
        day = clock.today("UTC") + timedelta(days=14)
        self._try(lambda: asking.ask(self.db, self.organiser, self._material(), answer_by=day))

    @rule(word=st.sampled_from([Word.NO, Word.YES, Word.CHANGE]), most=st.integers(1, 2), who=WHO)
    def say(self, word: Word, most: int, who: str) -> None:
        for each in self._quotations()[:most] if self._is_here(who) else ():
            self._try(
                lambda each=each: deciding.answer(
                    self.db, getattr(self.world, who), each, number=each.number, word=word, proposal=PROPOSED
                )
            )

    @rule(agrees=st.booleans())
    def choose(self, agrees: bool) -> None:
        """The peer says whether silence is a yes to small repairs."""
        if self._is_here("peer"):
            deciding.choose_repairs(self.db, self.world.peer, agrees=agrees)

    @rule()
    def mend(self) -> None:
        for each in self._quotations()[:1]:
            self._try(
                lambda each=each: quoting.reword(
                    self.db, self.organiser, each, number=each.number, text=MENDED, rendered=markdown.render(MENDED),
                    attribution=each.current.attribution, is_repair=True,
                )
            )  # fmt: skip

    @rule(days=st.sampled_from((1, 8, 30)))
    def wait(self, days: int) -> None:
        """Time passes, and what is done by the clock is done."""
        then = clock.now() + timedelta(days=days)
        if hasattr(self, "traveller"):
            self.traveller.stop()
        self.traveller = time_machine.travel(then, tick=False)
        self.traveller.start()
        asking.tell_due(self.db)
        asking.agree_due(self.db)

    @rule()
    def narrow(self) -> None:
        """The peer keeps the answer to themselves from now on."""
        self.db.execute(update(Response).values(visibility=Visibility.PRIVATE))

    @rule()
    def translate(self) -> None:
        """Into French, once; what is written and published afterwards is that."""
        original = self._material()
        verb = translations.begin
        self._try(lambda: self.made.append(verb(self.db, self.organiser, original, language="fr", brought=()).id))

    @rule(number=st.integers(0, 1))
    def turn_to(self, number: int) -> None:
        """Go on with the original, or with its translation."""
        self.material = self.db.get_one(Material, self.made[number % len(self.made)])

    @rule(number=st.integers(0, 5))
    def restore(self, number: int) -> None:
        rows = list(self.db.scalars(select(EarlierDraft).where(EarlierDraft.material_id == self.material.id)))
        if rows:
            self._save(manuscripts.of_draft(rows[number % len(rows)]))

    @rule()
    def withdraw_it(self) -> None:
        """The whole material, from the public."""
        material = self._material()
        self._try(lambda: publishing.withdraw(self.db, self.organiser, material, why="Not ready"))

    @rule(most=st.integers(1, 2), back=st.booleans(), who=WHO)
    def take_back(self, most: int, back: bool, who: str) -> None:
        for each in self._quotations()[:most] if self._is_here(who) else ():
            verb = deciding.agree_again if back else deciding.withdraw
            self._try(lambda each=each, verb=verb: verb(self.db, getattr(self.world, who), each))

    @rule()
    def carry_out(self) -> None:
        """All that is public is written to files, words of quotations among it."""
        with TemporaryDirectory() as folder:
            send_out(_Within(self.db), Path(folder))  # type: ignore[arg-type]
            self.carried = {path.name: path.read_text() for path in Path(folder).glob("materials/*.md")}

    @rule(names_them=st.booleans())
    def carry_in(self, names_them: bool) -> None:
        """What was written out is brought in, with a line more, and perhaps with the places of quotations as well."""
        if not self.carried:
            self.carry_out()
        lines = [marks.line_of(each.ref) for each in self._quotations()] if names_them else []
        with TemporaryDirectory() as folder:
            for name, text in self.carried.items():
                whole = "\n\n".join([text, *lines, f"Line {len(text)}."])
                (Path(folder) / "materials").mkdir(exist_ok=True)
                (Path(folder) / "materials" / name).write_text(whole)
                self.carried[name] = whole
            bring_in(_Within(self.db), Path(folder))  # type: ignore[arg-type]

    @precondition(lambda self: all(map(self._is_here, ("peer", "member"))))
    @rule(who=WHO, left=st.sampled_from([None, *Left]))
    def forget(self, who: str, left: Left | None) -> None:
        """One of the two who speak leaves for good, and says what shall become of what is quoted."""
        refs = self.db.scalars(select(Quotation.ref))
        erasing.erase(self.db, getattr(self.world, who), {"quotations": dict.fromkeys(refs, left)} if left else {})
        gone = vars(self.world) | {who: None}
        again = {name: row and self.db.get(type(row), inspect(row).identity) for name, row in gone.items()}
        self.world = World(**again)
        self.clip = self.db.get_one(Clip, inspect(self.clip).identity)
        self.material = self.db.get_one(Material, inspect(self.material).identity)

    def _is_here(self, who: str) -> bool:
        return getattr(self.world, who) is not None

    @rule()
    def drop(self) -> None:
        for each in self._quotations()[:1]:
            quoting.drop(self.db, self.organiser, each)

    @rule()
    def publish(self) -> None:
        material = self._material()
        if material.draft is None:
            return
        manuscript = manuscripts.of_draft(material.draft)
        rendered = rendering.render(manuscript.source, "en", rendering.Surroundings())
        passages = resemblance.look(self.db, self.organiser, resemblance.whole(manuscript))
        verb = publishing.correct if material.number else publishing.publish
        self._try(
            lambda: verb(
                self.db, self.organiser, material, draft_version=material.draft.version, rendered=rendered,
                passages=passages, note="x",
            )
        )  # fmt: skip

    @rule()
    def go_all_the_way(self) -> None:
        """Quote, ask, agree and publish."""
        self.quote()
        self.quote_clip()
        self.write(SOURCES[2], placed=True)
        self.ask()
        self.say(Word.YES, 2, "peer")
        self.say(Word.YES, 2, "member")
        self.publish()

    @invariant()
    def what_is_public_has_a_standing_yes(self) -> None:
        if not hasattr(self, "material"):
            return
        self.db.flush()
        self.db.expire_all()
        agreed = self._agreed()
        for material in self.db.scalars(select(Material).where(Material.id.in_(self.made))):
            for number in range(1, material.number + 1):
                page = reading.page(self.db, material.slug, number)
                assert page is not None
                if page.version is not None:
                    self._is_agreed_to(page, agreed)

    def _is_agreed_to(self, page: reading.MaterialPage, agreed: set[tuple[str, str]]) -> None:
        assert page.version is not None
        assert (STOLEN in page.version.html, HEARD in page.version.html) == (False, False)
        for place in page.places:
            assert (STOLEN in place.html, HEARD in place.html) == (False, False)
            if place.quoted is not None:
                assert (place.quoted.source, place.quoted.name) in agreed

    def _agreed(self) -> set[tuple[str, str]]:
        """What all who speak for it agreed to, by the record alone: the last word of each on a wording is yes, or the
        silence that they chose to be one, and none of them withdrew it."""
        found = set()
        for quotation in self.db.scalars(select(Quotation).options(joinedload(Quotation.stretch))):
            wordings = {each.digest: each for each in self.db.scalars(access.wordings_of([quotation.id]))}
            beside = self.db.scalars(access.coauthors_of([quotation.id]))
            everybody = {quotation.author_id, *(each.person_id for each in beside)}
            last: dict[tuple[str, int | None], Word] = {}
            withdrawn = set()
            for decision in self._decisions(quotation.id):
                if decision.word is Word.WITHDRAWN:
                    withdrawn.add(decision.person_id)
                elif decision.word is Word.AGAIN:
                    withdrawn.discard(decision.person_id)
                else:
                    last[decision.digest, decision.person_id] = decision.word
            yes = (Word.YES, Word.TACIT)
            found |= {
                (each.source, each.name)
                for digest, each in wordings.items()
                if not withdrawn
                if all(last.get((digest, one)) in yes for one in everybody)
                or self._lost_its_names(digest, each, last, everybody)
                if not (each.name and quotation.stretch is not None and self.clip.is_unnamed)
            }
        return found

    def _lost_its_names(
        self, digest: str, wording: Wording, last: dict[tuple[str, int | None], Word], everybody: set[int | None]
    ) -> bool:
        """Whether one who left took the names away: the others, who agreed to more, are not asked again."""
        agreed = {one for (_digest, one), word in last.items() if word in (Word.YES, Word.TACIT)}
        return wording.name == "" and last.get((digest, None)) is Word.YES and everybody <= agreed

    def _decisions(self, quotation_id: int) -> Iterable[Decision]:
        return self.db.scalars(select(Decision).where(Decision.quotation_id == quotation_id).order_by(Decision.id))

    def _quotations(self) -> list[Quotation]:
        self.db.expire_all()
        return list(self.db.scalars(access.of_material(self.material.id)).unique())

    def _material(self) -> Material:
        self.db.flush()
        self.db.expire_all()
        return (
            self.db.scalars(materials.editable_by(self.organiser).where(Material.id == self.material.id)).unique().one()
        )

    def _manuscript(self, source: str) -> Manuscript:
        named = (CreditLine(Credit.AUTHOR, "The editors"), CreditLine(Credit.TRANSLATOR, "A translator"))
        language = self.material.language
        return Manuscript(
            kind=MaterialKind.BLOGPOST, title="M", summary="S", source=source, language=language, credits=named
        )

    def _save(self, manuscript: Manuscript) -> None:
        material = self._material()
        version = material.draft.version if material.draft else 0
        passages = resemblance.look(self.db, self.organiser, resemblance.whole(manuscript))
        writing.save(self.db, self.organiser, material, version=version, manuscript=manuscript, passages=passages)

    def _try(self, act: Callable[[], object]) -> None:
        """A refusal leaves nothing, as a request that is refused; nor does a draft that is behind what came in."""
        attempt = self.db.begin_nested()
        try:
            act()
            attempt.commit()
        except (Refused, Conflict):
            attempt.rollback()


@pytest.mark.lengthy
def test_no_order_of_events_ends_with_public_words_that_nobody_agreed_to(own_database: Database) -> None:
    machine = type("OnThisDatabase", (Publishing,), {"database": own_database})
    examples = sized(100, 12)
    quick = settings(
        max_examples=examples, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=quick)
