"""A Word file becomes a draft: its text after what stands there, its images beside it, and a report for its author."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from sqlalchemy.orm import Session

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.i18n import ngettext, said
from peernet.materials import images, writing
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material
from peernet.materials.quotations.overlap import Passage
from peernet.media.images import Prepared, prepare
from peernet.text.foreign import asking
from peernet.text.limits import objection
from peernet.web.viewer import Viewer

_PICTURE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\(image:(\d+)\)")
_FIRST_HEADING = re.compile(r"# ([^\n]+)\n+")
_HIGHEST = re.compile(r"^# ", re.MULTILINE)
_HEADING = re.compile(r"^(#{1,5}) ", re.MULTILINE)
# A page shows so many lines of the report; more of them say the same.
_MOST_LINES = 8


@dataclass(frozen=True)
class Word:
    """A Word file that was read: its title (the name of the file where its text has none), that heading, the text below
    it, and its images made safe, or why one was not taken. ``report`` is what was not understood."""

    filename: str
    title: str
    heading: str
    text: str
    pictures: Sequence[Prepared | Refused]
    report: Sequence[str]


def read(data: bytes, filename: str, *, field: str) -> Word:
    """Read a Word file. Slow: before the write lock. Raises Refused in words at ``field``."""
    found = asking.from_word(data, filename, field=field)
    heading = _FIRST_HEADING.match(found.markdown)
    refusal = objection(found.markdown)
    if refusal is not None:
        raise Refused(refusal, field=field)
    title = _plain(heading[1]) if heading else PurePath(filename.replace("\\", "/")).stem
    text = found.markdown[heading.end() :] if heading else found.markdown
    if _HIGHEST.search(text):
        text = _HEADING.sub(r"#\1 ", text)  # as high as a title stands nothing but the title
    line = f"## {heading[1]}\n\n" if heading else ""
    return Word(filename, title[:300].strip(), line, text, [_prepared(one) for one in found.pictures], found.report)


def joined(manuscript: Manuscript, word: Word, *, is_new: bool = False) -> Manuscript:
    """The manuscript with the file's text after its own, the images not yet in their places. The file's title is that
    of a material that begins with it, and elsewhere a heading."""
    heading = "" if is_new else word.heading
    return replace(manuscript, source=f"{manuscript.source.rstrip()}\n\n{heading}{word.text}".lstrip())


def bring(
    db: Session,
    viewer: Viewer,
    material: Material,
    *,
    version: int,
    manuscript: Manuscript,
    word: Word,
    passages: Sequence[Passage] = (),
) -> list[str]:
    """Save ``manuscript``, which has the file's text (see ``joined``), with its images; give the report in words.

    Images without an alternative text are named in the report, and the checklist asks for it. Raises Conflict and
    Refused as saving and bringing an image do, and Refused for a text that is too long.
    """
    shown: dict[int, str] = {}
    for number, picture in enumerate(word.pictures):
        if isinstance(picture, Prepared):
            alt = _alt_of(word.text, number) or _("Image %(number)s of %(file)s", number=number + 1, file=word.filename)
            name = f"{PurePath(word.filename).stem}-{number + 1}"
            row = images.bring(db, viewer, material, image=picture, filename=name, alt=alt[:300])
            shown[number] = row.path
    refusal = objection(manuscript.source)
    if refusal is not None:
        raise Refused(refusal, field="word")
    source = _PICTURE.sub(lambda found: _line(found, shown), manuscript.source).rstrip() + "\n"
    writing.save(
        db, viewer, material, version=version, manuscript=replace(manuscript, source=source), passages=passages
    )
    return _told(word, shown)


def _prepared(data: bytes) -> Prepared | Refused:
    try:
        return prepare(data)
    except Refused as refusal:
        return refusal


def _plain(heading: str) -> str:
    return re.sub(r"\\(.)", r"\1", re.sub(r"(?<!\\)[*`~]", "", heading)).strip()


def _alt_of(text: str, number: int) -> str:
    found = next((one[1] for one in _PICTURE.finditer(text) if int(one[2]) == number), "")
    return " ".join(_plain(found).split())


def _line(found: re.Match[str], shown: dict[int, str]) -> str:
    path = shown.get(int(found[2]))
    return f"![{found[1]}]({path})" if path else ""


def _told(word: Word, shown: dict[int, str]) -> list[str]:
    words, silent = len(_PICTURE.sub("", word.text).split()), sum(not _alt_of(word.text, number) for number in shown)
    lines = [
        _(
            "%(file)s is here: %(words)s, %(images)s. Look it over before you go on.",
            file=word.filename,
            words=ngettext("%(num)s word", "%(num)s words", words),
            images=ngettext("%(num)s image", "%(num)s images", len(shown)),
        )
    ]
    if silent:
        lines.append(_("Say in the text what each image shows: %(count)s of them say nothing yet.", count=silent))
    left_out = [
        _("Image %(number)s was left out: %(why)s", number=number + 1, why=said(one.message))
        for number, one in enumerate(word.pictures)
        if isinstance(one, Refused)
    ]
    report = [*left_out, *map(said, word.report)]
    if len(report) > _MOST_LINES:
        report[_MOST_LINES:] = [_("And %(count)s more like these.", count=len(report) - _MOST_LINES)]
    return lines + report
