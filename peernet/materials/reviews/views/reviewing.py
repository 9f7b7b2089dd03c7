"""The page of a reviewer with an account, and what they do there; the views of the link do the same."""

from typing import Any

from flask import Response, abort, make_response, request
from flask.typing import ResponseReturnValue

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials.reviews import access, commenting, deciding, inputs, reading
from peernet.materials.reviews.models import Comment, Reviewer, Verdict
from peernet.materials.views.blueprint import blueprint
from peernet.web import files
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/review/<int:review_id>")
@rule(Rule.PERSON)
def review(review_id: int, form: Form | None = None, refused: str = "") -> ResponseReturnValue:
    """The text that was sent to them. ``refused`` is the form that something was wrong with."""
    reviewer = db().scalar(access.asked_of(viewer()).where(Reviewer.id == review_id))
    if reviewer is None:
        load(access.was_asked(viewer(), review_id))
        return over()
    return make_response(
        render("materials/reviews/asked.html", **page(reviewer, f"/review/{review_id}", form, refused))
    )


@blueprint.post("/review/<int:review_id>/comments")
@rule(Rule.PERSON)
@redisplay(lambda review_id, form: review(review_id, form, said_of(form)))
def comment_review(review_id: int) -> ResponseReturnValue:
    """Say something of a passage."""
    anchor = comment(_mine(review_id)) or None
    return redirect_to(".review", review_id=review_id, anchor=anchor)


@blueprint.post("/review/<int:review_id>/comments/<int:comment_id>")
@rule(Rule.PERSON)
@redisplay(lambda review_id, comment_id, form: review(review_id, form, f"comment-{comment_id}"))
def answer_in_review(review_id: int, comment_id: int) -> ResponseReturnValue:
    """Answer on one's own comment."""
    answer(_mine(review_id), comment_id)
    return redirect_to(".review", review_id=review_id, anchor=f"comment-{comment_id}")


@blueprint.post("/review/<int:review_id>/decision")
@rule(Rule.PERSON)
@redisplay(lambda review_id, form: review(review_id, form, "decision"))
def decide_review(review_id: int) -> ResponseReturnValue:
    """Approve it, or ask for changes."""
    decide(_mine(review_id))
    return redirect_to(".review", review_id=review_id)


@blueprint.get("/review/<int:review_id>/media/<name>")
@rule(Rule.PERSON)
def review_image(review_id: int, name: str) -> Response:
    """An image of the text."""
    return image(_mine(review_id), name)


# What both ways in do alike.


def page(reviewer: Reviewer, base: str, form: Form | None, refused: str) -> dict[str, Any]:
    """What a reviewer's page shows; its addresses begin with ``base``."""
    return {
        "reviewer": reviewer,
        "material": reviewer.round.material,
        "reading": reading.of(db(), reviewer, base=f"{request.script_root}{base}"),
        "base": f"{request.script_root}{base}",
        "form_state": form,
        "refused": refused,
        "most": commenting.MOST,
    }


def over() -> ResponseReturnValue:
    """That there is nothing to review any more; what somebody typed is not lost to them."""
    typed = request.form.get("body") or request.form.get("reason", "")
    return make_response(render("materials/reviews/over.html", typed=typed), 410)


def said_of(form: Form) -> str:
    """The form in which a comment was typed: that of its passage, or of the whole."""
    return f"passage-{form.value('place', '')}" if form.value("digest") else "whole"


def comment(reviewer: Reviewer) -> str:
    """Keep a comment; gives where it stands."""
    given = read(inputs.Commented)
    made = commenting.comment(
        db(), reviewer, text_id=given.text, digest=given.digest or "", place=given.place, body=given.body
    )
    return f"comment-{made.id}" if made is not None else ""


def answer(reviewer: Reviewer, comment_id: int) -> None:
    """Keep an answer on the reviewer's own comment; 404 for another's."""
    given = read(inputs.Answered)
    one: Comment = load(access.own_comments(reviewer.id).where(Comment.id == comment_id))
    commenting.answer(db(), one, body=given.body, person_id=None)


def decide(reviewer: Reviewer) -> None:
    """Keep a decision."""
    given = read(inputs.Decided)
    deciding.decide(db(), reviewer, text_id=given.text, digest=given.digest, verdict=given.verdict, reason=given.reason)
    if given.verdict is Verdict.APPROVED:
        notice(_("Thank you. Your approval is kept, for this text only."))
    else:
        notice(_("Thank you. Those who write it are told that something should change."))


def image(reviewer: Reviewer, name: str) -> Response:
    """An image of the text that a reviewer reads; 404 for any other file."""
    found = reading.image_of(db(), reviewer, name)
    if found is None:
        abort(404)
    return files.send_to_one(found, request.args.get("w", type=int))


def _mine(review_id: int) -> Reviewer:
    found: Reviewer | None = db().scalar(access.asked_of(viewer()).where(Reviewer.id == review_id))
    if found is None:
        load(access.was_asked(viewer(), review_id))
        raise Refused(_("This review is over."))
    return found
