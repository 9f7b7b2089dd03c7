"""Quoting: a passage of an answer or of a recording is taken into a material, reworded, and taken away again.

Whoever calls renders first, outside the transaction.
"""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.materials.models import Material
from peernet.materials.quotations import access, clips, marks, passages
from peernet.materials.quotations.clips import Heard, Present
from peernet.materials.quotations.models import CoAuthor, Quotation, Stretch, Wording
from peernet.organisations.models import Organisation
from peernet.prompts import access as prompts
from peernet.prompts.models import Asking, Attribution
from peernet.text.markdown import Rendered
from peernet.web.viewer import Viewer

# Longer is a reprint, not a quotation.
MOST = 5_000
# Names of more letters stand under no quotation.
_LONGEST_NAME = 300


def quote(
    db: Session,
    viewer: Viewer,
    material: Material,
    *,
    asking: Asking,
    key: str,
    text: str,
    rendered: Rendered,
    attribution: Attribution,
) -> Quotation:
    """Take words of an answer, named by its ``key`` before the viewer, as a quotation. Nobody is asked yet. Raises
    Refused for an answer that the viewer may not read, and for showing more of its author than the answer does."""
    if material.cohort_id is None or asking.cohort_id != material.cohort_id:
        raise Refused(_("A material quotes answers of its own cohort."))
    behind = prompts.behind(db, viewer, asking.id, key)
    if behind is None:
        raise Refused(_("You cannot read this answer any more."))
    _require_attribution(behind.attribution, attribution)
    quotation = Quotation(
        ref=marks.new_ref(),
        material_id=material.id,
        asking_id=asking.id,
        response_id=behind.response_id,
        author_id=behind.author_id,
        most=behind.attribution,
        organisation_id=behind.organisation_id,
        name=behind.name,
        number=1,
        made_at=clock.now(),
    )
    _add(db, quotation, [each for each in behind.author_ids if each != behind.author_id])
    _add_wording(db, viewer, quotation, text, rendered, attribution)
    _record(db, viewer, quotation, "quotation.made")
    return quotation


def quote_clip(
    db: Session,
    viewer: Viewer,
    material: Material,
    *,
    asking_id: int,
    key: str,
    speakers: Collection[int],
    text: str,
    rendered: Rendered,
    attribution: Attribution,
) -> Quotation:
    """Take what is said in a clip, named by its ``key``, as a quotation for which all ``speakers`` speak. Nobody is
    asked yet. Raises Refused for a clip that the viewer may not take, for speakers who were not there or none, and for
    a name that may not stand under it."""
    heard = clips.quotable(db, viewer, material.cohort_id, [asking_id]).get(key) if material.cohort_id else None
    if heard is None:
        raise Refused(_("This clip is not open to you any more."))
    people = heard.chosen(speakers)
    if not people or len(people) != len(set(speakers)):
        raise Refused(_("Say who speaks in it: everybody who is heard or seen."), field="speakers")
    quotation = _of_clip(material, heard, people)
    _require_attribution(quotation.most, attribution)
    _refuse_no_organisation(quotation, attribution)
    _add(db, quotation, [each.id for each in people[1:]])
    stretch = Stretch(
        quotation_id=quotation.id,
        recording_id=heard.spoken.recording.id,
        clip_id=heard.spoken.clip.id,
        starts=heard.spoken.clip.starts,
        ends=heard.spoken.end,
        was_unnamed=heard.is_unnamed,
        captions=heard.captions,
        language=heard.spoken.language,
    )
    db.add(stretch)
    db.flush()
    passages.ask_for(db, stretch, heard.spoken.recording)
    _add_wording(db, viewer, quotation, text, rendered, attribution)
    _record(db, viewer, quotation, "quotation.made")
    return quotation


def _of_clip(material: Material, heard: Heard, people: Sequence[Present]) -> Quotation:
    organisations = {each.organisation_id for each in people}
    names = "" if heard.is_unnamed else ", ".join(each.name for each in people)
    is_named = names and len(names) <= _LONGEST_NAME
    return Quotation(
        ref=marks.new_ref(),
        material_id=material.id,
        asking_id=heard.asking_id,
        author_id=people[0].id,
        most=Attribution.PERSON if is_named else Attribution.UNATTRIBUTED,
        organisation_id=organisations.pop() if is_named and len(organisations) == 1 else None,
        name=names if is_named else "",
        number=1,
        made_at=clock.now(),
    )


def _add(db: Session, quotation: Quotation, beside: Collection[int]) -> None:
    """The quotation, and those who speak for it beside its author."""
    db.add(quotation)
    db.flush()
    for person_id in beside:
        db.add(CoAuthor(quotation_id=quotation.id, person_id=person_id))


def reword(
    db: Session,
    viewer: Viewer,
    quotation: Quotation,
    *,
    number: int,
    text: str,
    rendered: Rendered,
    attribution: Attribution,
    is_repair: bool = False,
) -> bool:
    """Give a quotation other words or another attribution, and say whether anything changed; it needs a new yes then.
    What is public stays as it was agreed until the next version. ``is_repair``: an error is mended and nothing else, in
    words that everybody agreed to; whoever chose so agrees by not objecting.

    Raises Conflict where ``number`` is not the current wording's, Refused as above, for one that was withdrawn, and for
    a repair of what is none.
    """
    quotation = db.scalars(access.held(quotation.id)).one()
    if quotation.number != number:
        raise Conflict(_("Somebody else changed this wording meanwhile."), theirs=quotation.current.source, mine=text)
    if quotation.withdrawn_at is not None:
        raise Refused(_("This quotation was withdrawn by somebody who speaks for it."))
    is_unnamed = quotation.stretch is not None and quotation.stretch.is_unnamed
    _require_attribution(Attribution.UNATTRIBUTED if is_unnamed else quotation.most, attribution)
    if quotation.stretch is not None:
        _refuse_no_organisation(quotation, attribution)
    if (quotation.current.source, quotation.current.attribution) == (text, attribution):
        return False
    _refuse_no_repair(quotation, attribution, is_repair)
    quotation.number += 1
    _add_wording(db, viewer, quotation, text, rendered, attribution, is_repair)
    _record(db, viewer, quotation, "quotation.reworded", number=quotation.number)
    return True


def drop(db: Session, viewer: Viewer, quotation: Quotation) -> None:
    """Take a quotation away: it is asked no more, and can be published no more. Versions that show it keep it."""
    quotation = db.scalars(access.held(quotation.id)).one()
    quotation.dropped_at = quotation.dropped_at or clock.now()
    db.flush()
    _record(db, viewer, quotation, "quotation.dropped")


def attributions(most: Attribution) -> list[Attribution]:
    """The attributions that a quotation can be given: that of the answer, and those that show less."""
    return list(Attribution)[list(Attribution).index(most) :]


def _require_attribution(most: Attribution, wanted: Attribution) -> None:
    if wanted not in attributions(most):
        raise Refused(_("The answer itself does not show this. Only its author can show more."), field="attribution")


def _refuse_no_organisation(quotation: Quotation, attribution: Attribution) -> None:
    if attribution is Attribution.ORGANISATION and quotation.organisation_id is None:
        raise Refused(_("Those who speak in it are not of one organisation."), field="attribution")


def _refuse_no_repair(quotation: Quotation, attribution: Attribution, is_repair: bool) -> None:
    current = quotation.current
    if is_repair and (current.consented_at is None or current.attribution is not attribution):
        message = _("Only words that everybody agreed to can be repaired, and the attribution stays.")
        raise Refused(message, field="is_repair")


def _add_wording(
    db: Session,
    viewer: Viewer,
    quotation: Quotation,
    text: str,
    rendered: Rendered,
    attribution: Attribution,
    is_repair: bool = False,
) -> None:
    name = quotation.name if attribution is Attribution.PERSON else ""
    organisation_id = None if attribution is Attribution.UNATTRIBUTED else quotation.organisation_id
    organisation = db.get(Organisation, organisation_id) if organisation_id is not None else None
    wording = Wording(
        quotation_id=quotation.id,
        number=quotation.number,
        source=text,
        html=rendered.html,
        attribution=attribution,
        name=name,
        organisation_id=organisation_id,
        is_repair=is_repair,
        digest=marks.digest(text, attribution, name, organisation.slug if organisation else ""),
        made_by_id=viewer.person_id,
        made_at=clock.now(),
    )
    db.add(wording)
    db.flush()
    db.expire(quotation, ["current"])


def _record(db: Session, viewer: Viewer, quotation: Quotation, action: str, **data: int) -> None:
    ledger.record(
        db, action, subject=f"quotation:{quotation.id}", scope=f"material:{quotation.material_id}",
        actor_id=viewer.person_id, data=data,
    )  # fmt: skip
