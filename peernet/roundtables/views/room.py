"""What the views of this room share: the blueprint, and the roundtable that a page is about."""

from collections.abc import Sequence

from flask import Blueprint, abort

from peernet.accounts import access as accounts
from peernet.accounts.models import Person
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.prompts import access as prompts
from peernet.prompts.models import Asking
from peernet.roundtables import access, access_one, invitees
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Roundtable, When
from peernet.web.inputs import Form
from peernet.web.request import db, load, viewer

blueprint = Blueprint("roundtables", __name__)


def standing(slug: str, roundtable_id: int) -> access.Standing:
    """A roundtable and where the viewer stands with it; 404 where they may not see it."""
    found = access_one.standing(db(), viewer(), slug, roundtable_id)
    if found is None:
        abort(404)
    return found


def led(slug: str, roundtable_id: int) -> Roundtable:
    """A roundtable, for one of those who lead its cohort; 404 for anybody else."""
    found: Roundtable = load(access_one.led(), access_one.key(viewer(), slug, roundtable_id))
    return found


def attended(slug: str, roundtable_id: int) -> Roundtable:
    """A roundtable that the viewer is invited to; 404 otherwise."""
    found: Roundtable = load(access_one.attended(), access_one.key(viewer(), slug, roundtable_id))
    return found


def led_cohort(slug: str) -> Cohort:
    """A cohort, for one of those who lead it."""
    found: Cohort = load(cohorts.led_by(viewer()).where(Cohort.slug == slug))
    return found


def me() -> Person:
    """The viewer's own account."""
    found: Person = load(accounts.myself(viewer()))
    return found


def me_at(one: Roundtable) -> Invitee:
    """As whom the viewer is invited to a roundtable: as one of the cohort, or as a guest by their address."""
    found = invitees.invited_as(db(), one, viewer().person_id)
    if found is None:
        abort(404)
    return found


def askings_of(cohort_id: int) -> list[Asking]:
    """What is asked in a cohort, as the viewer may see it."""
    return list(db().scalars(prompts.asked_in(viewer(), cohort_id)).unique())


def chosen_askings(cohort_id: int, asked: Sequence[str]) -> list[tuple[Asking, When]]:
    """The askings that a form chose as "12:before". Raises Refused for one that the viewer does not see."""
    known = {asking.id: asking for asking in askings_of(cohort_id)}
    chosen = []
    for text in filter(None, asked):
        number, _colon, when = text.partition(":")
        if int(number) not in known:
            raise Refused(_("This prompt is not asked in this cohort."), field="asked")
        chosen.append((known[int(number)], When(when)))
    return chosen


def seen_version(form: Form | None, present: int) -> int | str:
    """The version that the person saw. After a lost race they have now seen the other's text, so it is that one's."""
    if form is None or form.theirs is not None:
        return present
    return str(form.value("version", present))
