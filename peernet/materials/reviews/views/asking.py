"""The review of a material, for those who write it: sending it, who is asked, what they said, and closing it."""

from datetime import timedelta
from typing import Any

from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.cohorts.models import Membership
from peernet.cohorts.words import ROLES
from peernet.i18n import gettext as _
from peernet.i18n import ngettext
from peernet.materials import access as materials
from peernet.materials import manuscripts, words
from peernet.materials.models import Material
from peernet.materials.reviews import access, commenting, gate, inputs, rounds, standing, texts
from peernet.materials.reviews.models import Comment, Reviewer, Round, Text
from peernet.materials.reviews.standing import Standing
from peernet.materials.versions import Difference
from peernet.materials.views.blueprint import (
    blueprint,
    draft_version,
    may_publish,
    mine,
    mine_to_publish,
    prepare,
    render_text,
)
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_GUEST_LINES = 3


@blueprint.get("/write/<slug>/review")
@rule(Rule.PERSON)
def material_review(slug: str, form: Form | None = None, refused: int = 0) -> str:
    """How it stands; the form that sends it where it is in no review. ``refused`` is the comment that a form was
    about."""
    material = mine(slug)
    stands = standing.of(db(), material)
    before = [each for each in db().scalars(access.rounds_of(material.id)) if not each.is_open]
    usual = clock.today("UTC") + timedelta(days=rounds.USUAL_DAYS)
    return render(
        "materials/reviews/of_material.html",
        material=material,
        stands=stands,
        before=before,
        closed_in_words=gate.closed_in_words,
        words=words,
        form_state=form or Form({"wished_on": usual}),
        refused=refused,
        first=clock.today("UTC") + timedelta(days=rounds.FEWEST_DAYS),
        people=_people(material, stands),
        guest_lines=range(_GUEST_LINES),
        version=draft_version(material),
        may_publish=may_publish(material),
        most=commenting.MOST,
        **(_said(material, stands) if stands.round is not None else {}),
    )


@blueprint.post("/write/<slug>/review")
@rule(Rule.PERSON)
@redisplay(material_review)
def open_review(slug: str) -> ResponseReturnValue:
    """Send the draft that the page showed to reviewers."""
    given = read(inputs.Sent)
    rendered, passages = prepare(_writable(slug), given.version)
    rounds.open_round(
        db(), viewer(), mine(slug), draft_version=given.version, rendered=rendered, passages=passages,
        person_ids=given.people, guests=given.guests, wished_on=given.wished_on, note=given.note,
    )  # fmt: skip
    notice(_("It is sent to its reviewers. They read this text, and not what you write from now on."))
    return redirect_to(".material_review", slug=slug)


@blueprint.post("/write/<slug>/review/text")
@rule(Rule.PERSON)
@redisplay(material_review)
def send_review_again(slug: str) -> ResponseReturnValue:
    """Let the reviewers read what is written now."""
    given = read(inputs.SentAgain)
    rendered, passages = prepare(_writable(slug), given.version)
    material = mine(slug)
    made = rounds.send_again(
        db(), viewer(), material, _open(material), draft_version=given.version, rendered=rendered, passages=passages
    )
    notice(_("The new text is sent to its reviewers.") if made else _("They have this text already."))
    return redirect_to(".material_review", slug=slug)


@blueprint.post("/write/<slug>/review/people")
@rule(Rule.PERSON)
@redisplay(material_review)
def ask_reviewers(slug: str) -> ResponseReturnValue:
    """Ask more people."""
    given = read(inputs.MorePeople)
    material = mine(slug)
    number = rounds.ask(db(), viewer(), material, _open(material), person_ids=given.people, guests=given.guests)
    notice(ngettext("%(num)s more reviewer is asked.", "%(num)s more reviewers are asked.", number))
    return redirect_to(".material_review", slug=slug)


@blueprint.post("/write/<slug>/review/people/<int:reviewer_id>/remove")
@rule(Rule.PERSON)
@redisplay(lambda slug, reviewer_id, form: material_review(slug, form))
def remove_reviewer(slug: str, reviewer_id: int) -> ResponseReturnValue:
    """Ask somebody no more; their link is over."""
    read(inputs.Nothing)
    material = mine(slug)
    rounds.remove(db(), viewer(), material, _reviewer(_open(material), reviewer_id))
    notice(_("They are asked no more, and their link is over. What they said stays."))
    return redirect_to(".material_review", slug=slug)


@blueprint.post("/write/<slug>/review/people/<int:reviewer_id>/mail")
@rule(Rule.PERSON)
@redisplay(lambda slug, reviewer_id, form: material_review(slug, form))
def mail_reviewer_again(slug: str, reviewer_id: int) -> ResponseReturnValue:
    """Mail somebody their way in once more."""
    read(inputs.Nothing)
    material = mine(slug)
    one = _open(material)
    rounds.mail_again(db(), material, one, _reviewer(one, reviewer_id))
    notice(_("They are mailed again. A link that they had before works no more."))
    return redirect_to(".material_review", slug=slug)


@blueprint.post("/write/<slug>/review/comments/<int:comment_id>")
@rule(Rule.PERSON)
@redisplay(lambda slug, comment_id, form: material_review(slug, form, comment_id))
def answer_comment(slug: str, comment_id: int) -> ResponseReturnValue:
    """Answer it."""
    given = read(inputs.Answered)
    commenting.answer(db(), _comment(slug, comment_id), body=given.body, person_id=viewer().person_id)
    return redirect_to(".material_review", slug=slug, anchor=f"comment-{comment_id}")


@blueprint.post("/write/<slug>/review/comments/<int:comment_id>/resolve")
@rule(Rule.PERSON)
@redisplay(lambda slug, comment_id, form: material_review(slug, form))
def resolve_comment(slug: str, comment_id: int) -> ResponseReturnValue:
    """It is dealt with."""
    read(inputs.Nothing)
    commenting.resolve(db(), viewer(), _comment(slug, comment_id))
    return redirect_to(".material_review", slug=slug, anchor=f"comment-{comment_id}")


@blueprint.post("/write/<slug>/review/comments/<int:comment_id>/reopen")
@rule(Rule.PERSON)
@redisplay(lambda slug, comment_id, form: material_review(slug, form))
def reopen_comment(slug: str, comment_id: int) -> ResponseReturnValue:
    """It is not dealt with after all."""
    read(inputs.Nothing)
    commenting.reopen(db(), _comment(slug, comment_id))
    return redirect_to(".material_review", slug=slug, anchor=f"comment-{comment_id}")


@blueprint.post("/write/<slug>/review/close")
@rule(Rule.PERSON)
@redisplay(material_review)
def close_review(slug: str) -> ResponseReturnValue:
    """End it without an approval, for a reason: an organiser's to do."""
    material = mine_to_publish(slug)
    given = read(inputs.Closed)
    rounds.close(db(), viewer(), material, _open(material), why=given.why)
    notice(_("The review is closed. Your reason is kept with its date."))
    return redirect_to(".material_review", slug=slug)


def _writable(slug: str) -> Any:
    return materials.editable_by(viewer()).where(Material.slug == slug)


def _open(material: Material) -> Round:
    found: Round = load(access.open_rounds([material.id]))
    return found


def _reviewer(one: Round, reviewer_id: int) -> Reviewer:
    asked = access.reviewers_of([one.id]).where(Reviewer.id == reviewer_id, Reviewer.removed_at.is_(None))
    found: Reviewer = load(asked)
    return found


def _comment(slug: str, comment_id: int) -> Comment:
    found: Comment = load(access.comments_of(_open(mine(slug)).id).where(Comment.id == comment_id))
    return found


def _people(material: Material, stands: Standing) -> list[tuple[int, str, str]]:
    """People of the cohort who can be asked and are not."""
    asked = {each.reviewer.person_id for each in stands.asked}
    found = db().scalars(access.choosable(material.cohort_id, viewer()))
    return [(each.person_id, each.person.name, _place(each)) for each in found if each.person_id not in asked]


def _place(membership: Membership) -> str:
    """For whom somebody sits in the cohort, or what they do there."""
    return membership.seat.organisation.name if membership.seat else str(ROLES[membership.role])


def _said(material: Material, stands: Standing) -> dict[str, Any]:
    """What was said, in the places of what is written now, and what changed since it was sent."""
    assert stands.round is not None
    manuscript = manuscripts.of_draft(material.draft) if material.draft else None
    html = render_text(db(), material, manuscript).html if manuscript else ""
    comments = db().scalars(access.comments_of(stands.round.id)).all()
    return {
        "placed": commenting.placed(html, comments),
        "open_comments": sum(each.resolved_at is None for each in comments),
        "difference": _difference(material, stands) if manuscript and not stands.is_sent else None,
    }


def _difference(material: Material, stands: Standing) -> Difference | None:
    """From the text that was approved last, or else sent last, to what is written now."""
    if stands.round is None or stands.sent is None or material.draft is None:
        return None
    approved = [each.decision.text_id for each in stands.parts if each.decision and each.approved_before]
    chosen = max(approved, default=stands.sent.text_id)
    old = db().scalars(access.texts_of(stands.round.id).where(Text.id == chosen)).one()
    return texts.difference(db(), old, manuscripts.of_draft(material.draft), material.id)
