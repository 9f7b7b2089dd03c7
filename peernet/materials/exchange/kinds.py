"""What the six kinds of files have in common: a meaning, as plain values that can be compared.

A *meaning* is what a file says, without how it is written: a file, a row and an exported file have the same meaning
where they say the same. References are slugs in it, days may be relative ("in_days").
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from peernet.i18n import gettext as _
from peernet.materials.exchange.finding import Faulty, Found
from peernet.materials.exchange.inputs import names_of
from peernet.materials.exchange.moved import files
from peernet.materials.exchange.report import Note
from peernet.media.images import Prepared
from peernet.media.incoming import Brought
from peernet.media.models import MediaFile
from peernet.text.front_matter import Document
from peernet.text.markdown import Rendered
from peernet.web.inputs import Input, InvalidInput, parse
from peernet.web.viewer import Viewer

Meaning = dict[str, Any]


@dataclass
class Work:
    """One file on its way into the database. ``before`` is the meaning of what is there, None for something new;
    ``ids`` are those of what the file names, by kind and slug; ``pictures`` new images by their path; ``row`` is the
    row to be written, as it is loaded in the transaction, None for something new; ``brought`` new films, recordings and
    papers by their path."""

    found: Found
    meaning: Meaning
    before: Meaning | None
    rendered: Rendered
    actor: Viewer
    ids: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    pictures: Mapping[str, Prepared] = field(default_factory=dict)
    row: Any = None
    brought: Mapping[str, Brought] = field(default_factory=dict)


class Kind(ABC):
    """One kind of file."""

    name: ClassVar[str]
    folder: ClassVar[str]
    model: ClassVar[type[Input]]
    # For each key that holds slugs, the kind that they name.
    references: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def meaning(self, found: Found) -> Meaning:
        """What a file says. Raises Faulty."""

    @abstractmethod
    def current(self, db: Session, slugs: Collection[str] | None) -> dict[str, Meaning]:
        """What the database says, by slug; of all that can be exported where ``slugs`` is None."""

    @abstractmethod
    def rows(self, db: Session, slugs: Collection[str]) -> dict[str, Any]:
        """The rows to be written, by slug."""

    @abstractmethod
    def write(self, db: Session, work: Work) -> None:
        """Make the database say what the file says. Raises Refused, Conflict."""

    @abstractmethod
    def document(self, slug: str, meaning: Meaning) -> Document:
        """The file of a meaning."""

    def source(self, meaning: Meaning) -> str:
        """The Markdown in a meaning."""
        text: str = meaning["body"]
        return text

    def resolved(self, meaning: Meaning, anchor: date) -> Meaning:
        """The meaning with relative days counted from ``anchor``."""
        return meaning

    def relative(self, meaning: Meaning, anchor: date) -> Meaning:
        """The other way round."""
        return meaning

    def is_relative(self, found: Found) -> bool:
        """Whether the file counts days from its import."""
        return False

    def aligned(self, meaning: Meaning, before: Meaning, kept: Mapping[str, MediaFile]) -> Meaning:
        """The meaning, saying what is there already where it says nothing. ``kept`` are the images there, by path."""
        return meaning

    def pictures(self, found: Found, meaning: Meaning, before: Meaning | None) -> dict[str, Prepared]:
        """The images to be brought along, decoded. Raises Faulty."""
        return {}

    def brought(self, found: Found, meaning: Meaning, before: Meaning | None, held: ExitStack) -> dict[str, Brought]:
        """The films, recordings and papers to be brought along, held until the file is written. Raises Faulty."""
        return {}

    def refers_to(self, meaning: Meaning) -> dict[str, list[tuple[str, str]]]:
        """For each kind, what the meaning names of it: the slug, and the key it stands under."""
        named: dict[str, list[tuple[str, str]]] = {}
        for key, kind in self.references.items():
            slugs = meaning[key]
            for slug in [slugs] if isinstance(slugs, str) else slugs or []:
                named.setdefault(kind, []).append((slug, key))
        return named

    def quoted_here(self, db: Session, meanings: Collection[Meaning]) -> set[str]:
        """The quotations of this site that texts hold the words of."""
        return set()

    def at_home(self, meaning: Meaning, before: Meaning | None, refs: Collection[str]) -> Meaning:
        """The meaning with references to quotations of this site, ``refs``, in the place of their words."""
        return meaning

    def leaving(self, db: Session) -> dict[str, Meaning]:
        """What an export says, by slug."""
        return self.current(db, None)

    def waves(self, reads: Sequence[Any]) -> list[list[Any]]:
        """What is read of it in the order in which it has to be written: each is there before the next begins."""
        return [list(reads)]

    def path(self, slug: str, meaning: Meaning) -> str:
        """Where an export writes it."""
        return f"{self.folder}/{slug}.md"

    def files(self, db: Session, slug: str, path: str) -> Mapping[str, bytes | MediaFile]:
        """What an export writes beside the file at ``path``, by path: bytes, or a file that has them."""
        return {}

    def unknown(self, found: Found) -> dict[str, Any]:
        """Front matter that this system does not know, as JSON can hold it."""
        known = names_of(self.model)
        kept = {key: value for key, value in found.meta.items() if key not in known}
        made: dict[str, Any] = json.loads(json.dumps(kept, default=str))
        return made

    def parsed(self, found: Found) -> Any:
        """The front matter through the kind's model. Raises Faulty at the line of the first key that is wrong."""
        known = {key: value for key, value in found.meta.items() if key in names_of(self.model) and value is not None}
        try:
            return parse(self.model, known)
        except InvalidInput as error:
            key, messages = next(iter(error.form.errors.items()))
            said = f"{key}: {messages[0]}" if key else messages[0].removeprefix(": ")
            raise Faulty(said, found.line_of(key)) from None


def digest(meaning: Meaning) -> str:
    """A hash of what a file says."""
    text = json.dumps(meaning, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def unknown_keys(found: Found, meaning: Meaning) -> list[Note]:
    """A note for each key that is kept without being understood."""
    said = _("“%(key)s” is not known here. It is kept for the export.", key="{}")
    return [Note(found.line_of(key), said.format(key)) for key in meaning["extra"] if key in found.meta]


def title_by_name(found: Found, meaning: Meaning) -> list[Note]:
    """A note where a file had no title but its name."""
    said = _("It has no title and no heading, and is called “%(title)s” after its file.", title="{}")
    return [Note(1, said.format(meaning["title"]))] if found.is_titled_by_name else []


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """Front matter without what says nothing."""
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def extras(db: Session, kind: str, slugs: Collection[str] | None) -> dict[str, dict[str, Any]]:
    """What files of one kind said that this system does not know, by slug."""
    return {slug: row.extra for slug, row in files(db, kind, slugs).items() if row.extra}
