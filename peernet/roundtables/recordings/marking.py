"""Marks, clips and the transcript: set by those who lead, and captions for whoever may see the recording."""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from peernet.db import Refused
from peernet.i18n import choosing
from peernet.i18n import gettext as _
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recordings import access, clipping, inputs, showing
from peernet.roundtables.recordings.models import Clip, Recording
from peernet.roundtables.running import access as running
from peernet.roundtables.running.showing import step_on
from peernet.roundtables.running.views import room as room_page
from peernet.roundtables.views.room import askings_of, blueprint, led, seen_version, standing
from peernet.settings import current
from peernet.text import captions
from peernet.text.captions import Cue
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_MOST_BYTES = 1_000_000


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/recording/clips")
@rule(Rule.PERSON)
def clips(slug: str, roundtable_id: int, form: Form | None = None, clip_id: int = 0) -> str:
    """All of them to be changed, and the transcript. ``clip_id``: whose ``form`` was refused."""
    one = led(slug, roundtable_id)
    asked: Recording = load(access.asked_at(one.id).where(Recording.removed_at.is_(None)))
    stored = db().scalar(access.transcript_of(asked.id))
    is_text = form is not None and "title" not in form.values and not clip_id
    spoken = showing.language_of(stored)
    text = Form({"text": stored.source if stored else "", "language": spoken})
    made = db().scalars(access.clips_of(asked.id)).all()
    version = stored.version if stored else 0
    return render(
        "roundtables/recordings/clips.html",
        one=one,
        cohort=one.cohort,
        asked=asked,
        clips=[(clip, form if form and clip.id == clip_id else _state(clip)) for clip in made],
        wrong=clip_id if form and not is_text else None,
        new_state=form if form and not is_text and not clip_id else None,
        askings=[("", _("No prompt")), *((each.id, each.text) for each in askings_of(one.cohort_id))],
        text_state=form if form and is_text else text,
        text_version=seen_version(form, version) if is_text else version,
        languages=choosing.languages(*current().network.languages, spoken),
        unnamed=db().scalar(access.is_unnamed_at(one.id)),
        form_state=form,
        clock_of=showing.clock_of,
    )


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/mark")
@rule(Rule.PERSON)
@redisplay(room_page)
def mark_recording(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Set a mark, for the step that is worked on."""
    read(Nothing)
    one = led(slug, roundtable_id)
    step = step_on(one, db().scalar(running.room_of(one.id)))
    asked = {each.id: each.text for each in askings_of(one.cohort_id)} if step and step.asking_id else {}
    title = (asked.get(step.asking_id or 0) or step.question or step.title) if step else _("A moment")
    clipping.mark(db(), one, step, title=" ".join(title.split())[:300])
    notice(_("The moment is marked."))
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/clips")
@rule(Rule.PERSON)
@redisplay(clips)
def add_clip(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Make a clip."""
    given = read(inputs.Clip)
    one = led(slug, roundtable_id)
    clipping.add(
        db(), one, title=given.title, starts=given.starts, ends=given.ends, asking_id=_asked(one, given.asking),
        is_unnamed=given.unnamed,
    )  # fmt: skip
    return _back(slug, roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/clips/<int:clip_id>")
@rule(Rule.PERSON)
@redisplay(clips)
def change_clip(slug: str, roundtable_id: int, clip_id: int) -> ResponseReturnValue:
    """Change a clip."""
    given = read(inputs.Clip)
    one = led(slug, roundtable_id)
    clipping.change(
        db(), one, _clip(one, clip_id), version=given.version, title=given.title, starts=given.starts,
        ends=given.ends, asking_id=_asked(one, given.asking), is_unnamed=given.unnamed,
    )  # fmt: skip
    notice(_("The clip is saved."))
    return _back(slug, roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/clips/<int:clip_id>/remove")
@rule(Rule.PERSON)
@redisplay(clips)
def remove_clip(slug: str, roundtable_id: int, clip_id: int) -> ResponseReturnValue:
    """Take a clip out."""
    read(Nothing)
    one = led(slug, roundtable_id)
    clipping.remove(db(), one, _clip(one, clip_id))
    return _back(slug, roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/transcript")
@rule(Rule.PERSON)
@redisplay(clips)
def put_transcript(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Keep a transcript, brought or typed; without a word it is taken away."""
    given = read(inputs.Words)
    cues = _cues(_brought() or given.text.strip())
    clipping.put_transcript(db(), led(slug, roundtable_id), cues, version=given.version, language=given.language or "")
    notice(_("The transcript is kept.") if cues else _("There is no transcript."))
    return _back(slug, roundtable_id)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/recording/captions.vtt")
@rule(Rule.PERSON)
def recording_captions(slug: str, roundtable_id: int) -> Response:
    """The transcript as captions, for whoever may see the recording at this moment."""
    one = standing(slug, roundtable_id).roundtable
    found: Recording = load(access.shown_to(viewer()).where(Recording.roundtable_id == one.id))
    transcript = db().scalar(access.transcript_of(found.id)) or abort(404)
    return Response(transcript.source, mimetype="text/vtt")


def _state(clip: Clip) -> Form:
    ends = showing.clock_of(clip.ends) if clip.ends is not None else ""
    times = {"starts": showing.clock_of(clip.starts), "ends": ends}
    return Form({"title": clip.title, "asking": clip.asking_id or "", "unnamed": clip.is_unnamed, **times})


def _clip(one: Roundtable, clip_id: int) -> Clip:
    asked: Recording = load(access.asked_at(one.id))
    found: Clip = load(access.clips_of(asked.id).where(Clip.id == clip_id))
    return found


def _asked(one: Roundtable, asking_id: int | None) -> int | None:
    if asking_id is not None and asking_id not in {each.id for each in askings_of(one.cohort_id)}:
        raise Refused(_("This prompt is not asked in this cohort."), field="asking")
    return asking_id


def _brought() -> str:
    sent = request.files.get("file")
    data = sent.stream.read(_MOST_BYTES + 1) if sent is not None and sent.filename else b""
    if len(data) > _MOST_BYTES:
        raise Refused(_("This file is too large: %(most)s MB is the most.", most=1), field="file")
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Refused(_("This file is no text in UTF-8. Save it again and bring the new file."), field="file") from None


def _cues(text: str) -> list[Cue]:
    try:
        return captions.parse(text) if text else []
    except captions.Wrong as wrong:
        raise Refused(_(wrong.sentence.msgid) % wrong.sentence.values, field="text") from None


def _back(slug: str, roundtable_id: int) -> ResponseReturnValue:
    return redirect_to(".clips", slug=slug, roundtable_id=roundtable_id)
