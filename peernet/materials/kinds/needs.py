"""What a material of each kind needs before it is public. Pure: what the database knows is handed in."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from peernet.i18n import gettext as _
from peernet.materials.kinds import datasets, sections
from peernet.materials.kinds.particulars import Particulars
from peernet.materials.models import MaterialKind
from peernet.text import captions
from peernet.text.messages import Message


@dataclass(frozen=True)
class Finding:
    """Something that is missing: the field of the editor, and a sentence for whoever writes."""

    place: str
    sentence: str


def findings(
    kind: MaterialKind, particulars: Particulars, html: str, language: str, *, open_chapters: Collection[int] = ()
) -> list[Finding]:
    """What is missing in a material whose text was rendered to ``html``. ``open_chapters`` are the ids of those of its
    chapters that the public can read."""
    looks = {
        MaterialKind.VIDEO: lambda: _video(particulars),
        MaterialKind.GRAPHIC: lambda: _graphic(particulars),
        MaterialKind.CASE_STUDY: lambda: _case_study(html, language),
        MaterialKind.PLAYBOOK: lambda: _playbook(particulars, open_chapters),
        MaterialKind.REPORT: lambda: _report(particulars),
    }
    return list(looks[kind]()) if kind in looks else []


def in_words(sentence: Message) -> str:
    """What is wrong with captions or a table, in the language in use."""
    return _(sentence.msgid) % sentence.values


def _video(particulars: Particulars) -> Iterator[Finding]:
    if not particulars.captions:
        yield Finding("captions", _("Give its captions. They are its transcript as well."))
        return
    try:
        captions.parse(particulars.captions)
    except captions.Wrong as wrong:
        yield Finding("captions", in_words(wrong.sentence))


def _graphic(particulars: Particulars) -> Iterator[Finding]:
    if not particulars.description:
        yield Finding("description", _("Say at length what it shows, for those who do not see it."))
    if not particulars.dataset:
        yield Finding("dataset", _("Give the data that it was drawn from, as a table."))
        return
    try:
        datasets.parse(particulars.dataset)
    except datasets.Wrong as wrong:
        yield Finding("dataset", in_words(wrong.sentence))


def _case_study(html: str, language: str) -> Iterator[Finding]:
    for name in sections.lacking(html, language):
        yield Finding("text", _("The section “%(name)s” is missing, or says nothing yet.", name=name))


def _playbook(particulars: Particulars, open_chapters: Collection[int]) -> Iterator[Finding]:
    if not particulars.chapters:
        yield Finding("chapters", _("Choose its chapters among what is published."))
    elif any(each.material_id not in open_chapters for each in particulars.chapters):
        yield Finding("chapters", _("A chapter was withdrawn. Take it out."))


def _report(particulars: Particulars) -> Iterator[Finding]:
    if not particulars.abstract:
        yield Finding("abstract", _("Write its summary: what it found, for those who read nothing else."))
