"""Rounds: who is asked and how, what they decide of which text, and what a change does to an approval."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.cohorts.models import Membership, Role
from peernet.db import Conflict, Refused
from peernet.mail.models import Mail
from peernet.materials.models import Material, MaterialVersion
from peernet.materials.quotations import quoting
from peernet.materials.quotations.models import Word
from peernet.materials.reviews import access, deciding, rounds, texts
from peernet.materials.reviews.models import Decision, Ending, Reviewer, Round, Verdict
from peernet.prompts.models import Attribution, Response
from peernet.text import markdown
from peernet.web.viewer import Viewer
from tests.conftest import NOW
from tests.materials.conftest import TEXT, reload
from tests.materials.quotations.conftest import WORDS, Decide, Quote, ask
from tests.materials.reviews.conftest import GUEST, Send, change, decide, part_of, prepared, send_again, stands
from tests.world import World, join

Publish = Callable[..., MaterialVersion]


def test_each_is_asked_by_a_mail_that_holds_nothing_of_the_text(
    db: Session, world: World, send: Send, outbox: Callable[[], list[Mail]]
) -> None:
    send([world.peer, world.observer], [GUEST], note="Look at the end")
    mails = outbox()
    assert [(mail.kind, mail.to_address) for mail in mails] == [
        ("materials/review-asked", "observer@example.org"),
        ("materials/review-asked", "peer@example.org"),
        ("materials/review-asked", GUEST[1]),
    ]
    for mail in mails:
        assert [words in mail.text + mail.html for words in ("We asked who decides", "Look at the end")] == [False] * 2
    assert [("/review/" in mail.text, "/v/{{token:" in mail.text) for mail in mails] == [(True, False)] * 2 + [
        (False, True)
    ]


def test_only_people_of_the_cohort_are_asked_by_name_and_others_by_mail(db: Session, world: World, send: Send) -> None:
    join(db, world.cohort, world.stranger, Role.EXPERT)
    db.commit()
    for people in ([world.outsider], [world.stranger], [world.facilitator], [world.admin]):
        with pytest.raises(Refused, match="Choose among the people of the cohort"):
            send(people)
        db.rollback()
    for guests in ([("Peer", " PEER@example.org")], [("", "x@example.net")], [("A", "no address")]):
        with pytest.raises(Refused) as refusal:
            send([], guests)
        assert refusal.value.field == "guest_email"
        db.rollback()
    for day in (date(2026, 11, 23), date(2027, 3, 1)):
        with pytest.raises(Refused, match="Choose a day"):
            send([world.peer], wished_on=day)
        db.rollback()
    with pytest.raises(Refused, match="Choose at least one reviewer"):
        send()
    db.rollback()
    assert db.scalars(select(Round)).all() == []


def test_a_text_with_words_of_an_answer_is_sent_to_nobody(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, send: Send
) -> None:
    change(db, facilitator, draft, f"{TEXT}\n\n{WORDS}")
    with pytest.raises(Refused, match="Words of answers stand outside a quotation"):
        send([world.peer], [GUEST])


def test_there_is_one_open_round(db: Session, world: World, send: Send) -> None:
    send([world.peer])
    with pytest.raises(Refused, match="in review already"):
        send([world.peer])


def test_the_draft_that_was_rendered_is_sent_or_none(
    db: Session, world: World, facilitator: Viewer, draft: Material
) -> None:
    material = reload(db, facilitator, draft)
    rendered, passages = prepared(db, facilitator, material)
    with pytest.raises(Conflict, match="The text was changed"):
        rounds.open_round(
            db, facilitator, material, draft_version=material.draft.version - 1, rendered=rendered,
            passages=passages, person_ids=[world.peer.id], wished_on=date(2026, 12, 3),
        )  # fmt: skip


def test_it_is_approved_once_everybody_approved_this_text(
    db: Session, world: World, facilitator: Viewer, draft: Material, send: Send
) -> None:
    send([world.peer], [GUEST])
    decide(db, world.peer)
    assert stands(db, facilitator, draft).is_approved is False
    decide(db, None, Verdict.CHANGES, "The end is weak")
    assert stands(db, facilitator, draft).is_approved is False
    decide(db, None)
    assert stands(db, facilitator, draft).is_approved is True
    found = db.execute(select(Decision.verdict, Decision.draft_version, Decision.at).order_by(Decision.id)).all()
    assert [tuple(row) for row in found] == [
        (Verdict.APPROVED, 2, NOW),
        (Verdict.CHANGES, 2, NOW),
        (Verdict.APPROVED, 2, NOW),
    ]


def test_the_same_word_twice_is_one_decision_and_one_mail(
    db: Session, world: World, send: Send, outbox: Callable[[], list[Mail]]
) -> None:
    send([world.peer])
    assert decide(db, world.peer) is not None
    assert decide(db, world.peer) is None
    told = [mail.to_address for mail in outbox() if mail.kind == "materials/review-decided"]
    assert told == ["organiser@example.org", "facilitator@example.org"]


def test_changes_need_a_word_on_which(db: Session, world: World, send: Send) -> None:
    send([world.peer])
    with pytest.raises(Refused, match="Say what should change"):
        decide(db, world.peer, Verdict.CHANGES, " ")


def test_a_change_takes_it_back_to_review_and_the_old_text_makes_it_approved_again(
    db: Session, world: World, facilitator: Viewer, draft: Material, send: Send
) -> None:
    one = send([world.peer])
    decide(db, world.peer)
    change(db, facilitator, draft, f"{TEXT} And more.")
    after = stands(db, facilitator, draft)
    assert (after.phase.value, after.changed_since, after.is_sent) == ("in-review", 1, False)
    change(db, facilitator, draft, TEXT)
    assert stands(db, facilitator, draft).phase.value == "approved"
    change(db, facilitator, draft, f"{TEXT} And more.")
    assert send_again(db, facilitator, draft, one) is True
    assert send_again(db, facilitator, draft, one) is False
    after = stands(db, facilitator, draft)
    assert (after.is_approved, after.changed_since, after.is_sent) == (False, 1, True)
    decide(db, world.peer)
    assert stands(db, facilitator, draft).is_approved is True


def test_who_approves_a_text_that_moved_on_is_told_so(
    db: Session, world: World, facilitator: Viewer, draft: Material, send: Send
) -> None:
    one = send([world.peer])
    reviewer = part_of(db, world.peer)
    text = db.scalars(access.texts_of(one.id)).one()
    seen = (text.id, texts.of_text(db, draft.id, text).whole)
    change(db, facilitator, draft, "Another text")
    send_again(db, facilitator, draft, one)
    with pytest.raises(Conflict, match="The text was changed"):
        deciding.decide(db, part_of(db, world.peer), text_id=seen[0], digest=seen[1], verdict=Verdict.APPROVED)
    assert db.scalars(select(Decision)).all() == []
    assert reviewer.id == part_of(db, world.peer).id


def test_a_quotation_worded_anew_is_another_text(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, send: Send
) -> None:
    made = quote()
    send([world.third])
    decide(db, world.third)
    assert stands(db, facilitator, draft).is_approved is True
    other = "We trust data whose keepers tell us what they left out."
    quoting.reword(
        db, facilitator, made, number=1, text=other, rendered=markdown.render(other), attribution=Attribution.PERSON
    )
    db.commit()
    after = stands(db, facilitator, draft)
    assert (after.is_approved, after.changed_since, after.is_sent) == (False, 1, True)


def test_nothing_is_published_before_it_is_approved(
    db: Session, world: World, organiser: Viewer, draft: Material, send: Send, publish: Publish
) -> None:
    send([world.peer])
    with pytest.raises(Refused, match="in review, and not approved"):
        publish(draft)
    db.rollback()
    decide(db, world.peer, Verdict.CHANGES)
    with pytest.raises(Refused, match="in review, and not approved"):
        publish(draft)
    db.rollback()
    decide(db, world.peer)
    assert publish(draft).number == 1
    assert [(each.is_open, each.ending) for each in db.scalars(select(Round))] == [(None, Ending.PUBLISHED)]


def test_taking_who_wants_changes_off_the_list_opens_no_way(
    db: Session, world: World, facilitator: Viewer, draft: Material, send: Send, publish: Publish
) -> None:
    send([world.peer, world.third])
    decide(db, world.peer)
    decide(db, world.third, Verdict.CHANGES)
    rounds.remove(db, facilitator, reload(db, facilitator, draft), part_of(db, world.third))
    db.commit()
    with pytest.raises(Refused, match="in review, and not approved"):
        publish(draft)
    db.rollback()
    rounds.remove(db, facilitator, reload(db, facilitator, draft), part_of(db, world.peer))
    db.commit()
    assert stands(db, facilitator, draft).is_approved is False


def test_an_organiser_closes_it_for_a_reason_that_is_kept(
    db: Session, world: World, organiser: Viewer, draft: Material, send: Send, publish: Publish
) -> None:
    one = send([world.peer])
    with pytest.raises(Refused, match="Say why"):
        rounds.close(db, organiser, reload(db, organiser, draft), one, why=" ")
    rounds.close(db, organiser, reload(db, organiser, draft), one, why="The day has come")
    db.commit()
    kept = db.scalars(select(Round)).one()
    assert (kept.closed_why, kept.closed_at, kept.closed_by_id) == ("The day has come", NOW, world.organiser.id)
    with pytest.raises(Refused, match="This review is over"):
        rounds.close(db, organiser, reload(db, organiser, draft), kept, why="Again")
    assert publish(draft).number == 1
    assert db.scalars(select(Round.ending)).all() == [Ending.CLOSED]


def test_a_reminder_goes_once_three_days_before_to_who_has_said_nothing(
    db: Session, world: World, send: Send, outbox: Callable[[], list[Mail]]
) -> None:
    send([world.peer, world.third], [GUEST])
    decide(db, world.peer)
    for days, number in ((6, 0), (7, 2), (8, 0), (11, 0)):
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            assert rounds.remind_due(db) == number
            db.commit()
    told = [mail.to_address for mail in outbox() if mail.kind == "materials/review-reminder"]
    assert told == ["third@example.org", GUEST[1]]


def test_who_was_asked_today_is_not_reminded_today(db: Session, world: World, send: Send) -> None:
    send([world.peer], wished_on=date(2026, 11, 25))
    assert rounds.remind_due(db) == 0
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert rounds.remind_due(db) == 1


def test_asking_again_who_was_asked_no_more(
    db: Session, world: World, facilitator: Viewer, draft: Material, send: Send
) -> None:
    one = send([world.peer], [GUEST])
    for who in (world.peer, None):
        rounds.remove(db, facilitator, reload(db, facilitator, draft), part_of(db, who))
    db.commit()
    material = reload(db, facilitator, draft)
    asked = rounds.ask(db, facilitator, material, one, person_ids=[world.peer.id], guests=[GUEST])
    again = rounds.ask(db, facilitator, material, one, person_ids=[world.peer.id], guests=[GUEST])
    assert (asked, again) == (2, 0)
    assert len(db.scalars(select(Reviewer)).all()) == 2


def test_addresses_are_forgotten_three_months_after(
    db: Session, world: World, organiser: Viewer, draft: Material, send: Send
) -> None:
    one = send([world.peer], [GUEST])
    rounds.close(db, organiser, reload(db, organiser, draft), one, why="Done")
    db.commit()
    assert rounds.forget_addresses(db) == 0
    with time_machine.travel(NOW + timedelta(days=91), tick=False):
        assert rounds.forget_addresses(db) == 1
        db.commit()
        assert rounds.forget_addresses(db) == 0
    kept = db.scalars(select(Reviewer).where(Reviewer.person_id.is_(None))).one()
    assert (kept.email, kept.email_key, kept.name) == ("", f"forgotten:{kept.id}", GUEST[0])


def test_who_left_the_cohort_reviews_nothing(db: Session, world: World, send: Send) -> None:
    send([world.peer])
    db.scalars(select(Membership).where(Membership.person_id == world.peer.id)).one().left_at = NOW
    db.commit()
    assert db.scalars(access.asked_of(Viewer(person_id=world.peer.id))).all() == []


def test_who_left_or_whose_account_is_closed_is_mailed_no_more(
    db: Session, world: World, facilitator: Viewer, draft: Material, send: Send, outbox: Callable[[], list[Mail]]
) -> None:
    one = send([world.peer, world.third, world.observer])
    db.scalars(select(Membership).where(Membership.person_id == world.peer.id)).one().left_at = NOW
    world.third.disabled_at = NOW
    db.commit()
    before = len(outbox())
    change(db, facilitator, draft, f"{TEXT} And more.")
    send_again(db, facilitator, draft, one)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        assert rounds.remind_due(db) == 1
    assert [mail.to_address for mail in outbox()[before:]] == ["observer@example.org"] * 2


def test_decisions_are_bounded(db: Session, world: World, send: Send) -> None:
    send([world.peer])
    for number in range(deciding.MOST_DECISIONS):
        decide(db, world.peer, Verdict.CHANGES, f"Change {number}")
    with pytest.raises(Refused, match="as much as one review holds"):
        decide(db, world.peer)


def test_a_decision_that_waited_while_the_round_was_closed_is_refused(
    db: Session, world: World, organiser: Viewer, draft: Material, send: Send
) -> None:
    one, material = send([world.peer]), reload(db, organiser, draft)
    reviewer = part_of(db, world.peer)
    text = db.scalars(access.texts_of(one.id)).one()
    digest = texts.of_text(db, draft.id, text).whole
    rounds.close(db, organiser, material, one, why="Done")
    with pytest.raises(Refused, match="This review is over"):
        deciding.decide(db, reviewer, text_id=text.id, digest=digest, verdict=Verdict.APPROVED)


def test_consent_comes_and_goes_without_another_approval(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote,
    consent: Decide, send: Send,
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    send([world.third])
    decide(db, world.third)
    consent(made, world.peer, Word.YES)
    assert stands(db, facilitator, draft).is_approved is True
