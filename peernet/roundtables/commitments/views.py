"""What was taken on at a roundtable, and what is still open from those before it."""

from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.cohorts.models import Cohort
from peernet.i18n import gettext as _
from peernet.roundtables import access as roundtables
from peernet.roundtables.commitments import access, inputs, showing, taking
from peernet.roundtables.commitments.models import Commitment
from peernet.roundtables.models import Roundtable
from peernet.roundtables.views.room import blueprint, standing
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_ROOT = "/c/<slug>/roundtables/<int:roundtable_id>/commitments"


@blueprint.get(_ROOT)
@rule(Rule.PERSON)
def commitments(slug: str, roundtable_id: int, form: Form | None = None, commitment_id: int | None = None) -> str:
    """All of it."""
    mine = _inside(slug, roundtable_id)
    return render(
        "roundtables/commitments/commitments.html",
        standing=mine,
        one=mine.roundtable,
        cohort=mine.roundtable.cohort,
        form_state=form,
        **showing.of(db(), viewer(), mine),
        **showing.takers(db(), mine),
    )


@blueprint.post(_ROOT)
@rule(Rule.PERSON)
@redisplay(commitments)
def take_on(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Note who does what until when."""
    given = read(inputs.Taken)
    mine = _inside(slug, roundtable_id)
    if not mine.attends:
        abort(404)
    taking.take_on(db(), mine.roundtable, who=given.who, what=given.what, due=given.due)
    notice(_("It is noted."))
    return _back(slug, roundtable_id, given.at)


@blueprint.post(f"{_ROOT}/<int:commitment_id>/state")
@rule(Rule.PERSON)
@redisplay(commitments)
def put_commitment(slug: str, roundtable_id: int, commitment_id: int) -> ResponseReturnValue:
    """Say that it is done, or dropped, or open after all: who took it on."""
    given = read(inputs.Put)
    found = _commitment(slug, roundtable_id, commitment_id)
    if found.person_id != viewer().person_id:
        abort(404)
    taking.put(db(), found, given.state)
    return _back(slug, roundtable_id, given.at)


@blueprint.post(f"{_ROOT}/<int:commitment_id>/remove")
@rule(Rule.PERSON)
@redisplay(commitments)
def remove_commitment(slug: str, roundtable_id: int, commitment_id: int) -> ResponseReturnValue:
    """Take it out: who took it on, or one of those who lead."""
    given = read(inputs.From)
    found = _commitment(slug, roundtable_id, commitment_id)
    if found.person_id != viewer().person_id and not _inside(slug, roundtable_id).leads:
        abort(404)
    taking.remove(db(), found)
    notice(_("It is taken out."))
    return _back(slug, roundtable_id, given.at)


def _commitment(slug: str, roundtable_id: int, commitment_id: int) -> Commitment:
    at: tuple[Any, ...] = (Roundtable.id == roundtable_id, Cohort.slug == slug, Commitment.id == commitment_id)
    found: Commitment = load(access.visible_to(viewer()).where(*at))
    return found


def _inside(slug: str, roundtable_id: int) -> roundtables.Standing:
    mine = standing(slug, roundtable_id)
    if not mine.is_inside:
        abort(404)
    return mine


def _back(slug: str, roundtable_id: int, at: str) -> ResponseReturnValue:
    if at == "me":
        return redirect_to("desk.me", anchor="commitments")
    return redirect_to(f".{at}", slug=slug, roundtable_id=roundtable_id)
