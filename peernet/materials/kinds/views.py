"""Captions and data brought as files."""

from dataclasses import replace

from flask import request
from flask.typing import ResponseReturnValue

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials import access, inputs, writing
from peernet.materials.kinds import datasets
from peernet.materials.kinds.needs import in_words
from peernet.materials.kinds.particulars import with_text
from peernet.materials.models import Material
from peernet.materials.quotations import resemblance
from peernet.materials.views.blueprint import blueprint, manuscript_of, mine, peek
from peernet.materials.views.editor import write
from peernet.text import captions
from peernet.web.inputs import read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import database, db, viewer
from peernet.web.rules import Rule, rule

# Bytes: an hour of captions takes about 60 kB.
_MOST = 400_000


@blueprint.post("/write/<slug>/captions")
@rule(Rule.PERSON)
@redisplay(write)
def bring_captions(slug: str) -> ResponseReturnValue:
    """Take the captions of a video from a WebVTT file."""
    version = read(inputs.DiscardInput).version
    text = _text_of("captions_file")
    try:
        captions.parse(text)
    except captions.Wrong as wrong:
        raise Refused(in_words(wrong.sentence), field="captions_file") from None
    _keep(slug, version, "captions", text)
    notice(_("The captions are here. They are the transcript as well."))
    return redirect_to(".write", slug=slug, anchor="f-captions")


@blueprint.post("/write/<slug>/data")
@rule(Rule.PERSON)
@redisplay(write)
def bring_data(slug: str) -> ResponseReturnValue:
    """Take the data of a graphic from a CSV file."""
    version = read(inputs.DiscardInput).version
    text = _text_of("data_file")
    try:
        text = datasets.as_csv(datasets.parse(text))
    except datasets.Wrong as wrong:
        raise Refused(in_words(wrong.sentence), field="data_file") from None
    _keep(slug, version, "dataset", text)
    notice(_("The data is here."))
    return redirect_to(".write", slug=slug, anchor="f-dataset")


def _text_of(field: str) -> str:
    """What a file says. Raises Refused."""
    file = request.files.get(field)
    data = file.read(_MOST + 1) if file else b""
    if not data:
        raise Refused(_("Choose a file."), field=field)
    if len(data) > _MOST:
        raise Refused(_("The file is larger than %(most)s kB.", most=_MOST // 1_000), field=field)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    except UnicodeDecodeError:
        raise Refused(_("The file is not UTF-8. Save it as UTF-8."), field=field) from None
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        raise Refused(_("This text holds a control character; please remove it."), field=field)
    return text


def _keep(slug: str, version: int, name: str, text: str) -> None:
    """Put it into the draft, compared with answers as all that is saved."""
    with database().reading() as session:
        seen: Material = peek(session, access.editable_by(viewer()).where(Material.slug == slug))
        before = manuscript_of(session, seen)
        manuscript = replace(before, particulars=with_text(before.particulars, name, text))
        passages = resemblance.look(session, viewer(), resemblance.whole(manuscript))
    material = mine(slug)
    writing.save(db(), viewer(), material, version=version, manuscript=manuscript, passages=passages)
