"""Pages of a recording: asking for it, answering, bringing it, watching it."""

from datetime import timedelta

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.cohorts.models import Cohort
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.media import incoming
from peernet.media.images import megabytes
from peernet.roundtables import access as roundtables
from peernet.roundtables.inputs import Nothing
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recordings import access, asking, consenting, inputs, keeping, showing, words
from peernet.roundtables.recordings.models import Recording, Says
from peernet.roundtables.views.room import attended, blueprint, led, me_at, standing
from peernet.settings import current
from peernet.web import files
from peernet.web.inputs import Form, InvalidInput, parse, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule
from peernet.web.uploads import takes

# A recording is kept so long unless something else is asked.
_USUAL = timedelta(days=90)


def _may_bring(slug: str, roundtable_id: int) -> bool:
    one = roundtables.led_by(viewer()).where(Roundtable.id == roundtable_id, Cohort.slug == slug)
    with database().reading() as session:
        return session.scalar(one) is not None


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/recording")
@rule(Rule.PERSON)
def recording(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """What is asked, the viewer's answer, and the recording as far as they may see it."""
    mine = standing(slug, roundtable_id)
    stand = showing.of(db(), viewer(), mine)
    if stand is None and not mine.leads:
        abort(404)
    one, limits, look = mine.roundtable, current().media, _look()
    seen = db().scalar(access.shown_to(viewer()).where(Recording.roundtable_id == one.id))
    return render(
        "roundtables/recordings/page.html",
        one=one,
        cohort=one.cohort,
        standing=mine,
        stand=stand,
        seen=seen,
        look=look,
        parts=showing.parts_of(db(), seen, look.q) if seen else [],
        clock_of=showing.clock_of,
        spoken=showing.language_of(db().scalar(access.transcript_of(seen.id)) if seen else None),
        question=form if form and "audience" in form.values else _asked(one, stand),
        form_state=form,
        recording_words=words,
        offered=[
            (each.value, str(said).capitalize(), "") for each, said in words.SEEN.items() if each in inputs.OFFERED
        ],
        is_over=one.over_at <= clock.now(),
        most=megabytes(limits.max_film_bytes),
    )


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/ask")
@rule(Rule.PERSON)
@redisplay(recording)
def ask_to_record(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Ask everybody."""
    given = read(inputs.Question)
    asking.ask(db(), led(slug, roundtable_id), actor=viewer(), **given.model_dump())
    notice(_("Everybody is asked on the page of the roundtable and in its room."))
    return _back(slug, roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/answer")
@rule(Rule.PERSON)
@redisplay(recording)
def answer_recording(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Say yes or no."""
    given = read(inputs.Answer)
    one = attended(slug, roundtable_id)
    consenting.answer(db(), one, me_at(one).key, given.says, terms=given.terms)
    notice(_("You agree to be recorded.") if given.says is Says.YES else _("You do not agree to be recorded."))
    return redirect_to(f".{given.at}", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/aloud")
@rule(Rule.PERSON)
@redisplay(recording)
def note_aloud(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Note what somebody said aloud."""
    given = read(inputs.Aloud)
    mine = standing(slug, led(slug, roundtable_id).id)
    stand = showing.of(db(), viewer(), mine)
    if stand is None or given.who not in stand.names:
        abort(404)
    key = showing.key_of(given.who)
    consenting.answer(db(), mine.roundtable, key, given.says, terms=given.terms, noted_by=viewer().person_id)
    return redirect_to(f".{given.at}", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/running")
@rule(Rule.PERSON)
@redisplay(recording)
def run_recording(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Note that it runs, or does not."""
    given = read(inputs.Running)
    keeping.set_running(db(), led(slug, roundtable_id), actor=viewer(), on=given.on)
    return redirect_to(".room", slug=slug, roundtable_id=roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/file")
@rule(Rule.PERSON)
@takes(incoming.most_bytes, of=_may_bring)
@redisplay(recording)
def bring_recording(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Bring a film or a sound. It is looked through before the lock, so whether the viewer may is asked twice."""
    given = read(inputs.File)
    if not _may_bring(slug, roundtable_id):
        abort(404)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Refused(_("Choose a file."), field="file")
    with incoming.taken(sent.stream, filename=sent.filename) as file:
        one = led(slug, roundtable_id)
        keeping.bring_file(db(), one, actor=viewer(), file=file, filename=sent.filename, is_cut=given.cut)
    notice(_("The recording is here."))
    return _back(slug, roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/address")
@rule(Rule.PERSON)
@redisplay(recording)
def point_to_recording(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Say at which address it lies."""
    given = read(inputs.Address)
    keeping.bring_address(db(), led(slug, roundtable_id), actor=viewer(), url=given.url, is_cut=given.cut)
    notice(_("The recording is here."))
    return _back(slug, roundtable_id)


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/recording/remove")
@rule(Rule.PERSON)
@redisplay(recording)
def remove_recording(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Delete it, or take the question back."""
    read(Nothing)
    keeping.remove(db(), led(slug, roundtable_id), actor=viewer())
    notice(_("There is no recording of this roundtable."))
    return redirect_to(".page", slug=slug, roundtable_id=roundtable_id)


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/recording/file")
@rule(Rule.PERSON)
def recording_file(slug: str, roundtable_id: int) -> Response:
    """The bytes, for whoever may see it at this moment."""
    one = standing(slug, roundtable_id).roundtable
    found: Recording = load(access.shown_to(viewer()).where(Recording.roundtable_id == one.id))
    return files.send_to_one(found.media or abort(404), None)


def _look() -> inputs.Look:
    """What the address asks for; nothing where it asks for what cannot be."""
    try:
        return parse(inputs.Look, {name: request.args[name] for name in ("t", "q") if name in request.args})
    except InvalidInput:
        return inputs.Look()


def _asked(one: Roundtable, stand: showing.Stand | None) -> Form:
    """What stands in the form of the question."""
    if stand is None:
        until = max(clock.today(), one.ends_at.date()) + _USUAL
        return Form({"audience": "cohort", "until": until.isoformat()})
    asked = stand.recording
    return Form({"audience": asked.audience.value, "until": asked.kept_until.isoformat()})


def _back(slug: str, roundtable_id: int) -> ResponseReturnValue:
    return redirect_to(".recording", slug=slug, roundtable_id=roundtable_id)
