"""Building a draft from a sheet: each question, what its editor says, and the places of quotations.

Whoever calls renders the words first, outside the transaction. Nobody is asked: that is done with the quotations of the
material, as with any other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from sqlalchemy.orm import Session

from peernet.cohorts.models import Cohort
from peernet.db import Conflict, Refused, take_turn
from peernet.i18n import gettext as _
from peernet.i18n import ngettext
from peernet.ledger import ledger
from peernet.materials import manuscripts, writing
from peernet.materials.assembling import access
from peernet.materials.assembling.sheets import Line, Sheet
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialKind
from peernet.materials.quotations import marks, quoting
from peernet.materials.quotations.blockquotes import escaped
from peernet.materials.quotations.overlap import Passage
from peernet.prompts.models import Asking
from peernet.text.markdown import Rendered
from peernet.web.viewer import Viewer


@dataclass(frozen=True)
class Beginning:
    """How a new material begins."""

    title: str
    kind: MaterialKind = MaterialKind.BLOGPOST
    language: str = "en"


def assemble(
    db: Session,
    viewer: Viewer,
    cohort: Cohort,
    *,
    sheet: Sheet,
    rendered: Mapping[str, Rendered],
    into: Material | Beginning,
    in_blockquotes: bool = False,
    passages: Sequence[Passage] = (),
) -> Material:
    """Quote what was picked, and put all of the sheet at the end of a material's text, or of that of a new one.

    ``rendered`` are the words of the lines that were picked, by their key; ``in_blockquotes`` writes the questions as
    blockquotes instead of headings; ``passages`` are words of the editor's that an answer has as well. Raises Refused
    for a sheet that cannot be built, and Conflict where an answer was changed or taken back since it was read.
    """
    take_turn(db, f"assembling:{cohort.id}")
    if isinstance(into, Material):
        _see_anew(db, into)
    asked = _asked(db, viewer, cohort, sheet)
    _refuse_unfit(sheet, into)
    _refuse_stale(db, viewer, cohort, sheet, asked)
    material = into if isinstance(into, Material) else _begin(db, viewer, cohort, into)
    refs = {line.key: _quote(db, viewer, material, asked[line.asking_id], line, rendered) for line in sheet.picked}
    text = "\n\n".join(chain.from_iterable(_written(sheet, asked, refs, in_blockquotes)))
    _append(db, viewer, material, text, _public_prompts(sheet, asked), passages)
    ledger.record(
        db, "material.assembled", subject=f"material:{material.id}", scope=f"cohort:{cohort.id}",
        actor_id=viewer.person_id, data={"questions": len(sheet.parts), "quotations": len(refs)},
    )  # fmt: skip
    return material


def own_words(sheet: Sheet) -> str:
    """What the editor wrote on a sheet themselves."""
    picked = (line.lead for line in sheet.picked)
    return "\n\n".join(filter(None, chain((part.lead for part in sheet.parts), picked)))


def _asked(db: Session, viewer: Viewer, cohort: Cohort, sheet: Sheet) -> dict[int, Asking]:
    ids = [part.asking_id for part in sheet.parts]
    found = {each.id: each for each in db.scalars(access.asked(viewer, cohort.id, ids)).unique()}
    if set(ids) - set(found):
        raise Refused(_("One of these questions was withdrawn, or is not of this cohort. Choose the questions again."))
    return found


def _refuse_unfit(sheet: Sheet, into: Material | Beginning) -> None:
    if isinstance(into, Beginning) and not into.title:
        raise Refused(_("Please fill this in."), field="title")
    if any(not line.text.strip() for line in sheet.picked):
        raise Refused(_("One of the answers that you picked has no words left. Write them, or do not pick it."))
    if any(line.is_clip and not line.speakers for line in sheet.picked):
        raise Refused(_("Say of each clip that you picked who speaks in it."))
    longest = max((len(line.text) for line in sheet.picked), default=0)
    if longest > quoting.MOST:
        raise Refused(_("A quotation has at most %(most)s characters. Shorten the longest ones.", most=quoting.MOST))


def _refuse_stale(db: Session, viewer: Viewer, cohort: Cohort, sheet: Sheet, asked: Mapping[int, Asking]) -> None:
    """Raise Conflict unless every answer that was picked is the one that was read."""
    now = access.choosable(db, viewer, cohort.id, list(asked))
    gone = [line for line in sheet.picked if line.key not in now or now[line.key].asking_id != line.asking_id]
    other = [line for line in sheet.picked if line not in gone and now[line.key].digest != line.seen]
    said = []
    if gone:
        said.append(ngettext(
            "%(num)s answer that you picked is not open to you any more. Its words are left out; what you wrote before "
            "it is kept.",
            "%(num)s answers that you picked are not open to you any more. Their words are left out; what you wrote "
            "before them is kept.", len(gone),
        ))  # fmt: skip
    if other:
        said.append(ngettext(
            "%(num)s answer was changed by its author since you read it. Look at it again below.",
            "%(num)s answers were changed by their authors since you read them. Look at them again below.", len(other),
        ))  # fmt: skip
    if said:
        raise Conflict(" ".join(said))


def _begin(db: Session, viewer: Viewer, cohort: Cohort, how: Beginning) -> Material:
    material = writing.start(db, viewer, title=how.title, kind=how.kind, language=how.language, cohort=cohort)
    db.refresh(material, ["draft", "current"])
    return material


def _see_anew(db: Session, material: Material) -> None:
    """Whoever had the turn before may have put a sheet of theirs at the end of the same draft."""
    if material.draft is not None:
        db.expire(material.draft)
    db.refresh(material, ["version", "number", "state", "draft", "current"])


def _quote(
    db: Session, viewer: Viewer, material: Material, asking: Asking, line: Line, rendered: Mapping[str, Rendered]
) -> str:
    verb = partial(quoting.quote, asking=asking)
    if line.is_clip:
        verb = partial(quoting.quote_clip, asking_id=asking.id, speakers=line.speakers)
    made = verb(
        db, viewer, material, key=line.key, text=line.text, rendered=rendered[line.key], attribution=line.attribution
    )
    return made.ref


def _written(
    sheet: Sheet, asked: Mapping[int, Asking], refs: Mapping[str, str], in_blockquotes: bool
) -> Iterator[Iterator[str]]:
    """The paragraphs of each part."""
    mark = ">" if in_blockquotes else "##"
    for part in sheet.parts:
        question = f"{mark} {escaped(' '.join(asked[part.asking_id].text.split()))}"
        picked = ((line.lead, marks.line_of(refs[line.key])) for line in sheet.of(part) if line.key in refs)
        yield filter(None, chain((question, part.lead), chain.from_iterable(picked)))


def _public_prompts(sheet: Sheet, asked: Mapping[int, Asking]) -> list[int]:
    """What readers can come to the material by."""
    found = (asked[part.asking_id] for part in sheet.parts)
    return [each.prompt_id for each in found if each.prompt.is_public]


def _append(
    db: Session, viewer: Viewer, material: Material, text: str, questions: list[int], passages: Sequence[Passage]
) -> None:
    before, version = _as_it_stands(db, material)
    source = f"{before.source.rstrip()}\n\n{text}\n".lstrip()
    longer = replace(before, source=source, questions=tuple(dict.fromkeys((*before.questions, *questions))))
    found = [Passage(each.words, _line_of(source, each.words)) for each in passages]
    writing.save(db, viewer, material, version=version, manuscript=longer, passages=found)


def _as_it_stands(db: Session, material: Material) -> tuple[Manuscript, int]:
    if material.draft is not None:
        return manuscripts.of_draft(material.draft), material.draft.version
    assert material.current is not None
    return manuscripts.of_published(db, material, material.current), 0


def _line_of(source: str, words: str) -> int:
    """The last line on which a passage begins; the first where its signs are others there."""
    place = max(source.rfind(words), source.rfind(" ".join(words.split()[:3])))
    return source.count("\n", 0, max(place, 0)) + 1
