"""The three questions as one viewer meets them after the end: to answer, or what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.prompts.voices import FEWEST, key_of
from peernet.roundtables import invitees
from peernet.roundtables.access import Standing
from peernet.roundtables.feedback import access, giving, words
from peernet.roundtables.feedback.models import Feedback
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Roundtable
from peernet.web.inputs import Form
from peernet.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Results:
    """What was answered, by nobody: ``marks`` are how many gave each. The texts of each question stand in an order of
    their own, so that no two can be brought together."""

    number: int
    marks: list[tuple[int, int]]
    will: list[str]
    change: list[str]


def of(db: Session, viewer: Viewer, mine: Standing, form: Form | None = None) -> dict[str, Any]:
    """What a roundtable's page shows of it. At most six queries."""
    one = mine.roundtable
    if one.cancelled_at is not None or one.over_at > clock.now():
        return {"feedback": None, "results": None}
    asked = giving.is_open(one) and mine.attends and not mine.leads
    me = invitees.invited_as(db, one, viewer.person_id) if asked else None
    return {
        "feedback": to_answer(db, one, me, form) if me and giving.may_give(db, one, me) else None,
        "feedback_until": giving.until(one),
        "feedback_is_over": giving.until(one) <= clock.now(),
        "results": results(db, viewer, one) if mine.leads else None,
        "feedback_words": words,
    }


def to_answer(db: Session, one: Roundtable, invitee: Invitee, form: Form | None = None) -> tuple[Form, str]:
    """What stands in the form of somebody who is asked, and the version that it follows."""
    own = db.scalar(access.own(one.id, invitee.key))
    version = own.version if own else 0
    if form is not None and "seen" in form.values:
        return form, str(version if form.theirs is not None else form.value("seen", version))
    stands = {"worth": own.worth, "will": own.will, "change": own.change} if own else {}
    return Form(stands), str(version)


def results(db: Session, viewer: Viewer, one: Roundtable) -> Results | None:
    """What was answered, for those who lead; None where it is not told."""
    found = db.scalars(access.together(viewer, one)).all()
    if len(found) < FEWEST:
        return None
    return Results(
        number=len(found),
        marks=[(mark, sum(each.worth == mark for each in found)) for mark in words.MARKS],
        will=_texts(found, "will", viewer),
        change=_texts(found, "change", viewer),
    )


def _texts(found: Sequence[Feedback], question: str, viewer: Viewer) -> list[str]:
    shuffled = sorted(found, key=lambda each: key_of(each.id, f"feedback:{question}:{viewer.person_id}"))
    return [text for text in (getattr(each, question) for each in shuffled) if text]
