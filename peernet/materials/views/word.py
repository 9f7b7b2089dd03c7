"""A Word file: brought into the text of a material, or as the beginning of a new one."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials import access, bringing, inputs, manuscripts, writing
from peernet.materials.bringing import Word
from peernet.materials.models import Material
from peernet.materials.quotations import resemblance
from peernet.materials.views.blueprint import blueprint, draft_version, manuscript_of, mine, peek
from peernet.materials.views.editor import write
from peernet.materials.views.shelf import new
from peernet.settings import current
from peernet.web.inputs import Input, read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule


class _NothingElse(Input):
    """Only the file."""


@blueprint.post("/write/<slug>/word")
@rule(Rule.PERSON)
@redisplay(write)
def bring_word(slug: str) -> ResponseReturnValue:
    """Put the text of a Word file after what stands there."""
    read(_NothingElse)
    editable = access.editable_by(viewer()).where(Material.slug == slug)
    with database().reading() as session:
        peek(session, editable)
    word = _sent()
    with database().reading() as session:
        seen = peek(session, editable)
        version, manuscript = draft_version(seen), bringing.joined(manuscript_of(session, seen), word)
        passages = resemblance.look(session, viewer(), resemblance.whole(manuscript))
    report = bringing.bring(
        db(), viewer(), mine(slug), version=version, manuscript=manuscript, word=word, passages=passages
    )
    return _told(slug, report)


@blueprint.post("/c/<slug>/materials/new/word")
@rule(Rule.PERSON)
@redisplay(new)
def start_with_word(slug: str) -> ResponseReturnValue:
    """Begin a material that says what a Word file says."""
    given = read(inputs.StartWithWordInput)
    ours = cohorts.led_by(viewer()).where(Cohort.slug == slug)
    with database().reading() as session:
        if session.scalars(ours).unique().one_or_none() is None:
            abort(404)
    word = _sent()
    with database().reading() as session:
        passages = resemblance.look(session, viewer(), word.text)
    title = word.title or _("Without a title")
    material = writing.start(db(), viewer(), title=title, kind=given.kind, language=given.language, cohort=load(ours))
    db().refresh(material, ["draft", "current"])
    assert material.draft is not None
    manuscript = bringing.joined(manuscripts.of_draft(material.draft), word, is_new=True)
    report = bringing.bring(
        db(), viewer(), material, version=material.draft.version, manuscript=manuscript, word=word, passages=passages
    )
    return _told(material.slug, report)


def _sent() -> Word:
    """Reading takes time, and so do the images. Raises Refused."""
    file = request.files.get("word")
    data = file.read() if file else b""
    if not file or not data:
        raise Refused(_("Choose a file."), field="word")
    most = current().media.max_bytes
    if len(data) > most:
        raise Refused(_("This file is too large: %(most)s MB is the most.", most=f"{most / 1_000_000:g}"), field="word")
    return bringing.read(data, (file.filename or "")[-200:], field="word")


def _told(slug: str, report: list[str]) -> ResponseReturnValue:
    for line in report:
        notice(line)
    return redirect_to(".write", slug=slug)
