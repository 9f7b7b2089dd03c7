"""What the room shows of what a step asks: the viewer's own text, and what others wrote as soon as it is revealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts import access as cohorts
from peernet.prompts import access as prompts
from peernet.prompts import addressed_access, consequences, drafts, responses, seats_access, threads, threads_access
from peernet.prompts.models import Asking, Response
from peernet.prompts.voices import AnyVoice, Around
from peernet.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Work:
    """One asking before one viewer. ``values`` stand in the form, which is there where ``is_open``; ``key`` changes
    when the form has to be made anew. ``around``: what stands around the voices, by their keys, for who may say that
    one resonates."""

    asking: Asking
    mine: Response | None
    is_open: bool
    values: dict[str, Any]
    versions: dict[str, int]
    visibilities: Sequence[tuple[str, str, str]]
    attributions: Sequence[tuple[str, str, str]]
    voices: Sequence[AnyVoice]
    key: str
    around: Mapping[str, Around]


def work(db: Session, viewer: Viewer, asked: Asking) -> Work:
    """What the viewer sees of a loaded asking, and may do."""
    mine, draft = db.scalar(prompts.own_response(viewer, asked.id)), drafts.find(db, asked, actor=viewer)
    beside = list(db.scalars(seats_access.authors_beside(viewer, mine.id))) if mine and asked.is_per_seat else []
    visibilities, attributions = responses.choices(asked, mine, is_with_others=bool(beside))
    is_member = db.scalar(addressed_access.is_asked(viewer, asked.id)) is not None
    is_open = is_member and asked.takes_answers(clock.now())
    way = consequences.way_of(asked)
    said = consequences.visibilities(way)
    voices = prompts.voices(db, viewer, [asked.id]).get(asked.id, [])
    versions = {"version": draft.version if draft else 0, "answered": mine.version if mine else 0}
    return Work(
        asking=asked,
        mine=mine,
        is_open=is_open,
        values=_values(draft or mine, [each.value for each in attributions]),
        versions=versions,
        visibilities=[(each.value, said[each], consequences.of_visibility(each, of=way)) for each in visibilities],
        attributions=[
            (each.value, consequences.ATTRIBUTIONS[each], consequences.of_attribution(each)) for each in attributions
        ],
        voices=voices,
        around=threads_access.around(db, viewer, [asked.id]) if voices and _takes_part(db, viewer, asked) else {},
        key=f"{asked.id}-{is_open:d}-{versions['answered']}-{len(visibilities)}-{len(attributions)}",
    )


def _takes_part(db: Session, viewer: Viewer, asked: Asking) -> bool:
    me = db.scalars(cohorts.my_membership(viewer, asked.cohort_id)).one_or_none()
    return threads.takes_part(me, asked)


def _values(latest: drafts.AnyDraft | Response | None, attributions: Sequence[str]) -> dict[str, Any]:
    """What was typed last; where there is only one way to be named, it is chosen."""
    only = {"attribution": attributions[0]} if len(attributions) == 1 else {}
    if latest is None:
        return only
    chosen = {"visibility": latest.visibility, "attribution": latest.attribution}
    kept = {name: value.value for name, value in chosen.items() if value is not None}
    return {"text": latest.source, **kept, **only}
