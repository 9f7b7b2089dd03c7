"""Quotations in pages: those who write, those who speak for one, the link in the mail, and what the public reads."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.cohorts.models import Membership
from peernet.mail.models import Mail
from peernet.materials import reading
from peernet.materials.models import Material, MaterialDraft, MaterialVersion
from peernet.materials.quotations import asking, links
from peernet.materials.quotations.models import Decision, Quotation, Speaker, Word
from peernet.prompts.models import Attribution, Response
from peernet.tokens import tokens
from peernet.web.viewer import Viewer
from tests.conftest import NOW
from tests.materials.quotations.conftest import WORDS, Decide, Quote, ask, fresh, key_of
from tests.roundtables.test_pages import words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
Publish = Callable[..., MaterialVersion]
HERE = "/write/who-was-there-first/quotations"


def test_an_answer_is_quoted_asked_for_agreed_to_and_published(
    db: Session, world: World, draft: Material, answer: Response, facilitator: Viewer, sign_in: SignIn
) -> None:
    editor = sign_in(world.facilitator)
    assert "No answer is quoted yet" in words_of(editor.get(HERE))
    choosing = editor.get(f"{HERE}/answers")
    assert f"{WORDS} Quote from it" in words_of(choosing)
    address = re.search(r'href="([^"]*quotations/new[^"]*)"', choosing.text)[1].replace("&amp;", "&")
    form = editor.get(address)
    assert f"{WORDS}</textarea>" in form.text
    key = key_of(db, facilitator, world)
    data = {"asking": world.asking.id, "voice": key, "text": WORDS, "attribution": "person", "append": "yes"}
    assert editor.post(f"{HERE}/new", data=data).headers["Location"] == HERE
    made = db.scalars(select(Quotation)).one()
    board = words_of(editor.get(HERE))
    assert f"Nobody is asked yet {WORDS} Peer, City Library · {world.asking.text}" in board
    assert f"[quotation: {made.ref}]" in editor.get("/write/who-was-there-first").text
    sent = editor.post(f"{HERE}/ask", data={"answer_by": "2026-12-07"})
    assert sent.headers["Location"] == HERE
    assert "Waits for an answer until 7 December 2026" in words_of(editor.get(HERE))
    assert "Not every quotation has a yes" in words_of(editor.get("/write/who-was-there-first/publish"))
    peer = sign_in(world.peer)
    mine = words_of(peer.get("/me/quotations"))
    assert f"Mostly those who were there first. {WORDS} Peer, City Library" in mine
    assert "Waits for you until 7 December 2026 ; silence counts as no" in mine
    answered = peer.post(f"/me/quotations/{made.ref}/answer", data={"number": 1, "word": "yes"})
    assert answered.headers["Location"] == "/me/quotations"
    assert "You said yes" in words_of(peer.get("/me/quotations"))
    organiser = sign_in(world.organiser)
    assert "agreed to their wording" in words_of(organiser.get("/write/who-was-there-first/publish"))
    db.expire_all()
    seen = db.get_one(MaterialDraft, draft.id).version
    assert organiser.post("/write/who-was-there-first/publish", data={"version": seen}).status_code == 303
    public = sign_in(world.stranger).get("/library/who-was-there-first")
    assert f"in answer to {world.asking.text} , November 2026" in words_of(public)
    assert f"{WORDS} CL Peer City Library" in words_of(public)
    assert peer.post(f"/me/quotations/{made.ref}/withdraw").headers["Location"] == "/me/quotations"
    gone = sign_in(world.stranger).get("/library/who-was-there-first")
    assert WORDS not in gone.text
    assert "A contribution was withdrawn." in words_of(gone)
    assert gone.headers["ETag"] != public.headers["ETag"]
    assert "You took it back" in words_of(peer.get("/me/quotations"))


def test_words_of_an_answer_are_shown_to_their_writer_and_may_stand_for_a_reason(
    db: Session, world: World, draft: Material, answer: Response, sign_in: SignIn
) -> None:
    editor = sign_in(world.facilitator)
    data = {
        "version": 2, "title": "Who was there first", "summary": "S", "text": f"Well.\n\n{WORDS}", "kind": "blogpost",
        "language": "en", "licence": "CC-BY-4.0", "credit": "author", "credit_name": "The editors",
        "credit_organisation": "", "credit_role": "",
    }  # fmt: skip
    assert editor.post("/write/who-was-there-first", data=data).status_code == 303
    written = words_of(editor.get("/write/who-was-there-first"))
    assert f"Line 3: “{WORDS[:-1]}”" in written
    page = editor.get(HERE)
    assert "Words of answers outside a quotation" in words_of(page)
    refused = editor.post(f"{HERE}/dismiss", data={"words": WORDS[:-1], "reason": ""})
    assert refused.status_code == 422
    reason = "It is the motto of the house"
    assert editor.post(f"{HERE}/dismiss", data={"words": WORDS[:-1], "reason": reason}).status_code == 303
    text = words_of(editor.get(HERE))
    assert "Words of answers outside a quotation" not in text
    assert f"“{WORDS[:-1]}” {reason} · 23 November 2026" in text


@pytest.mark.parametrize("who", ["peer", "mate", "observer", "outsider", "stranger", "admin"])
def test_the_boards_are_for_those_who_lead(
    db: Session, world: World, draft: Material, answer: Response, quote: Quote, sign_in: SignIn, who: str
) -> None:
    made = quote()
    client = sign_in(getattr(world, who))
    paths = (HERE, f"{HERE}/answers", f"{HERE}/{made.ref}", "/c/practice-cohort/consent")
    assert [client.get(path).status_code for path in paths] == [404] * 4
    posts = ((f"{HERE}/{made.ref}/drop", {}), (f"{HERE}/ask", {"answer_by": "2026-12-07"}))
    assert [client.post(path, data=data).status_code for path, data in posts] == [404, 404]


def test_boards_never_name_who_wrote_what_is_not_shown_with_a_name(
    db: Session, world: World, facilitator: Viewer, draft: Material, unattributed: list[Response], quote: Quote,
    decide: Decide, sign_in: SignIn,
) -> None:  # fmt: skip
    made = quote(attribution=Attribution.UNATTRIBUTED)
    ask(db, facilitator, draft)
    decide(made, world.peer)
    editor = sign_in(world.facilitator)
    for path in (HERE, f"{HERE}/answers", f"{HERE}/{made.ref}", "/c/practice-cohort/consent"):
        page = editor.get(path)
        assert page.status_code == 200
        assert (world.peer.name in words_of(page), "City Library" in words_of(page)) == (False, False)
        assert world.peer.email not in page.text
    assert "Yes Its author" in words_of(editor.get(HERE))


def test_a_new_wording_loses_nothing_to_a_lost_race(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, sign_in: SignIn
) -> None:
    made = quote()
    first, second = sign_in(world.facilitator), sign_in(world.organiser)
    path = f"{HERE}/{made.ref}"
    data = {"number": 1, "text": "Theirs", "attribution": "person"}
    assert first.post(path, data=data).status_code == 303
    late = second.post(path, data=data | {"text": "Mine"})
    assert late.status_code == 409
    assert "Somebody else changed this wording meanwhile." in words_of(late)
    assert "Theirs" in words_of(late)
    assert "Mine</textarea>" in late.text
    assert first.post(path, data={"number": 2, "text": "", "attribution": "person"}).status_code == 422
    assert first.post(f"{path}/drop").status_code == 303
    assert first.get(path).status_code == 404


def test_a_change_without_words_stays_at_its_place(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, sign_in: SignIn
) -> None:
    made = quote()
    ask(db, facilitator, draft)
    refused = sign_in(world.peer).post(
        f"/me/quotations/{made.ref}/answer", data={"number": 1, "word": "change", "proposal": " "}
    )
    assert refused.status_code == 422
    assert "Write how it should read instead." in words_of(refused)
    assert db.scalars(select(Decision)).all() == []


@pytest.fixture
def link(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote
) -> tuple[str, Quotation]:
    """The address in the mail to the peer, and the quotation that it is about."""
    made = quote()
    ask(db, facilitator, draft)
    asking.tell_due(db)
    db.commit()
    mail = db.scalars(select(Mail).where(Mail.kind == "materials/consent-asked")).one()
    text = tokens.fill_in(db, mail.text)
    return re.search(r"http://localhost:8000(/q/\S+)", text)[1], made


def code_in(db: Session, mail: Mail) -> str:
    """The code of a mail, as it is delivered."""
    return re.search(r"^\d{8}$", tokens.fill_in(db, mail.text), re.MULTILINE)[0]


def test_the_link_opens_nothing_without_the_code_that_goes_to_the_same_address(
    db: Session, world: World, client: FlaskClient, link: tuple[str, Quotation], outbox: Callable[[], list[Mail]]
) -> None:
    address, made = link
    seen = client.get(address)
    assert "For Peer, at p…@example.org." in words_of(seen)
    assert WORDS not in seen.text
    decision = {"number": 1, "word": "yes", "proof": ""}
    assert client.post(f"{address}/{made.ref}/answer", data=decision).status_code == 403
    assert "A code is on its way" in words_of(client.post(f"{address}/code"))
    mail = outbox()[-1]
    code = code_in(db, mail)
    assert (mail.kind, mail.to_address, code in mail.text) == ("materials/consent-code", world.peer.email, False)
    wrong = client.post(address, data={"code": f"{(int(code) + 1) % 10**8:08d}"})
    assert wrong.status_code == 422
    assert "This is not the code" in words_of(wrong)
    opened = client.post(address, data={"code": f" {code[:4]} {code[4:]} "})
    assert WORDS in opened.text
    proof = re.search(r'name="proof" value="([^"]+)"', opened.text)[1]
    decided = client.post(f"{address}/{made.ref}/answer", data=decision | {"proof": proof})
    assert "You said yes" in words_of(decided)
    assert fresh(db, made).current.consented_at == NOW
    assert client.post(address, data={"code": code}).status_code == 422
    taken = client.post(f"{address}/{made.ref}/withdraw", data={"proof": proof})
    assert "You took it back" in words_of(taken)
    assert [each.word for each in db.scalars(select(Decision).order_by(Decision.id))] == [Word.YES, Word.WITHDRAWN]


def proof_of(db: Session, person: Person) -> str:
    """What a code gives."""
    links.mail_code(db, person)
    db.commit()
    code = code_in(db, db.scalars(select(Mail).where(Mail.person_id == person.id).order_by(Mail.id.desc())).first())
    proof = links.prove(db, person, code)
    db.commit()
    return proof


def test_a_proof_is_one_persons_and_for_half_an_hour(
    db: Session, world: World, client: FlaskClient, link: tuple[str, Quotation]
) -> None:
    address, made = link
    other = links.renew(db, world.third.id, NOW + timedelta(days=3))
    links.mail_code(db, world.third)
    db.commit()
    code = code_in(db, db.scalars(select(Mail).where(Mail.person_id == world.third.id)).one())
    assert client.post(address, data={"code": code}).status_code == 422
    opened = client.post(f"/q/{tokens.text_of(other)}", data={"code": code})
    assert "Nothing waits here any more." in words_of(opened)
    proof = proof_of(db, world.third)
    data = {"number": 1, "word": "yes", "proof": proof}
    assert client.post(f"{address}/{made.ref}/answer", data=data).status_code == 403
    assert client.post(f"/q/{tokens.text_of(other)}/{made.ref}/answer", data=data).status_code == 404
    own = proof_of(db, world.peer)
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        late = client.post(f"{address}/{made.ref}/answer", data=data | {"proof": own})
    assert late.status_code == 403
    assert "Too much time has passed" in words_of(late)
    assert db.scalars(select(Speaker.said)).all() == [None]


def test_the_code_is_tried_a_few_times_only(
    db: Session, world: World, client: FlaskClient, link: tuple[str, Quotation]
) -> None:
    address, _made = link
    client.post(f"{address}/code")
    statuses = [client.post(address, data={"code": f"{number:08d}"}).status_code for number in range(7)]
    assert statuses == [422] * 5 + [429] * 2


def test_signed_in_one_goes_straight_to_ones_own_page(
    db: Session, world: World, sign_in: SignIn, link: tuple[str, Quotation]
) -> None:
    address, _made = link
    assert sign_in(world.peer).get(address).headers["Location"] == "/me/quotations"
    assert "For Peer" in words_of(sign_in(world.third).get(address))


def test_lists_cost_the_same_queries_for_one_and_for_ten(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, sign_in: SignIn,
    count_queries: Callable[[], list[str]],
) -> None:  # fmt: skip
    editor, peer = sign_in(world.facilitator), sign_in(world.peer)
    numbers = []
    for more in (1, 9):
        for number in range(more):
            quote(f"Wording {more} {number}", of=WORDS)
        ask(db, facilitator, draft)
        for client, path in ((editor, HERE), (editor, "/c/practice-cohort/consent"), (peer, "/me/quotations")):
            with count_queries() as seen:
                assert client.get(path).status_code == 200
            numbers.append(len(seen))
    assert numbers[:3] == numbers[3:]


def test_a_public_page_that_quotes_costs_four_queries(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish, count_queries: Callable[[], list[str]],
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    db.expire_all()
    with count_queries() as seen:
        reading.page(db, "who-was-there-first")
    assert len(seen) == 4


def test_who_signs_is_named_by_an_organiser(db: Session, world: World, sign_in: SignIn) -> None:
    organiser = sign_in(world.organiser)
    first, second = (
        db.scalars(select(Membership).where(Membership.person_id == person.id)).one()
        for person in (world.member, world.mate)
    )
    for membership in (first, second):
        path = f"/c/practice-cohort/people/{membership.id}"
        assert organiser.post(f"{path}/signatory", data={"is_signatory": "yes"}).status_code == 303
    db.expire_all()
    assert [db.get_one(Membership, each.id).is_signatory for each in (first, second)] == [False, True]
    assert "signs for it" in words_of(organiser.get(f"/c/practice-cohort/people/{second.id}"))
    organiser.post(f"/c/practice-cohort/people/{second.id}/signatory", data={"is_signatory": "no"})
    db.expire_all()
    assert db.get_one(Membership, second.id).is_signatory is False


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("files", {"title": "{}"}),
        ("publish", {"version": "2", "note": "Now it says: {}"}),
        ("plan", {"version": "2", "day": "2026-12-24", "time": "09:00", "note": "Now it says: {}"}),
        ("withdraw", {"why": "{}"}),
    ],
)
def test_what_readers_are_told_beside_the_text_says_no_answer_either(
    draft: Material, answer: Response, sign_in: SignIn, world: World, publish: Publish, address: str,
    fields: dict[str, str],
) -> None:  # fmt: skip
    if address == "withdraw":
        publish(draft)
    sent = {name: value.format(WORDS) for name, value in fields.items()}
    refused = sign_in(world.organiser).post(f"/write/who-was-there-first/{address}", data=sent)
    assert refused.status_code == 422
    assert "Words of answers stand outside a quotation" in words_of(refused)
