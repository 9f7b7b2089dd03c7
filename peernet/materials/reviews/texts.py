"""The text that a review is about: how two of them are told apart, and how they are compared."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet.i18n import gettext as _
from peernet.materials import licences, manuscripts, words
from peernet.materials.credits import as_they_stand, display_name
from peernet.materials.kinds import listing
from peernet.materials.kinds.particulars import as_json, fitting, of_json
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material
from peernet.materials.quotations import marks
from peernet.materials.quotations.access import wordings_in
from peernet.materials.reviews.models import Text
from peernet.materials.versions import Difference, compare, whole_text


@dataclass(frozen=True)
class Print:
    """What tells a text from another: ``own`` is the digest of all but its quotations, ``whole`` that with them."""

    own: str
    whole: str


def of_drafts(db: Session, materials: Collection[Material]) -> dict[int, Print]:
    """The prints of what is being written, by the material's id; one query, none where nobody is quoted."""
    drafts = {each.id: manuscripts.of_draft(each.draft) for each in materials if each.draft is not None}
    wordings = _wordings(db, {number: each.source for number, each in drafts.items()})
    return {number: _print(digest_of(each), wordings.get(number, {})) for number, each in drafts.items()}


def of_text(db: Session, material_id: int, text: Text) -> Print:
    """The print of a text that was sent, with its quotations as they are worded now."""
    return _print(text.digest, _wordings(db, {material_id: text.source}).get(material_id, {}))


def digest_of(manuscript: Manuscript) -> str:
    """The SHA-256 of everything that a reviewer reads of a manuscript, but for the words of its quotations."""
    read = [
        manuscript.title,
        manuscript.summary,
        manuscript.source,
        manuscript.language,
        manuscript.licence,
        manuscript.video_url,
        [_line(line) for line in manuscript.credits],
    ]
    beside = as_json(fitting(manuscript.particulars, manuscript.kind))
    return _hash([*read, beside] if beside else read)


def difference(db: Session, old: Text, new: Text | Manuscript, material_id: int) -> Difference:
    """What changed from a text that was sent to another, or to what is being written; licence and names included."""
    return compare(_readable(db, old, material_id), _readable(db, new, material_id))


def named(text: Text) -> list[str]:
    """Who is named in a text, and as what."""
    return [_credit(each["credit"], display_name(each), each["role"]) for each in text.credits]


def _line(line: CreditLine) -> list[object]:
    """How somebody with an account is named is a fact, not a wording: that they are is what was approved."""
    said: list[object] = [line.credit.value, line.name, line.organisation_id, line.role]
    return said if line.person_id is None else [*said, line.person_id]


def _wordings(db: Session, sources: Mapping[int, str]) -> dict[int, dict[str, str]]:
    refs = {number: marks.named_in(source) for number, source in sources.items()}
    wanted = {number: each for number, each in refs.items() if each}
    found: dict[int, dict[str, str]] = {}
    for material_id, ref, digest in db.execute(wordings_in(list(wanted))) if wanted else ():
        if ref in wanted[material_id]:
            found.setdefault(material_id, {})[ref] = digest
    return found


def _print(own: str, wordings: Mapping[str, str]) -> Print:
    return Print(own, _hash([own, sorted(wordings.items())]))


def _hash(values: object) -> str:
    said = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _readable(db: Session, text: Text | Manuscript, material_id: int) -> str:
    entries = text.credits if isinstance(text, Text) else as_they_stand(db, material_id, text.credits)
    facts = [_credit(each["credit"], display_name(each), each["role"]) for each in entries]
    facts.append(_("Licence: %(name)s", name=licences.find(text.licence).name))
    if text.video_url:
        facts.append(_("Video: %(address)s", address=text.video_url))
    beside = of_json(text.particulars) if isinstance(text, Text) else fitting(text.particulars, text.kind)
    whole = whole_text(text.title, text.summary, text.source, listing.in_lines(db, beside))
    return whole + "\n" + "\n".join(facts) + "\n"


def _credit(credit: str, name: str, role: str) -> str:
    return f"{words.CREDITS[Credit(credit)]}: {name}{f' ({role})' if role else ''}"
