"""Words of a material that stand in an answer as well, outside a quotation: what those who write may not do unawares.

A text is compared with every answer and every transcript of a recording that whoever saves it may read. What is found
is kept with the draft as its own words, which tell nothing of whose answer has them too.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.materials.kinds.reading import readable
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialDraft
from peernet.materials.quotations import access, overlap
from peernet.materials.quotations.models import Dismissal
from peernet.materials.quotations.overlap import Passage
from peernet.prompts import access as prompts
from peernet.roundtables.recordings import access as recordings
from peernet.text import captions, plain
from peernet.web.viewer import Viewer

# Answers whose hashes a process keeps: about 10 kB each; and transcripts, of an hour and a half about 1 MB each.
_KEPT = 2_000
_KEPT_TRANSCRIPTS = 40


def look(db: Session, viewer: Viewer, *texts: str) -> list[Passage]:
    """The passages of the texts that an answer or a transcript has as well which the viewer may read. Takes its time:
    before the write lock. A few queries, however many answers."""
    known = [_shingles(voice.html) - overlap.shingles(asked) for asked, voice in prompts.readable(db, viewer)]
    known += _spoken(db, viewer)
    return [passage for text in texts for passage in overlap.passages(text, known)]


def whole(manuscript: Manuscript) -> str:
    """All that it says, captions, data and alternative texts included; the text first, so that lines agree."""
    return "\n\n".join((manuscript.source, manuscript.title, manuscript.summary, readable(manuscript.particulars)))


def standing(
    db: Session, material: Material, manuscript: Manuscript, found: Iterable[Passage], rendered: str = ""
) -> list[Passage]:
    """What was found now or when the draft was saved and still stands in the text, without what was dismissed."""
    kept = [Passage(each["words"], each["line"]) for each in material.draft.passages] if material.draft else []
    dismissed = [overlap.normal(each.words) for each in db.scalars(access.dismissals_of(material.id))]
    present = (overlap.normal(whole(manuscript)), overlap.normal(plain.words_of_html(rendered)))
    unique = {overlap.normal(each.words): each for each in [*kept, *found]}
    return [
        passage
        for words, passage in unique.items()
        if any(words in text for text in present) and not any(words in text for text in dismissed)
    ]


def kept(draft: MaterialDraft, manuscript: Manuscript, found: Sequence[Passage]) -> list[dict[str, str | int]]:
    """What a draft keeps of passages: those found now, and those that somebody else's save found and that still stand,
    since each may read other answers."""
    text = overlap.normal(whole(manuscript))
    before = [each for each in draft.passages if overlap.normal(each["words"]) in text]
    now = as_json(found)
    words = {each["words"] for each in now}
    return now + [each for each in before if each["words"] not in words]


def as_json(found: Sequence[Passage]) -> list[dict[str, str | int]]:
    """Passages as a draft keeps them."""
    return [{"words": each.words, "line": each.line} for each in found]


def dismiss(db: Session, viewer: Viewer, material: Material, *, words: str, reason: str) -> None:
    """Let a passage stand, for a reason that is kept with its date. Raises Refused without one."""
    if not reason.strip():
        raise Refused(_("Say why these words may stand. The reason is kept with its date."), field="reason")
    db.add(
        Dismissal(
            material_id=material.id,
            words=words,
            reason=reason.strip(),
            dismissed_by_id=viewer.person_id,
            dismissed_at=clock.now(),
        )
    )
    ledger.record(
        db, "material.passage_dismissed", subject=f"material:{material.id}", scope=f"cohort:{material.cohort_id}",
        actor_id=viewer.person_id,
    )  # fmt: skip
    db.flush()


def _spoken(db: Session, viewer: Viewer) -> list[frozenset[int]]:
    """The hashes of what was said at roundtables, without what only reads out a question."""
    heard = db.scalars(recordings.readable_transcripts(viewer)).all()
    if not heard:
        return []
    texts = [each.text for each in db.scalars(prompts.asked_to(viewer)).unique()]
    asked = frozenset().union(*map(overlap.shingles, texts))
    return [_hashes(source, _words_of_captions, _transcripts, _KEPT_TRANSCRIPTS) - asked for source in heard]


_Known = OrderedDict[bytes, frozenset[int]]
_known: _Known = OrderedDict()
_transcripts: _Known = OrderedDict()
_lock = Lock()


def _shingles(html: str) -> frozenset[int]:
    return _hashes(html, plain.words_of_html, _known, _KEPT)


def _words_of_captions(source: str) -> str:
    return " ".join(said.text for said in captions.read_as(source))


def _hashes(source: str, words_of: Callable[[str], str], known: _Known, most: int) -> frozenset[int]:
    """The hashes of what was said, which the process keeps under a hash as well: no answer rests in its memory."""
    key = hashlib.sha256(source.encode()).digest()
    with _lock:
        if key in known:
            known.move_to_end(key)
            return known[key]
    found = overlap.shingles(words_of(source))
    with _lock:
        known[key] = found
        if len(known) > most:
            known.popitem(last=False)
    return found
