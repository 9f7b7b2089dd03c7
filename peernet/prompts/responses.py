"""Answers: given, changed, read by others, erased.

Nothing about an answer enters the ledger, whatever its attribution: a row with a time would tell by elimination who
wrote the others. What others may find and read follows in the same transaction.
"""

from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.backups import afterwards
from peernet.cohorts.models import CohortState, Membership
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.prompts import access, addressed_access, done, drafts, finding, seats_access, threads, together
from peernet.prompts.asking import hold
from peernet.prompts.consequences import names_less
from peernet.prompts.emails import Happened
from peernet.prompts.models import Asking, Attribution, Response, Visibility
from peernet.prompts.voices import narrower
from peernet.text.markdown import Rendered
from peernet.web.viewer import NOBODY, Viewer


def give(
    db: Session,
    asking: Asking,
    *,
    actor: Viewer,
    text: str,
    rendered: Rendered,
    visibility: Visibility,
    attribution: Attribution,
    is_example: bool = False,
    version: int | None = None,
) -> Response:
    """Answer an open asking, for the organisation whose seat the actor holds; they are done with it then, or the seat
    where it answers as one, and the draft is gone. Raises Refused where it is closed or put to others, and Conflict
    where it is answered already, or somebody on the seat typed since ``version`` of its draft."""
    hold(db, asking)
    membership = _seated(db, asking, actor)
    _require_open(asking)
    _require_admitted(asking, attribution)
    _require_within(asking, visibility)
    _require_first(db, asking, actor, text, version)
    moment = clock.now()
    response = Response(
        asking_id=asking.id,
        person_id=membership.person_id,
        organisation_id=membership.seat.organisation_id if membership.seat else None,
        given_at=moment,
        is_example=is_example,
    )
    _write(response, text, rendered, visibility, attribution)
    db.add(response)
    db.flush()
    if asking.is_per_seat and membership.seat_id is not None:
        together.sign(db, asking, response, membership.seat_id, actor=actor)
        drafts.discard_shared(db, asking, actor=actor)
        together.tell(db, asking, membership.seat_id, (visibility, attribution), Happened.GIVEN, actor=actor)
    else:
        done.note(db, asking, actor=actor)
        drafts.discard(db, asking, actor=actor)
    _renew(db, asking, response)
    return response


def answer(
    db: Session,
    asking: Asking,
    *,
    actor: Viewer,
    text: str,
    rendered: Rendered,
    visibility: Visibility,
    attribution: Attribution,
    version: int,
    answered: int,
) -> None:
    """Give an answer, or change the one that stands: ``answered`` is the version of that, ``version`` of the draft.
    Raises as :func:`give` and :func:`change`."""
    mine = db.scalar(access.own_response(actor, asking.id))
    said: Any = {"text": text, "rendered": rendered, "visibility": visibility, "attribution": attribution}
    if mine is None:
        give(db, asking, actor=actor, version=version, **said)
    else:
        change(db, mine, asking=asking, actor=actor, version=answered, **said)


def change(
    db: Session,
    response: Response,
    *,
    asking: Asking,
    actor: Viewer,
    version: int,
    text: str,
    rendered: Rendered,
    visibility: Visibility,
    attribution: Attribution,
) -> None:
    """Put other words, readers or names in the place of one's answer, while the asking is open. Where it loses a name,
    it loses what was asked back and with how many it resonated. Raises Conflict where ``version`` is no longer that."""
    hold(db, asking)
    _require_version(response, version, mine=text)
    _require_open(asking)
    _require_admitted(asking, attribution)
    _require_within(asking, visibility)
    together.require_no_wider(db, response, visibility, attribution, actor=actor)
    seat_id, before = together.seat_answered(db, response), (response.visibility, response.attribution)
    if seat_id is not None:
        _require_seat(db, asking, seat_id, actor)
        together.add_authors(db, response, actor, db.scalar(seats_access.shared_draft(actor, asking.id)))
        drafts.discard_shared(db, asking, actor=actor)
    was_public = _is_public_now(asking, response)
    _lose_thread(db, response, attribution)
    _write(response, text, rendered, visibility, attribution)
    db.flush()
    _note_readers(db, response)
    if seat_id is None:
        drafts.discard(db, asking, actor=actor)
    _renew(db, asking, response, was_public=was_public)
    together.tell(db, asking, seat_id, before, Happened.CHANGED, actor=actor)


def let_read(
    db: Session,
    response: Response,
    *,
    asking: Asking,
    version: int,
    visibility: Visibility,
    attribution: Attribution,
    actor: Viewer = NOBODY,
) -> None:
    """Change who may read one's answer and how its author is named, at any time, the words staying as they are.

    Once the asking is closed nothing becomes unattributed, and an unattributed answer is read by fewer only; once these
    were released it takes no name, since a name on one tells of the others.
    """
    hold(db, asking)
    _require_version(response, version)
    _require_admitted(asking, attribution)
    _require_within(asking, visibility)
    if asking.closed_at is not None:
        _require_choice(asking, response, visibility, attribution)
    together.require_no_wider(db, response, visibility, attribution, actor=actor)
    seat_id, before = together.seat_answered(db, response), (response.visibility, response.attribution)
    was_public = _is_public_now(asking, response)
    _lose_thread(db, response, attribution)
    response.visibility, response.attribution = visibility, attribution
    db.flush()
    _note_readers(db, response)
    _renew(db, asking, response, was_public=was_public)
    if before != (visibility, attribution):
        together.tell(db, asking, seat_id, before, Happened.NARROWED, actor=actor)


def take_names_away(db: Session, asking: Asking) -> None:
    """Make every answer to a held asking unattributed, whatever its author chose: it is asked under the Chatham House
    rule now. What was asked back, and with how many it resonated, goes with the name."""
    for response in db.scalars(access.named_responses(asking.id)).all():
        _lose_thread(db, response, Attribution.UNATTRIBUTED)
        response.attribution = Attribution.UNATTRIBUTED
        db.flush()
        _note_readers(db, response)
    finding.renew_answers(db, asking)
    finding.touch(db, asking.prompt_id)


def erase(db: Session, response: Response, *, asking: Asking, actor: Viewer = NOBODY, is_due: bool = False) -> None:
    """Delete one's answer, at any time; any of those who wrote it may. Its authors stay done, so that nobody can tell
    that something went. Where it ``is_due`` because a cohort does not keep its answers any longer, all were told
    before, and nobody is told again."""
    hold(db, asking)
    was_public = _is_public_now(asking, response)
    seat_id, before = together.seat_answered(db, response), (response.visibility, response.attribution)
    together.note_withdrawn(db, asking, seat_id)
    afterwards.note(db, "response", id=response.id, given=response.given_at.isoformat())
    db.delete(response)
    db.flush()
    if not is_due:
        together.tell(db, asking, seat_id, before, Happened.WITHDRAWN, actor=actor)
    finding.forget(db, response.id)
    if asking.released_at is not None:
        finding.renew_answers(db, asking)
    if was_public:
        finding.touch(db, asking.prompt_id)


def choices(
    asking: Asking, response: Response | None, *, is_with_others: bool = False
) -> tuple[list[Visibility], list[Attribution]]:
    """The visibilities and attributions that an answer, or a new one, can be given now. Of a closed asking, the first
    holds for an answer that is and stays unattributed; with a name it can have any. What was written with others can be
    narrowed only."""
    visibilities, attributions = list(Visibility), list(Attribution)
    unattributed = Attribution.UNATTRIBUTED
    if asking.is_per_seat:
        attributions.remove(Attribution.PERSON)
    standing = response if asking.closed_at is not None else None
    if not asking.admits_unattributed or (standing is not None and standing.attribution is not unattributed):
        attributions.remove(unattributed)
    elif standing is not None:
        visibilities = visibilities[: visibilities.index(standing.visibility) + 1]
        attributions = [unattributed] if asking.released_at is not None else attributions
    visibilities = [one for one in visibilities if narrower(one, asking.widest) is one]
    if asking.only_unattributed:
        attributions = [unattributed]
    if is_with_others and response is not None:
        visibilities = visibilities[: list(Visibility).index(response.visibility) + 1]
        attributions = [one for one in attributions if not names_less(one, response.attribution)]
    return visibilities, attributions


def is_asked_again(asking: Asking, response: Response) -> bool:
    """Whether its author has to choose anew, because too few organisations wrote an unattributed answer."""
    return (
        asking.closed_at is not None
        and asking.released_at is None
        and response.attribution is Attribution.UNATTRIBUTED
        and response.visibility is not Visibility.PRIVATE
    )


def _write(response: Response, text: str, rendered: Rendered, visibility: Visibility, attribution: Attribution) -> None:
    response.source, response.html, response.words = text, rendered.html, rendered.words
    response.visibility, response.attribution = visibility, attribution
    response.changed_at = clock.now()


def _note_readers(db: Session, response: Response) -> None:
    """An old backup must not let more people read it again, or name more."""
    said = {"visibility": response.visibility.value, "attribution": response.attribution.value}
    afterwards.note(db, "readers", id=response.id, given=response.given_at.isoformat(), **said)


def _lose_thread(db: Session, response: Response, attribution: Attribution) -> None:
    if names_less(response.attribution, attribution):
        threads.clear(db, response)


def _seated(db: Session, asking: Asking, actor: Viewer) -> Membership:
    membership = together.seat_of(db, asking, actor)
    if db.scalar(addressed_access.is_asked(actor, asking.id)) is None:
        raise Refused(_("This prompt is not asked of you any more."))
    return membership


def _require_first(db: Session, asking: Asking, actor: Viewer, text: str, version: int | None) -> None:
    before = db.scalar(access.own_response(actor, asking.id))
    if before is not None:
        message = _("You have answered this already, in another window.")
        raise Conflict(message, theirs=before.source, mine=text)
    if asking.is_per_seat:
        together.require_first(db, asking, actor=actor, text=text, version=version)


def _require_seat(db: Session, asking: Asking, seat_id: int, actor: Viewer) -> None:
    if together.seat_of(db, asking, actor).seat_id != seat_id:
        raise Refused(_("You do not hold the seat any more for which this was written. You can still withdraw it."))


def _require_open(asking: Asking) -> None:
    if asking.cohort.state is CohortState.CLOSED or not asking.takes_answers(clock.now()):
        raise Refused(_("This prompt has closed, so it takes no answer any more. You can keep your text as a draft."))


def _require_admitted(asking: Asking, attribution: Attribution) -> None:
    if attribution is Attribution.UNATTRIBUTED and not asking.admits_unattributed:
        raise Refused(_("This prompt does not admit unattributed answers."), field="attribution")
    if attribution is not Attribution.UNATTRIBUTED and asking.only_unattributed:
        message = _("This prompt is asked under the Chatham House rule: its answers take no name.")
        raise Refused(message, field="attribution")
    if attribution is Attribution.PERSON and asking.is_per_seat:
        message = _("One answer is wanted for each organisation here, so it stands in your organisation’s name.")
        raise Refused(message, field="attribution")


def _require_within(asking: Asking, visibility: Visibility) -> None:
    if narrower(visibility, asking.widest) is not visibility:
        message = _("What is written to this prompt is read by fewer, as those who lead laid down.")
        raise Refused(message, field="visibility")


def _require_version(response: Response, version: int, mine: str | None = None) -> None:
    if response.version != version:
        raise Conflict(_("You have changed this answer in another window."), theirs=response.source, mine=mine)


def _require_choice(asking: Asking, response: Response, visibility: Visibility, attribution: Attribution) -> None:
    visibilities, attributions = choices(asking, response)
    if attribution not in attributions and attribution is Attribution.UNATTRIBUTED:
        raise Refused(_("This prompt has closed: nothing can become unattributed any more."), field="attribution")
    if attribution not in attributions:
        message = _("The unattributed answers were released together. A name on one would help to tell the others.")
        raise Refused(message, field="attribution")
    if attribution is Attribution.UNATTRIBUTED and visibility not in visibilities:
        message = _("This prompt has closed: an unattributed answer can only be read by fewer than before.")
        raise Refused(message, field="visibility")


def _is_public_now(asking: Asking, response: Response) -> bool:
    is_shown = response.attribution is not Attribution.UNATTRIBUTED or asking.released_at is not None
    return response.visibility is Visibility.PUBLIC and is_shown


def _renew(db: Session, asking: Asking, response: Response, *, was_public: bool = False) -> None:
    """Only what others may read is freshened: a public page that is made anew would tell that somebody wrote."""
    everything = asking.released_at is not None
    finding.renew_answers(db, asking, only=None if everything else response.id)
    if was_public or _is_public_now(asking, response):
        finding.touch(db, asking.prompt_id)
