"""Reviews in pages: those who write, a reviewer with an account, one behind a link, and everybody who sees nothing."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.materials import images
from peernet.materials.models import Material, MaterialVersion
from peernet.materials.quotations.models import Word
from peernet.materials.reviews import commenting, rounds
from peernet.materials.reviews.models import Answer, Comment, Decision, Reviewer, Round
from peernet.media.images import prepare
from peernet.prompts.models import Attribution, Response
from peernet.web.viewer import Viewer
from tests.conftest import NOW
from tests.materials.conftest import TEXT, reload
from tests.materials.quotations.conftest import WORDS, Decide, Quote, ask
from tests.materials.reviews.conftest import (
    GUEST,
    Send,
    change,
    decide,
    link_of,
    page_of,
    part_of,
    send_again,
    text_id,
    version_of,
)
from tests.media.pictures import picture
from tests.roundtables.test_pages import words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
WRITE = "/write/who-was-there-first"
HERE = f"{WRITE}/review"
NEUTRAL = "A quotation stands here once those who speak for it have agreed to it."


def hidden(page: object, name: str) -> str:
    """What a hidden field of a page holds."""
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]  # type: ignore[attr-defined]


def seen(page: object) -> dict[str, str]:
    """What a decision repeats of the page."""
    decision = re.search(r'<section id="decision">.*', page.text, re.S)[0]  # type: ignore[attr-defined]
    return {name: re.search(rf'name="{name}" value="([^"]*)"', decision)[1] for name in ("text", "digest")}


def test_a_draft_is_sent_read_commented_answered_approved_and_published(
    db: Session, world: World, draft: Material, sign_in: SignIn
) -> None:
    writer, organiser = sign_in(world.facilitator), sign_in(world.organiser)
    form = writer.get(HERE)
    assert "Send it to review" in words_of(form)
    assert "Observer" in words_of(form)
    data = {
        "version": version_of(db, draft), "people": [world.peer.id], "guest_name": ["", "", ""],
        "guest_email": ["", "", ""], "wished_on": "2026-12-03", "note": "Mind the end",
    }  # fmt: skip
    assert writer.post(HERE, data=data).headers["Location"] == HERE
    assert "In review" in words_of(writer.get("/c/practice-cohort/materials"))
    assert "It is in review, and not approved yet. No word yet from: Peer." in words_of(writer.get(f"{WRITE}/publish"))
    peer = sign_in(world.peer)
    assert "A text waits for your review Who was there first" in words_of(peer.get("/me"))
    address = page_of(db, world.peer)
    page = peer.get(address)
    assert "Mostly those who were there first. Comment on this passage" in words_of(page)
    assert "Mind the end" in words_of(page)
    passage = re.search(r'id="passage-2".*?</details>', page.text, re.S)[0]
    said = {name: re.search(rf'name="{name}" value="([^"]*)"', passage)[1] for name in ("text", "digest", "place")}
    sent = peer.post(f"{address}/comments", data={**said, "body": "Says who?"})
    (comment,) = db.scalars(select(Comment)).all()
    assert sent.headers["Location"] == f"{address}#comment-{comment.id}"
    assert comment.excerpt == "Mostly those who were there first."
    board = words_of(writer.get(HERE))
    assert "1 open comment Mostly those who were there first. Peer · 23 November 2026 Open Says who?" in board
    assert writer.post(f"{HERE}/comments/{comment.id}", data={"body": "All three."}).status_code == 303
    assert writer.post(f"{HERE}/comments/{comment.id}/resolve").status_code == 303
    page = peer.get(address)
    assert "23 November 2026 Dealt with Says who? Facilitator · 23 November 2026 All three." in words_of(page)
    assert writer.post(f"{HERE}/comments/{comment.id}/reopen").status_code == 303
    decided = peer.post(f"{address}/decision", data={**seen(page), "verdict": "approved"})
    assert decided.headers["Location"] == address
    assert "You approved this text 23 November 2026 , version 2 of the draft" in words_of(peer.get(address))
    assert "A text waits" not in words_of(peer.get("/me"))
    assert "Approved" in words_of(writer.get("/c/practice-cohort/materials"))
    assert "Everybody who was asked to review it approved this text." in words_of(organiser.get(f"{WRITE}/publish"))
    assert organiser.post(f"{WRITE}/publish", data={"version": 2}).status_code == 303
    assert db.scalars(select(MaterialVersion.number)).all() == [1]
    gone = peer.get(address)
    assert (gone.status_code, "This review is over" in words_of(gone)) == (410, True)
    late = peer.post(f"{address}/comments", data={**said, "body": "Late"})
    assert (late.status_code, "What you typed Late" in words_of(late)) == (422, True)


def test_the_gate_cannot_be_walked_round_by_the_form(
    db: Session, world: World, draft: Material, send: Send, sign_in: SignIn
) -> None:
    send([world.peer])
    refused = sign_in(world.organiser).post(f"{WRITE}/publish", data={"version": version_of(db, draft)})
    assert refused.status_code == 422
    plan = {"version": version_of(db, draft), "day": "2026-12-01", "time": "09:30"}
    assert sign_in(world.organiser).post(f"{WRITE}/plan", data=plan).status_code == 422
    assert db.scalars(select(MaterialVersion)).all() == []
    assert sign_in(world.facilitator).post(f"{HERE}/close", data={"why": "Enough"}).status_code == 404
    assert sign_in(world.organiser).post(f"{HERE}/close", data={"why": ""}).status_code == 422
    assert sign_in(world.organiser).post(f"{HERE}/close", data={"why": "Enough"}).status_code == 303
    page = words_of(sign_in(world.organiser).get(f"{WRITE}/publish"))
    assert "Its review was closed on 23 November 2026: Enough" in page


@pytest.mark.parametrize(
    "who", ["member", "mate", "third", "observer", "facilitator", "organiser", "outsider", "stranger", "admin"]
)
def test_the_page_of_a_reviewer_is_theirs_alone(
    db: Session, world: World, draft: Material, send: Send, sign_in: SignIn, who: str
) -> None:
    send([world.peer], [GUEST])
    client = sign_in(getattr(world, who))
    numbers = db.scalars(select(Reviewer.id)).all()
    assert [client.get(f"/review/{number}").status_code for number in numbers] == [404, 404]
    posts = ("comments", "decision")
    data = {"text": 1, "digest": "0" * 64, "verdict": "approved", "body": "x"}
    wanted = [client.post(f"/review/{numbers[0]}/{name}", data=data).status_code for name in posts]
    assert wanted == [404, 404]


@pytest.mark.parametrize("who", ["peer", "mate", "observer", "outsider", "stranger", "admin"])
def test_the_board_is_for_those_who_write(
    db: Session, world: World, draft: Material, send: Send, sign_in: SignIn, who: str
) -> None:
    one = send([world.peer])
    client = sign_in(getattr(world, who))
    assert client.get(HERE).status_code == 404
    number = db.scalars(select(Reviewer.id)).one()
    data = {"version": 2, "people": world.third.id, "wished_on": "2026-12-03", "why": "x", "body": "x"}
    for path in ("", "/text", "/people", f"/people/{number}/remove", f"/people/{number}/mail", "/close"):
        assert client.post(f"{HERE}{path}", data=data).status_code in (404, 422)
    db.expire_all()
    assert (db.get_one(Round, one.id).is_open, len(db.scalars(select(Reviewer)).all())) == (True, 1)


def test_a_reviewer_asked_no_more_sees_nothing(
    db: Session, world: World, facilitator: Viewer, draft: Material, send: Send, sign_in: SignIn
) -> None:
    send([world.peer], [GUEST])
    path, link = page_of(db, world.peer), link_of(db)
    for who in (world.peer, None):
        rounds.remove(db, facilitator, reload(db, facilitator, draft), part_of(db, who))
    db.commit()
    client = sign_in(world.peer)
    assert [client.get(path).status_code, client.get(link).status_code] == [404, 410]
    assert "A text waits" not in words_of(client.get("/me"))


def test_a_reviewer_reads_the_text_that_was_sent_and_no_other_draft(
    db: Session, world: World, facilitator: Viewer, draft: Material, send: Send, sign_in: SignIn, client: FlaskClient
) -> None:
    one = send([world.peer], [GUEST])
    path, link = page_of(db, world.peer), link_of(db)
    decide(db, world.peer)
    change(db, facilitator, draft, f"{TEXT}\n\nHalf a thought")
    peer = sign_in(world.peer)
    for page in (peer.get(path), client.get(link)):
        assert (page.status_code, "Half a thought" in page.text) == (200, False)
    board = words_of(sign_in(world.facilitator).get(HERE))
    assert "Changed since 1 approved it 3 words came, 0 words went." in board
    send_again(db, facilitator, draft, one)
    page = words_of(peer.get(path))
    assert "The text has changed since you approved it" in page
    assert "What changed since you decided 3 words came, 0 words went." in page
    assert "Half a thought Comment on this passage" in words_of(client.get(link))


def test_a_link_is_one_readers_and_looking_at_it_changes_nothing(
    db: Session, world: World, draft: Material, send: Send, client: FlaskClient
) -> None:
    send([], [GUEST])
    link = link_of(db)
    before = db.scalars(select(Reviewer)).one().asked_at
    page = client.get(link)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")
    assert "For Reader from elsewhere." in words_of(page)
    assert GUEST[1] not in page.text
    assert (db.scalars(select(Decision)).all(), db.scalars(select(Comment)).all(), before) == ([], [], NOW)
    sent = client.post(f"{link}/comments", data={"text": hidden(page, "text"), "body": "Fine on the whole"})
    assert sent.status_code == 303
    comment = db.scalars(select(Comment)).one()
    assert client.post(f"{link}/comments/{comment.id}", data={"body": "Or not"}).status_code == 303
    assert "Fine on the whole You · 23 November 2026 Or not" in words_of(client.get(link))
    refused = client.post(f"{link}/decision", data={**seen(page), "verdict": "changes", "reason": " "})
    assert (refused.status_code, "Say what should change." in words_of(refused)) == (422, True)
    data = {**seen(page), "verdict": "changes", "reason": "The end"}
    assert client.post(f"{link}/decision", data=data).headers["Location"] == link
    assert "You asked for changes" in words_of(client.get(link))


def test_a_link_ends_with_its_time_its_round_and_another_one(
    db: Session, world: World, organiser: Viewer, draft: Material, send: Send, client: FlaskClient, sign_in: SignIn
) -> None:
    one = send([], [GUEST])
    first = link_of(db)
    writer = sign_in(world.facilitator)
    assert writer.post(f"{HERE}/people/{part_of(db, None).id}/mail").status_code == 303
    second = link_of(db)
    assert [client.get(each).status_code for each in (first, second)] == [410, 200]
    for days, status in ((40, 200), (41, 410)):
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            assert client.get(second).status_code == status
    wrong = (f"{second[:-3]}abc", second.replace("/v/", "/q/"), second.replace("/v/", "/p/"), "/v/1-x")
    assert [client.get(each).status_code for each in wrong] == [410, 410, 410, 410]
    rounds.close(db, organiser, reload(db, organiser, draft), one, why="Done")
    db.commit()
    over = client.get(second)
    assert (over.status_code, "This review is over" in words_of(over)) == (410, True)
    posted = client.post(f"{second}/decision", data={"text": 1, "digest": "0" * 64, "verdict": "approved"})
    assert (posted.status_code, db.scalars(select(Decision)).all()) == (410, [])
    assert "What you typed A thought" in words_of(client.post(f"{second}/comments", data={"body": "A thought"}))


def test_quotations_without_consent_are_for_those_who_write_alone(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, consent: Decide,
    send: Send, sign_in: SignIn, client: FlaskClient,
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    send([world.third, world.observer, world.organiser], [GUEST])
    link = link_of(db)
    readers = {
        "third": (sign_in(world.third), page_of(db, world.third)),
        "observer": (sign_in(world.observer), page_of(db, world.observer)),
        "guest": (client, link),
        "organiser": (sign_in(world.organiser), page_of(db, world.organiser)),
    }

    def shown() -> dict[str, tuple[bool, bool]]:
        pages = {who: words_of(reader.get(path)) for who, (reader, path) in readers.items()}
        return {who: (WORDS in page, NEUTRAL in page) for who, page in pages.items()}

    others = ("third", "observer", "guest")
    assert shown() == dict.fromkeys(others, (False, True)) | {"organiser": (True, False)}
    consent(made, world.peer)
    assert shown() == dict.fromkeys(readers, (True, False))
    consent(made, world.peer, Word.WITHDRAWN)
    assert shown() == dict.fromkeys(others, (False, True)) | {"organiser": (True, False)}


def test_no_page_or_mail_tells_who_wrote_an_unattributed_answer(
    db: Session, world: World, facilitator: Viewer, draft: Material, unattributed: list[Response], quote: Quote,
    consent: Decide, send: Send, sign_in: SignIn, client: FlaskClient,
) -> None:  # fmt: skip
    """The canary: the author of the answer is the peer, of the library, and nobody else of them is named anywhere."""
    found = reload(db, facilitator, draft)
    found.draft.credits, found.draft.organisations = [found.draft.credits[0]], []
    made = quote(attribution=Attribution.UNATTRIBUTED)
    ask(db, facilitator, draft)
    consent(made, world.peer)
    send([world.third, world.organiser], [GUEST])
    reader = part_of(db, world.third)
    commenting.comment(db, reader, text_id=text_id(db), digest="", place=0, body="Who?")
    db.commit()
    pages = [
        sign_in(world.third).get(page_of(db, world.third)),
        sign_in(world.organiser).get(page_of(db, world.organiser)),
        client.get(link_of(db)),
    ]
    for page in pages:
        assert WORDS in page.text
        assert "A member, unattributed" in words_of(page)
    pages.append(sign_in(world.organiser).get(HERE))
    texts = [page.text for page in pages[:-1]]
    texts.append(re.sub(r"<fieldset.*?</fieldset>", "", pages[-1].text, flags=re.S))
    for text in texts:
        named = re.findall(rf"\bPeer\b(?! learning)|City Library|{world.peer.email}", text)
        assert named == []


def test_a_double_click_says_it_once(db: Session, world: World, draft: Material, send: Send, sign_in: SignIn) -> None:
    send([world.peer])
    peer, path = sign_in(world.peer), page_of(db, world.peer)
    page = peer.get(path)
    data = {"text": hidden(page, "text"), "body": "Once"}
    assert [peer.post(f"{path}/comments", data=data).status_code for _each in range(2)] == [303, 303]
    decision = {**seen(page), "verdict": "approved", "_once": "k" * 24}
    assert [peer.post(f"{path}/decision", data=decision).status_code for _each in range(2)] == [303, 303]
    number = db.scalars(select(Comment.id)).one()
    writer = sign_in(world.facilitator)
    for _each in range(2):
        assert writer.post(f"{HERE}/comments/{number}", data={"body": "Twice"}).status_code == 303
    assert (len(db.scalars(select(Answer)).all()), len(db.scalars(select(Decision)).all())) == (1, 1)


def test_an_approval_of_a_text_that_moved_on_is_a_lost_race_that_loses_no_words(
    db: Session, world: World, facilitator: Viewer, draft: Material, send: Send, sign_in: SignIn
) -> None:
    one = send([world.peer])
    peer, path = sign_in(world.peer), page_of(db, world.peer)
    before = seen(peer.get(path))
    change(db, facilitator, draft, "Another text altogether.")
    send_again(db, facilitator, draft, one)
    late = peer.post(f"{path}/decision", data={**before, "verdict": "approved", "reason": "Well done"})
    assert late.status_code == 409
    assert "The text was changed since you opened this page." in words_of(late)
    assert "Well done</textarea>" in late.text
    assert "Another text altogether." in words_of(late)
    assert db.scalars(select(Decision)).all() == []


def test_a_comment_on_a_text_that_moved_on_is_kept_as_said_of_that(
    db: Session, world: World, facilitator: Viewer, draft: Material, send: Send, sign_in: SignIn
) -> None:
    one = send([world.peer])
    peer, path = sign_in(world.peer), page_of(db, world.peer)
    passage = re.search(r'id="passage-0".*?</details>', peer.get(path).text, re.S)[0]
    said = {name: re.search(rf'name="{name}" value="([^"]*)"', passage)[1] for name in ("text", "digest", "place")}
    change(db, facilitator, draft, "Another text altogether.")
    send_again(db, facilitator, draft, one)
    assert peer.post(f"{path}/comments", data={**said, "body": "Which who?"}).status_code == 303
    moved = "Said of passages that have changed since We asked who decides. 23 November 2026 Open Which who?"
    assert moved in words_of(peer.get(path))
    board = words_of(sign_in(world.facilitator).get(HERE))
    assert "The passage has changed We asked who decides. Peer · 23 November 2026 Open Which who?" in board


def test_comments_are_ones_own_and_bounded(
    db: Session, world: World, draft: Material, send: Send, sign_in: SignIn, client: FlaskClient
) -> None:
    send([world.peer, world.third], [GUEST])
    peer, path = sign_in(world.peer), page_of(db, world.peer)
    number = hidden(peer.get(path), "text")
    assert peer.post(f"{path}/comments", data={"text": number, "body": "<b>Mine</b>"}).status_code == 303
    comment = db.scalars(select(Comment)).one()
    third = page_of(db, world.third)
    for reader, address in ((sign_in(world.third), third), (client, link_of(db))):
        assert "Mine" not in reader.get(address).text
        assert reader.post(f"{address}/comments/{comment.id}", data={"body": "x"}).status_code == 404
    assert "&lt;b&gt;Mine&lt;/b&gt;" in sign_in(world.facilitator).get(HERE).text
    for data in (
        {"text": number, "body": "x" * 2001},
        {"text": number, "body": " "},
        {"text": number, "digest": "f" * 64, "body": "No such passage"},
        {"text": "999999", "body": "No such text"},
        {"text": number, "digest": "nonsense", "body": "x"},
    ):
        assert peer.post(f"{path}/comments", data=data).status_code == 422
    assert len(db.scalars(select(Comment)).all()) == 1


def test_another_rounds_comments_and_reviewers_are_out_of_reach(
    db: Session, world: World, organiser: Viewer, draft: Material, send: Send, sign_in: SignIn
) -> None:
    one = send([world.peer])
    path = page_of(db, world.peer)
    peer = sign_in(world.peer)
    peer.post(f"{path}/comments", data={"text": hidden(peer.get(path), "text"), "body": "Before"})
    comment, reviewer = db.scalars(select(Comment.id)).one(), db.scalars(select(Reviewer.id)).one()
    rounds.close(db, organiser, reload(db, organiser, draft), one, why="Done")
    db.commit()
    send([world.third])
    writer = sign_in(world.facilitator)
    for address in (f"comments/{comment}/resolve", f"people/{reviewer}/remove", f"people/{reviewer}/mail"):
        assert writer.post(f"{HERE}/{address}").status_code == 404
    assert writer.post(f"{HERE}/comments/{comment}", data={"body": "x"}).status_code == 404


def test_images_of_the_text_are_fetched_through_the_page_and_no_others(
    db: Session, world: World, facilitator: Viewer, draft: Material, send: Send, sign_in: SignIn, client: FlaskClient
) -> None:
    rows = []
    for name in ("shown.png", "other.png"):
        image = prepare(picture(), field="image")
        material = reload(db, facilitator, draft)
        row = images.bring(db, facilitator, material, image=image, filename=name, alt="A river")
        rows.append((row.media.name, images.markdown_line(row)))
        db.commit()
    (shown, line), (other, _line) = rows
    change(db, facilitator, draft, f"{TEXT}\n\n{line}")
    send([world.peer], [GUEST])
    peer = sign_in(world.peer)
    for reader, base in ((peer, page_of(db, world.peer)), (client, link_of(db))):
        address = re.search(r'<img[^>]* src="([^"?]+)', reader.get(base).text)[1]
        assert address == f"{base}/media/{shown}"
        answer = reader.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
        assert reader.get(f"{base}/media/{other}").status_code == 404
        assert reader.get(f"/media/{shown}").status_code == 404
