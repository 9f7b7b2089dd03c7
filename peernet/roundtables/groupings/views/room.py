"""What the views of groups share."""

from typing import Any

from flask import abort, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from peernet.cohorts.models import Cohort, Membership
from peernet.groups import access as groups
from peernet.groups import words
from peernet.groups.wishes import of_json
from peernet.roundtables import access as roundtables
from peernet.roundtables.groupings import access, people, showing
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.groupings.people import Basis
from peernet.roundtables.models import Roundtable
from peernet.web.pages import redirect_to
from peernet.web.request import db, load, viewer


def led_groups(slug: str, roundtable_id: int, grouping_id: int) -> RoundtableGrouping:
    """A grouping of a roundtable that the viewer leads; 404 for anybody else."""
    found: RoundtableGrouping = load(_led(slug, roundtable_id, grouping_id))
    return found


def led_groups_in(session: Session, slug: str, roundtable_id: int, grouping_id: int) -> RoundtableGrouping:
    """The same in a session of its own: for slow work before the request's transaction."""
    found: RoundtableGrouping = session.scalar(_led(slug, roundtable_id, grouping_id)) or abort(404)
    return found


def led_in(session: Session, slug: str, roundtable_id: int) -> Roundtable:
    """A roundtable that the viewer leads, in a session of its own."""
    one = roundtables.led_by(viewer()).where(Roundtable.id == roundtable_id, Cohort.slug == slug)
    return session.scalar(one) or abort(404)


def pictured(link: RoundtableGrouping) -> dict[str, Any]:
    """Everything that a page with tables shows. Three queries."""
    attending = people.attending(db(), link.roundtable.cohort_id)
    basis = Basis(link.grouping.inputs["basis"])
    coming = [each.person_id for each in people.seated(db(), link.roundtable, attending, basis)[0]]
    seats = list(db().scalars(groups.seats_of([link.grouping_id])))
    names = {str(seat.person_id): seat.person.name for seat in seats} | names_of(attending)
    seated = {seat.person_id for seat in seats}
    return {
        "link": link,
        "grouping": link.grouping,
        "one": link.roundtable,
        "cohort": link.roundtable.cohort,
        "step": link.step,
        "home": url_for(_announced(link), **_at(link)),
        "anew": url_for(_form(link), **_at(link)),
        "rounds": showing.rounds(
            seats, attending, coming, speak=of_json(link.grouping.wishes).languages, in_step=link.step_id is not None
        ),
        "newcomers": [names[str(each)] for each in coming if each not in seated],
        "gone": sorted({seat.person.name for seat in seats if seat.person_id not in coming}, key=str.casefold),
        "names": names,
        "words": words,
    }


def to_announced(link: RoundtableGrouping) -> Response:
    """On to what is announced of the roundtable, or of the step, that groups are for."""
    return redirect_to(_announced(link), **_at(link))


def to_form(link: RoundtableGrouping) -> Response:
    """On to the form of other groups for the same."""
    return redirect_to(_form(link), **_at(link))


def _announced(link: RoundtableGrouping) -> str:
    return ".groups" if link.step_id is None else ".step_groups"


def _form(link: RoundtableGrouping) -> str:
    return ".new_groups" if link.step_id is None else ".new_step_groups"


def _at(link: RoundtableGrouping) -> dict[str, Any]:
    step = {} if link.step_id is None else {"step_id": link.step_id}
    return {"slug": link.roundtable.cohort.slug, "roundtable_id": link.roundtable_id, **step}


def names_of(attending: list[Membership]) -> dict[str, str]:
    """Names by id, as the solver has it."""
    return {str(each.person_id): each.person.name for each in attending}


def _led(slug: str, roundtable_id: int, grouping_id: int) -> Any:
    return access.led_by(viewer()).where(
        RoundtableGrouping.grouping_id == grouping_id, Roundtable.id == roundtable_id, Cohort.slug == slug
    )
