"""Comments on passages: said by reviewers, answered, resolved and opened again by those who write."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials.reviews import access, passages
from peernet.materials.reviews.models import Answer, Comment, Reviewer, Text
from peernet.materials.reviews.passages import Passage
from peernet.web.viewer import Viewer

# Letters of one comment; comments of one reviewer in a round, and answers to one comment.
MOST, MOST_COMMENTS, MOST_ANSWERS = 2_000, 300, 100


@dataclass(frozen=True)
class Placed:
    """The passages of a text, each with what was said of it; what was said of the whole; and what was said of words
    that are there no more."""

    passages: Sequence[tuple[Passage, Sequence[Comment]]]
    whole: Sequence[Comment]
    moved: Sequence[Comment]


def comment(db: Session, reviewer: Reviewer, *, text_id: int, digest: str, place: int, body: str) -> Comment | None:
    """Say something of a passage of the text that was read, or with an empty ``digest`` of the whole; the same words a
    second time are one comment (gives None). Raises Refused where there is no such passage, for nothing said, and for
    more than anybody answers."""
    text = _text(db, reviewer, text_id)
    found = passages.find(passages.of_html(text.html), digest, place)
    if found is None and digest:
        raise Refused(_("There is no such passage in the text."))
    _refuse_empty(body)
    before = db.scalars(access.own_comments(reviewer.id)).all()
    if any((each.digest, each.body, each.resolved_at) == (digest, body.strip(), None) for each in before):
        return None
    if len(before) >= MOST_COMMENTS:
        raise Refused(_("That is as much as one review holds."), field="body")
    made = Comment(
        round_id=reviewer.round_id, reviewer_id=reviewer.id, text_id=text.id, digest=digest,
        place=found.place if found else 0, excerpt=found.excerpt if found else "", body=body.strip(), at=clock.now(),
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def answer(db: Session, one: Comment, *, body: str, person_id: int | None) -> Answer | None:
    """Answer a comment, as one who writes or, without ``person_id``, as its reviewer; the same words a second time are
    one answer (gives None)."""
    _refuse_empty(body)
    said = (person_id is None, person_id, body.strip())
    if [(each.is_reviewer, each.person_id, each.body) for each in one.answers[-1:]] == [said]:
        return None
    if len(one.answers) >= MOST_ANSWERS:
        raise Refused(_("That is as much as one review holds."), field="body")
    made = Answer(
        comment_id=one.id, is_reviewer=person_id is None, person_id=person_id, body=body.strip(), at=clock.now()
    )
    db.add(made)
    db.flush()
    return made


def resolve(db: Session, viewer: Viewer, one: Comment) -> None:
    """Say that a comment is dealt with. A second time nothing happens."""
    if one.resolved_at is None:
        one.resolved_at, one.resolved_by_id = clock.now(), viewer.person_id
        db.flush()


def reopen(db: Session, one: Comment) -> None:
    """Say that it is not dealt with after all."""
    one.resolved_at, one.resolved_by_id = None, None
    db.flush()


def placed(html: str, comments: Sequence[Comment]) -> Placed:
    """Comments in their places in a text, which may be a later one than that which was commented."""
    blocks = passages.of_html(html)
    found: dict[int, list[Comment]] = {}
    moved: list[Comment] = []
    for each in comments:
        passage = passages.find(blocks, each.digest, each.place)
        if passage is not None:
            found.setdefault(passage.place, []).append(each)
        elif each.digest:
            moved.append(each)
    whole = [each for each in comments if not each.digest]
    return Placed([(block, found.get(block.place, [])) for block in blocks], whole, moved)


def _text(db: Session, reviewer: Reviewer, text_id: int) -> Text:
    text = db.scalar(access.texts_of(reviewer.round_id).where(Text.id == text_id))
    if text is None:
        raise Refused(_("There is no such text in this review."))
    return text


def _refuse_empty(body: str) -> None:
    if not body.strip():
        raise Refused(_("Write what you want to say."), field="body")
    if len(body) > MOST:
        raise Refused(_("This is too long: at most %(most)s characters.", most=MOST), field="body")
