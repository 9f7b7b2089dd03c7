"""The link of a reviewer without an account. Looking at it, as mail scanners do, changes nothing; it shows one text, to
the reader that it names, and is over with its round, its time, or a word of those who write."""

from flask import Response, abort, make_response
from flask.typing import ResponseReturnValue

from peernet.materials.reviews import links
from peernet.materials.reviews.models import Reviewer
from peernet.materials.reviews.views.reviewing import answer, comment, decide, image, over, page, said_of
from peernet.materials.views.blueprint import blueprint
from peernet.web.inputs import Form, redisplay
from peernet.web.pages import redirect_to, render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/v/<token>")
@rule(Rule.LINK)
def review_link(token: str, form: Form | None = None, refused: str = "") -> ResponseReturnValue:
    """The text, for whom the link was sent to."""
    reviewer = links.behind(db(), token)
    if reviewer is None:
        return over()
    return make_response(render("materials/reviews/link.html", **page(reviewer, f"/v/{token}", form, refused)))


@blueprint.post("/v/<token>/comments")
@rule(Rule.LINK)
@redisplay(lambda token, form: review_link(token, form, said_of(form)))
def comment_behind_link(token: str) -> ResponseReturnValue:
    """Say something of a passage."""
    reviewer = links.behind(db(), token)
    if reviewer is None:
        return over()
    return redirect_to(".review_link", token=token, anchor=comment(reviewer) or None)


@blueprint.post("/v/<token>/comments/<int:comment_id>")
@rule(Rule.LINK)
@redisplay(lambda token, comment_id, form: review_link(token, form, f"comment-{comment_id}"))
def answer_behind_link(token: str, comment_id: int) -> ResponseReturnValue:
    """Answer on one's own comment."""
    reviewer = links.behind(db(), token)
    if reviewer is None:
        return over()
    answer(reviewer, comment_id)
    return redirect_to(".review_link", token=token, anchor=f"comment-{comment_id}")


@blueprint.post("/v/<token>/decision")
@rule(Rule.LINK)
@redisplay(lambda token, form: review_link(token, form, "decision"))
def decide_behind_review_link(token: str) -> ResponseReturnValue:
    """Approve it, or ask for changes."""
    reviewer = links.behind(db(), token)
    if reviewer is None:
        return over()
    decide(reviewer)
    return redirect_to(".review_link", token=token)


@blueprint.get("/v/<token>/media/<name>")
@rule(Rule.LINK)
def review_link_image(token: str, name: str) -> Response:
    """An image of the text."""
    reviewer: Reviewer | None = links.behind(db(), token)
    if reviewer is None:
        abort(404)
    return image(reviewer, name)
