"""The text that reviewers read: the draft as it was when it was sent."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.materials import manuscripts
from peernet.materials.credits import as_they_stand
from peernet.materials.kinds.particulars import as_json, fitting
from peernet.materials.models import Material, MaterialDraft
from peernet.materials.quotations import resemblance
from peernet.materials.quotations.overlap import Passage
from peernet.materials.reviews import access, texts
from peernet.materials.reviews.models import Round, Text
from peernet.text.markdown import Rendered
from peernet.web.viewer import Viewer


def send_text(
    db: Session,
    viewer: Viewer,
    material: Material,
    one: Round,
    draft_version: int,
    rendered: Rendered,
    passages: Iterable[Passage],
) -> Text | None:
    """Keep the draft as the text that reviewers read from now on; None where they have it already. Raises Conflict
    where it is not the one that was rendered, Refused where it holds words of an answer outside a quotation."""
    draft = material.draft
    if draft is None or draft.version != draft_version:
        raise Conflict(_("The text was changed since you opened this page. Please look at it again."))
    manuscript = manuscripts.of_draft(draft)
    if resemblance.standing(db, material, manuscript, passages, rendered.html):
        raise Refused(
            _("Words of answers stand outside a quotation. Quote them, write them anew, or say why they may stand.")
        )
    last = db.scalars(access.texts_of(one.id).limit(1)).first()
    if last is not None and last.digest == texts.digest_of(manuscript):
        return None
    made = _text(db, viewer, draft, one, rendered, number=last.number + 1 if last else 1)
    record(db, viewer, material, "review.sent", number=made.number)
    return made


def _text(db: Session, viewer: Viewer, draft: MaterialDraft, one: Round, rendered: Rendered, *, number: int) -> Text:
    manuscript = manuscripts.of_draft(draft)
    made = Text(
        round_id=one.id,
        number=number,
        draft_version=draft.version,
        title=manuscript.title,
        summary=manuscript.summary,
        source=manuscript.source,
        html=rendered.html,
        language=manuscript.language,
        licence=manuscript.licence,
        video_url=manuscript.video_url,
        credits=as_they_stand(db, draft.material_id, manuscript.credits),
        particulars=as_json(fitting(manuscript.particulars, manuscript.kind)),
        digest=texts.digest_of(manuscript),
        sent_at=clock.now(),
        sent_by_id=viewer.person_id,
    )
    db.add(made)
    db.flush()
    return made


def record(db: Session, viewer: Viewer, material: Material, action: str, **data: int) -> None:
    """Note in the ledger what happened to a review."""
    ledger.record(
        db, action, subject=f"material:{material.id}", scope=f"cohort:{material.cohort_id}",
        actor_id=viewer.person_id, data=data,
    )  # fmt: skip
