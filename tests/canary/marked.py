"""A world in which each thing that somebody said carries a mark of its own, and who may meet it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Invitation
from peernet.db import settle
from peernet.materials import manuscripts, publishing, rendering, writing
from peernet.materials.contributors import access as contributors_access
from peernet.materials.contributors import asking as naming
from peernet.materials.contributors import deciding as naming_deciding
from peernet.materials.contributors.models import Wish
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialAsset, MaterialFile, MaterialKind
from peernet.materials.quotations import access as quotations_access
from peernet.materials.quotations import asking as consent
from peernet.materials.quotations import deciding, marks, quoting
from peernet.materials.quotations.models import Quotation, Stretch, Word, Wording
from peernet.materials.reviews import access as review_access
from peernet.materials.reviews import commenting, rounds
from peernet.materials.reviews.models import Reviewer
from peernet.media.models import MediaFile
from peernet.prompts import asking as verbs
from peernet.prompts import drafts
from peernet.prompts.models import Addressee, Asking, Attribution, Prompt, Visibility
from peernet.roundtables import access as roundtables_access
from peernet.roundtables import attendance, guests, invitees, links
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas import building
from peernet.roundtables.agendas.inputs import Step
from peernet.roundtables.agendas.models import AgendaStep, StepKind
from peernet.roundtables.commitments import taking
from peernet.roundtables.feedback.models import Feedback
from peernet.roundtables.feeds import addresses
from peernet.roundtables.models import Answer, Guest, GuestRole, Opening, Roundtable
from peernet.roundtables.notes import writing as noting
from peernet.roundtables.notes.models import Part
from peernet.roundtables.openings.models import SignUp
from peernet.roundtables.questions import collecting
from peernet.roundtables.recordings.models import Clip, Recording, Transcript
from peernet.roundtables.running import floor, steering
from peernet.roundtables.tablenotes.models import TableNote
from peernet.text import markdown
from peernet.tokens.models import Token
from peernet.web.viewer import NOBODY, Viewer
from tests.house.test_routes import furnish
from tests.materials.conftest import reload
from tests.materials.quotations.conftest import key_of
from tests.materials.reviews.conftest import part_of, prepared
from tests.prompts.conftest import as_viewer, ask_back, asked, give, reply
from tests.world import World, make_asking

INSIDE = ("member", "mate", "peer", "third", "observer", "facilitator", "organiser")
LEADING = ("facilitator", "organiser")
PEOPLE = (*INSIDE, "outsider", "stranger", "admin")
# Beside people: nobody, and those who hold a link and no account.
EVERYBODY = (*PEOPLE, "nobody", "reviewer", "guest")
AUTHORS = ("member", "peer", "third")


@dataclass
class Marked:
    """``may`` says of each mark who may meet it, ``archived`` in whose archive alone it stands; ``names`` what it
    stands for; ``things`` what addresses name."""

    world: World
    may: dict[str, frozenset[str]] = field(default_factory=dict)
    archived: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    things: dict[str, object] = field(default_factory=dict)

    def mark(self, name: str, *may: str) -> str:
        """A new word that only these may meet."""
        made = f"zqm{len(self.may):02d}z"
        self.may[made], self.names[made] = frozenset(may), name
        return made

    def person(self, role: str) -> Person:
        """Who has the role."""
        found: Person = getattr(self.world, role)
        return found


def readers(visibility: Visibility, author: str) -> tuple[str, ...]:
    """Who reads an answer that is shown with its author."""
    return {
        Visibility.PRIVATE: (author,),
        Visibility.FACILITATORS: (author, *LEADING),
        Visibility.COHORT: INSIDE,
        Visibility.PUBLIC: EVERYBODY,
    }[visibility]


def make(db: Session, world: World) -> Marked:
    """Everything, committed."""
    made = Marked(world)
    made.things = furnish(db, world)
    for step in (
        _named,
        _unattributed,
        _unfinished,
        _threads,
        _put_to_some,
        _materials,
        _credits,
        _review,
        _people,
        _pictures,
        _agenda,
        _room,
        _recording,
        _feedback,
    ):
        step(db, made)
        settle(db)
    return made


def _feedback(db: Session, made: Marked) -> None:
    """What somebody says of a roundtable is told to nobody as long as they may change it; they take it along."""
    one = made.world.roundtable
    for number, who in enumerate(("member", "peer"), 1):
        text = made.mark(f"feedback of {who}")
        made.archived[text] = who
        person_id = made.person(who).id
        db.add(Feedback(id=number, roundtable_id=one.id, person_id=person_id, will=text, change=text))
    db.flush()


def _new_asking(db: Session, made: Marked, name: str) -> Asking:
    return make_asking(db, made.world.cohort, name, f"{name.capitalize().replace('-', ' ')}?")


def _say(
    db: Session, made: Marked, asking: Asking, author: str, visibility: Visibility, attribution: Attribution,
    name: str, may: Collection[str],
) -> str:  # fmt: skip
    mark = made.mark(f"{name} {visibility.value} {attribution.value} by {author}", *may)
    text = f"{mark} said of quokkas"
    give(db, asked(db, asking.id), made.person(author), visibility=visibility, attribution=attribution, text=text)
    return mark


def _named(db: Session, made: Marked) -> None:
    """Each visibility, with the name of the person or of the organisation."""
    kinds = list(product(Visibility, (Attribution.PERSON, Attribution.ORGANISATION)))
    for number, (visibility, attribution) in enumerate(kinds):
        author = AUTHORS[number % 3]
        if author == AUTHORS[0]:
            asking = _new_asking(db, made, f"asked-{number}")
        _say(db, made, asking, author, visibility, attribution, "answer", readers(visibility, author))


def _unattributed(db: Session, made: Marked) -> None:
    """Before they are released, where too few wrote one, and released, in each visibility."""
    waiting = _new_asking(db, made, "not-released")
    shared = list(Visibility)[1:]
    for author, visibility in zip(AUTHORS, shared, strict=True):
        _say(db, made, waiting, author, visibility, Attribution.UNATTRIBUTED, "unreleased", (author,))
    few = _new_asking(db, made, "too-few")
    for author in AUTHORS[:2]:
        _say(db, made, few, author, Visibility.PUBLIC, Attribution.UNATTRIBUTED, "too few", (author,))
    verbs.close(db, asked(db, few.id), actor=NOBODY)
    for visibility in Visibility:
        asking = _new_asking(db, made, f"released-{visibility.value}")
        for author in AUTHORS:
            may = readers(visibility, author)
            _say(db, made, asking, author, visibility, Attribution.UNATTRIBUTED, "released", may)
        verbs.close(db, asked(db, asking.id), actor=NOBODY)


def _unfinished(db: Session, made: Marked) -> None:
    """What is only typed: by one, and by one for their seat."""
    asking, own = made.world.asking, made.mark("draft", "member")
    drafts.save(db, asked(db, asking.id), actor=as_viewer(made.world.member), version=0, text=own)
    of_seat = _new_asking(db, made, "per-seat")
    of_seat.is_per_seat = True
    db.flush()
    text = made.mark("draft of a seat", "member", "mate")
    drafts.save(db, asked(db, of_seat.id), actor=as_viewer(made.world.member), version=0, text=text)


def _threads(db: Session, made: Marked) -> None:
    """What was asked back, and answered: to all who read the answer, and to few of them."""
    world = made.world
    for number, (visibility, audience, may) in enumerate((
        (Visibility.COHORT, Visibility.PUBLIC, INSIDE),
        (Visibility.COHORT, Visibility.FACILITATORS, ("peer", "member", *LEADING)),
        (Visibility.PUBLIC, Visibility.COHORT, INSIDE),
    )):  # fmt: skip
        asking = _new_asking(db, made, f"asked-back-{number}")
        said = _say(db, made, asking, "peer", visibility, Attribution.PERSON, "asked back", readers(visibility, "peer"))
        question, answered = made.mark(f"question {number}", *may), made.mark(f"reply {number}", *may)
        ask_back(db, asking, world.member, question, to=said, audience=audience)
        reply(db, asking, world.peer, answered)


def _put_to_some(db: Session, made: Marked) -> None:
    asking = _new_asking(db, made, "put-to-some")
    asking.is_to_some = True
    prompt = db.get_one(Prompt, asking.prompt_id)
    prompt.is_public, prompt.cohort_id = False, made.world.cohort.id
    asking.text = made.mark("prompt for some", "third", *LEADING)
    db.add(Addressee(asking_id=asking.id, person_id=made.world.third.id))


def _start(db: Session, made: Marked, title: str, source: str) -> Material:
    viewer = as_viewer(made.world.facilitator)
    material = writing.start(db, viewer, title=title, cohort=made.world.cohort)
    manuscript = Manuscript(
        kind=MaterialKind.BLOGPOST, title=title, summary="In short.", source=source, topics=(made.world.topic.id,),
        organisations=(made.world.river.id,), questions=(made.world.prompt.id,),
        credits=(CreditLine(Credit.AUTHOR, "The editors"),),
    )  # fmt: skip
    writing.save(db, viewer, reload(db, viewer, material), version=1, manuscript=manuscript)
    return reload(db, viewer, material)


def _quote(
    db: Session,
    made: Marked,
    material: Material,
    asking: Asking,
    said: str,
    words: str,
    attribution: Attribution = Attribution.PERSON,
) -> Quotation:
    viewer = as_viewer(made.world.facilitator)
    found = reload(db, viewer, material)
    quotation = quoting.quote(
        db, viewer, found, asking=asked(db, asking.id), key=_key(db, made, asking, said), text=words,
        rendered=markdown.render(words, prefix="q-", top=4), attribution=attribution,
    )  # fmt: skip
    assert found.draft is not None
    found.draft.source += f"\n\n{marks.line_of(quotation.ref)}\n"
    db.flush()
    return quotation


def _key(db: Session, made: Marked, asking: Asking, said: str) -> str:
    world = World(**{**vars(made.world), "asking": asking})
    return key_of(db, as_viewer(made.world.facilitator), world, said)


def _answered(db: Session, person: Person, quotation: Quotation, word: Word) -> None:
    db.expire_all()
    found = quotations_access.spoken_by(as_viewer(person)).where(Quotation.id == quotation.id)
    one = db.scalars(found).unique().one()
    if word is Word.WITHDRAWN:
        deciding.withdraw(db, person, one)
    else:
        deciding.answer(db, person, one, number=one.number, word=word)
    settle(db)


def _materials(db: Session, made: Marked) -> None:
    """Drafts, and quotations in each state: not asked, waiting, refused, agreed to, withdrawn after publication."""
    world, until = made.world, clock.today("UTC") + timedelta(days=14)
    viewer = as_viewer(world.facilitator)
    asking = _new_asking(db, made, "quoted")
    said = _say(db, made, asking, "peer", Visibility.COHORT, Attribution.PERSON, "quoted", INSIDE)
    others = _say(db, made, asking, "third", Visibility.COHORT, Attribution.ORGANISATION, "quoted beside", INSIDE)
    # Whoever is asked of a wording reads the lines around it.
    work = _start(db, made, "In work", made.mark("text of a draft", "peer", "third", *LEADING))
    asked_of = ("peer", *LEADING)
    states = {
        "waiting": made.mark("waiting wording", *asked_of), "refused": made.mark("refused wording", *asked_of),
    }  # fmt: skip
    taken = {name: _quote(db, made, work, asking, said, words) for name, words in states.items()}
    beside = made.mark("waiting wording of another", "third", *LEADING)
    _quote(db, made, work, asking, others, beside, Attribution.UNATTRIBUTED)
    settle(db)
    consent.ask(db, viewer, reload(db, viewer, work), answer_by=until)
    settle(db)
    _answered(db, world.peer, taken["refused"], Word.NO)
    _quote(db, made, work, asking, said, made.mark("wording of which nobody was asked", *LEADING))
    _published(db, made, asking, said, until)


def _published(db: Session, made: Marked, asking: Asking, said: str, until: date) -> None:
    viewer = as_viewer(made.world.facilitator)
    material = _start(db, made, "Published", f"{made.mark('published text', *EVERYBODY)}\n\n## More\n\nWords.")
    words = (made.mark("agreed wording", *EVERYBODY), made.mark("withdrawn wording", "peer", *LEADING))
    agreed = [_quote(db, made, material, asking, said, each) for each in words]
    settle(db)
    consent.ask(db, viewer, reload(db, viewer, material), answer_by=until)
    settle(db)
    for each in agreed:
        _answered(db, made.world.peer, each, Word.YES)
    _publish(db, as_viewer(made.world.organiser), material)
    settle(db)
    _answered(db, made.world.peer, agreed[1], Word.WITHDRAWN)


def _credits(db: Session, made: Marked) -> None:
    """How people wish to be named: in a draft, with what is public, and no more after it was."""
    world, organiser = made.world, as_viewer(made.world.organiser)
    work = db.scalars(select(Material).where(Material.slug == "in-work")).one()
    _name(db, work, world.member, made.mark("pen name in a draft", "member", *LEADING))
    public = _start(db, made, "Named", "Words of nobody.\n\n## More\n\nAnd more of them.")
    _name(db, public, world.peer, made.mark("pen name", *EVERYBODY))
    taken_back = made.mark("pen name that was taken back")
    _name(db, public, world.third, taken_back)
    settle(db)
    _publish(db, organiser, public)
    settle(db)
    _wish(db, world.third, Wish.UNNAMED)


def _name(db: Session, material: Material, person: Person, name: str) -> None:
    """The person among those who made it, asked, by that name."""
    viewer = Viewer(person_id=material.created_by_id)
    found = reload(db, viewer, material)
    assert found.draft is not None
    before = manuscripts.of_draft(found.draft)
    line = CreditLine(Credit.INTERVIEWEE, person_id=person.id)
    manuscript = replace(before, credits=(*before.credits, line))
    writing.save(db, viewer, found, version=found.draft.version, manuscript=manuscript)
    naming.ask(db, viewer, reload(db, viewer, material), manuscript)
    _wish(db, person, Wish.NAME, name)


def _wish(db: Session, person: Person, wish: Wish, name: str = "") -> None:
    viewer = as_viewer(person)
    contributor = db.scalars(contributors_access.own(viewer)).unique().one()
    naming_deciding.decide(db, viewer, contributor, wish=wish, name=name)


def _publish(db: Session, viewer: Viewer, material: Material) -> None:
    found = reload(db, viewer, material)
    assert found.draft is not None
    manuscript = manuscripts.of_draft(found.draft)
    rendered = rendering.render(manuscript.source, "en", rendering.surroundings(db, found, manuscript.source))
    publishing.publish(
        db, viewer, found, draft_version=found.draft.version, rendered=rendered, passages=(), note=""
    )  # fmt: skip


def _review(db: Session, made: Marked) -> None:
    """A draft that a member and somebody without an account review."""
    reviewing = ("member", "reviewer", *LEADING)
    material = _start(db, made, "In review", made.mark("text in review", *reviewing))
    viewer = as_viewer(made.world.facilitator)
    settle(db)
    material = reload(db, viewer, material)
    rendered, passages = prepared(db, viewer, material)
    assert material.draft is not None
    one = rounds.open_round(
        db, viewer, material, draft_version=material.draft.version, rendered=rendered, passages=passages,
        person_ids=[made.world.member.id], guests=[("Reader", "reader@example.net")], wished_on=date(2026, 12, 3),
        note=made.mark("note to reviewers", "member", "reviewer"),
    )  # fmt: skip
    settle(db)
    for person, role in ((made.world.member, "member"), (None, "reviewer")):
        reviewer = _part(db, person, one.id)
        text = db.scalars(review_access.texts_of(one.id).limit(1)).one()
        commenting.comment(
            db, reviewer, text_id=text.id, digest="", place=0, body=made.mark(f"comment of the {role}", role, *LEADING)
        )
        settle(db)


def _part(db: Session, person: Person | None, round_id: int) -> Reviewer:
    if person is None:
        return part_of(db, None)
    db.expire_all()
    mine = db.scalars(review_access.asked_of(as_viewer(person))).unique()
    return next(each for each in mine if each.round_id == round_id)


def _people(db: Session, made: Marked) -> None:
    """Addresses of people, of guests and of the invited."""
    world = made.world
    for role in ("peer", "third", "outsider"):
        person = made.person(role)
        person.email = person.email_key = f"{made.mark(f'address of {role}', role, 'admin')}@example.org"
    invitation = db.scalars(select(Invitation)).first()
    assert invitation is not None
    invitation.email = invitation.email_key = f"{made.mark('invited address', *LEADING)}@example.org"
    address = f"{made.mark('guest address', *LEADING)}@example.net"
    roundtable = db.scalars(roundtables_access.behind_link(world.roundtable.id)).unique().one()
    guest = guests.invite(
        db, roundtable, actor=as_viewer(world.facilitator), email=address, name="Guest two", organisation=""
    )
    links.token_for(db, roundtable, invitees.of(guest))
    _sign_up(db, made, roundtable)
    links.token_for(db, roundtable, invitees.of(world.peer))
    addresses.renew(db, world.member.id)
    addresses.renew(db, world.organiser.id, world.cohort)
    # It begins in ten minutes, and still nobody is shown the way in before they enter.
    starts = clock.now() + timedelta(minutes=10)
    world.roundtable.starts_at, world.roundtable.ends_at = starts, starts + timedelta(minutes=90)
    world.roundtable.wall_start = starts.replace(tzinfo=None)
    world.roundtable.link = f"https://meet.example.org/{made.mark('way in', *LEADING)}"


def _sign_up(db: Session, made: Marked, roundtable: Roundtable) -> None:
    """Somebody who signed up on the public page and is not listed, and one who has not confirmed it."""
    opening = db.get_one(Opening, roundtable.id)
    opening.shows_list = opening.asks_needs = True
    name, needs = made.mark("name of an unlisted guest", *LEADING), made.mark("needs of a guest", *LEADING)
    at = made.mark("address of an unlisted guest", *LEADING)
    signed_up = Guest(
        roundtable_id=roundtable.id, role=GuestRole.GUEST, email=f"{at}@example.net", email_key=f"{at}@example.net",
        name=name, needs=needs, zone="UTC", language="en", invited_at=clock.now(), signed_up_at=clock.now(),
    )  # fmt: skip
    unconfirmed = f"{made.mark('address that is not confirmed')}@example.net"
    db.add(signed_up)
    db.add(
        SignUp(
            roundtable_id=roundtable.id, email=unconfirmed, email_key=unconfirmed, language="en",
            name=made.mark("name that is not confirmed"), mailed_at=clock.now(),
        )
    )  # fmt: skip
    db.flush()
    attendance.rsvp(db, roundtable, signed_up, Answer.TENTATIVE)


def _pictures(db: Session, made: Marked) -> None:
    """A picture that only a draft shows."""
    material = db.scalars(select(Material).where(Material.slug == "in-work")).one()
    file = db.scalars(select(MediaFile).where(MediaFile.name == made.things["name"])).one()
    file.audience = f"facilitators:{made.world.cohort.id}"
    db.add(MaterialFile(material_id=material.id, media_id=file.id, path="a.png"))
    said = {"creator": made.mark("maker of a picture", *LEADING), "licence": "CC-BY-4.0"}
    db.add(MaterialAsset(material_id=material.id, media_id=file.id, **said))
    made.mark("bytes of a picture", *LEADING)


def _agenda(db: Session, made: Marked) -> None:
    """What a step of an agenda tells everybody, and what those who lead."""
    step = db.get_one(AgendaStep, made.things["step_id"])
    # A guest reads it behind the link of their invitation, which is walked as one of a reviewer.
    step.member = made.mark("step for everybody", *INSIDE, "reviewer")
    step.facilitator, step.host = made.mark("step for who leads", *LEADING), made.mark("step for hosts", *LEADING)


def _room(db: Session, made: Marked) -> None:
    """What is held in a room that goes on, until it is revealed; and a note to oneself."""
    one, leads = made.world.roundtable, as_viewer(made.world.facilitator)
    asking = _new_asking(db, made, "held")
    building.add(db, one, [Step(title="Write", minutes=5, kind=StepKind.SILENCE)], asking_id=asking.id)
    steering.go_to(db, one, list(db.scalars(agendas.steps_of(one.id)))[-1], actor=leads)
    for author in AUTHORS:
        _say(db, made, asking, author, Visibility.COHORT, Attribution.PERSON, "held", (author,))
    floor.jot(db, one, actor=leads, version=0, text=made.mark("note to oneself", "facilitator"))
    taking.take_on(
        db, one, who=made.person("member").id, what=made.mark("taken on", *INSIDE), due=one.wall_start.date()
    )
    for part in Part:
        noting.write(db, one, None, part, made.mark(f"note {part.value}", *INSIDE), version=0)
    # While its step goes on, who sits at a table reads its notes, and here nobody sits at any.
    of_table = {
        "roundtable_id": one.id,
        "round": 1,
        "widest": Visibility.COHORT,
        "is_unnamed": False,
        "dismissed": [],
        "carried": [],
    }
    on = list(db.scalars(agendas.steps_of(one.id)))[-1].id
    kept, over = made.mark("notes of a table in its step"), made.mark("notes of a table after it", *INSIDE)
    db.add_all(
        TableNote(**of_table, step_id=step, title="Write", table_number=number, source=source)
        for number, (step, source) in enumerate([(on, kept), (None, over)], 1)
    )
    for author in AUTHORS[:2]:
        question = made.mark(f"question by {author}", *INSIDE)
        collecting.ask(db, one, made.person(author).id, question, unnamed=author == AUTHORS[0])


def _mark_of(made: Marked, name: str) -> str:
    return next(mark for mark, called in made.names.items() if called == name)


def _recording(db: Session, made: Marked) -> None:
    """Where a recording lies, and what is said in it."""
    recording = db.scalars(select(Recording)).one()
    recording.url, recording.media_id = f"https://{made.mark('place of a recording', *INSIDE)}.example.org/1", None
    db.scalars(select(Clip)).one().title = made.mark("clip", *INSIDE)
    said = made.mark("transcript", *INSIDE)
    # Its file is gone, and with it what was said in the stretch of a quotation that waits for its yes.
    (waiting,) = db.scalars(select(Quotation).join(Wording).where(Wording.source == _mark_of(made, "waiting wording")))
    heard = made.mark("captions of a quotation")
    made.archived[heard] = "peer"
    captions = f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{heard} said\n"
    db.add(Stretch(quotation_id=waiting.id, recording_id=recording.id, starts=0, ends=9, was_unnamed=False,
                   captions=captions))  # fmt: skip
    db.scalars(select(Transcript)).one().source = f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{said} said\n"


def tokens_of(db: Session, made: Marked) -> Iterator[tuple[str, Token]]:
    """Every live token, and who holds it."""
    roles = {made.person(role).id: role for role in PEOPLE}
    for token in db.scalars(select(Token).where(Token.revoked_at.is_(None)).order_by(Token.id)):
        if token.person_id is not None:
            yield roles[token.person_id], token
        else:
            yield ("guest" if token.purpose.startswith("roundtable") else "reviewer"), token
