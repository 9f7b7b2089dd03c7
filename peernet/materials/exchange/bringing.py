"""Bring a folder of content in: read everything, find out what is new, render, then write, a batch at a time.

Nothing slow happens while the database is locked. Each file is taken whole or not at all; those before and after it
are not disturbed. A file that says what it said at the last import, or what the database says, changes nothing.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from peernet import clock
from peernet.cohorts.models import Cohort
from peernet.db import Conflict, Database, Refused
from peernet.i18n import gettext as _
from peernet.materials.checks import in_words
from peernet.materials.exchange import moved, recordings
from peernet.materials.exchange.cohorts import Cohorts
from peernet.materials.exchange.finding import Faulty, Found, survey
from peernet.materials.exchange.kinds import Kind, Meaning, Work, digest, title_by_name, unknown_keys
from peernet.materials.exchange.linking import Index, Task, render_all, render_threads
from peernet.materials.exchange.materials import Materials, brought_with, kept_path
from peernet.materials.exchange.methods import Methods
from peernet.materials.exchange.plain_kinds import Organisations, Prompts, Topics
from peernet.materials.exchange.report import Entry, Note, Report, Result
from peernet.materials.models import ContentFile, Material, MaterialState
from peernet.materials.quotations.blockquotes import line_before
from peernet.media.models import MediaFile
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt, Topic
from peernet.roundtables.agendas.models import Method
from peernet.settings import current as settings
from peernet.text.markdown import Rendered, TooHeavy
from peernet.text.messages import Message
from peernet.web.viewer import NOBODY, Viewer

# In the order in which one may name the other.
KINDS: tuple[Kind, ...] = (Topics(), Organisations(), Prompts(), Methods(), Cohorts(), Materials())
_MODELS: dict[str, Any] = {
    "topic": Topic, "organisation": Organisation, "prompt": Prompt, "method": Method, "cohort": Cohort,
    "material": Material,
}  # fmt: skip
# Files in one transaction: many enough to spare commits, few enough that others get in between.
_BATCH = 50

Progress = Callable[[int, int], None]


def bring_in(
    database: Database, folder: Path, *, on_progress: Progress | None = None, actor: Viewer | None = None
) -> Report:
    """Bring every file of content below ``folder`` in, and report what became of each.

    ``on_progress`` is called with how many files are done, and of how many. ``actor`` becomes the organiser of new
    cohorts; without one the system acts. Raises NotADirectoryError.
    """
    return _Run(database, folder, on_progress or _silent, actor or NOBODY).carry_out()


def _silent(_done: int, _of: int) -> None:
    pass


@dataclass
class _Read:
    """A file that says something, on its way; ``before`` and ``kept`` are what is there of it, ``refs`` the quotations
    of this site that it has the words of."""

    found: Found
    said: Meaning
    digest: str
    anchor: date | None = None
    before: Meaning | None = None
    kept: Mapping[str, MediaFile] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    refs: Collection[str] = ()


@dataclass
class _Begun:
    """A batch on its way: what is to be written, its texts as they come, and the files that are held meanwhile."""

    works: list[tuple[_Read, Work]]
    rendered: Iterator[Rendered | TooHeavy]
    held: ExitStack


class _Run:
    """One import."""

    threads: ThreadPoolExecutor
    index: Index

    def __init__(self, database: Database, folder: Path, on_progress: Progress, actor: Viewer) -> None:
        self.database, self.actor, self.on_progress = database, actor, on_progress
        with database.writing() as db:
            moved.follow(db)
            self.moved = moved.Moved(db)
        self.survey = self.moved.follow(survey(folder))
        self.total = len(self.survey.found) + len(self.survey.refused)
        self.entries: list[Entry] = list(self.survey.refused)

    def carry_out(self) -> Report:
        """Everything, kind by kind. While a batch is written, the texts of the next are rendered already."""
        read = {kind.name: list(self._say(kind)) for kind in KINDS}
        self.index = Index(each.found for some in read.values() for each in some)
        with render_threads() as self.threads:
            for kind in KINDS:
                for wave in kind.waves(read[kind.name]):
                    self._carry_out(kind, iter(wave))
        self.on_progress(self.total, self.total)
        return Report(sorted(self.entries, key=lambda entry: entry.path))

    def _carry_out(self, kind: Kind, waiting: Iterator[_Read]) -> None:
        begun: _Begun | None = None
        while batch := list(islice(waiting, _BATCH)):
            following = self._begin(kind, batch)
            self._finish(kind, begun)
            begun = following
        self._finish(kind, begun)

    def _say(self, kind: Kind) -> Iterator[_Read]:
        """What each file of a kind says; those that say it wrongly are refused."""
        for found in self.survey.found:
            if found.kind == kind.name:
                try:
                    said = kind.meaning(found)
                    yield _Read(
                        found, said, digest(said), notes=[*unknown_keys(found, said), *title_by_name(found, said)]
                    )
                except Faulty as fault:
                    self._refuse(found, fault.reason, fault.line)

    def _begin(self, kind: Kind, batch: list[_Read]) -> _Begun:
        """Find out what is to be written, decode its images, and begin to render it."""
        self.on_progress(len(self.entries), self.total)
        with self.database.reading() as db:
            changed = self._changed(db, kind, batch)
            ids = {name: _ids(db, name) for name in _MODELS} if changed else {}
            fit = [each for each in changed if self._names_what_is_there(kind, each, ids)]
            links = {each.found.path: self.index.links(db, each.found) for each in fit}
        held = ExitStack()
        works = list(self._with_files(kind, fit, ids, held))
        tasks = [_task(kind.source(each.said), links[each.found.path], each.kept, work) for each, work in works]
        return _Begun(works, render_all(self.threads, tasks), held)

    def _finish(self, kind: Kind, begun: _Begun | None) -> None:
        """Wait for what was begun, and write it."""
        if begun is not None:
            with begun.held:
                self._finish_held(kind, begun)

    def _finish_held(self, kind: Kind, begun: _Begun) -> None:
        ready = []
        for (each, work), rendered in zip(begun.works, begun.rendered, strict=True):
            if isinstance(rendered, TooHeavy):
                note = _at_its_line(each, rendered.message)
                self._refuse(each.found, note.text, note.line)
            else:
                each.notes += [_at_its_line(each, problem) for problem in rendered.problems]
                ready.append((each, replace(work, rendered=rendered)))
        if ready:
            self._write(kind, ready)

    def _changed(self, db: Session, kind: Kind, batch: list[_Read]) -> list[_Read]:
        """Those that say something else than at their last import, and something else than the database."""
        slugs = [each.found.slug for each in batch]
        last = {row.slug: row for row in db.scalars(ContentFile.of(kind.name, slugs))}
        others = [each for each in batch if not _is_last(each, last.get(each.found.slug))]
        wanted = [each.found.slug for each in others]
        before = kind.current(db, wanted) if others else {}
        kept = brought_with(db, wanted) if others and kind.name == "material" else {}
        refs = kind.quoted_here(db, [each.said for each in others]) if others else set()
        for each in others:
            row = last.get(each.found.slug)
            each.anchor = row.anchored_on if row and row.anchored_on else _monday()
            each.said = self.moved.meaning(kind.resolved(each.said, each.anchor))
            each.before, each.kept = before.get(each.found.slug), kept.get(each.found.slug, {})
            each.said, each.refs = kind.at_home(each.said, each.before, refs), refs
            if each.before is not None:
                each.said = kind.aligned(each.said, each.before, each.kept)
        changed = [each for each in others if each.said != each.before]
        for each in batch:
            if each not in changed:
                self._enter(each.found, Result.UNCHANGED)
        return changed

    def _names_what_is_there(self, kind: Kind, each: _Read, ids: Mapping[str, Mapping[str, int]]) -> bool:
        """Whether everything that the file names exists. Tags of other systems that are no topics here are let go."""
        if each.found.is_foreign:
            each.notes += _let_tags_go(each, ids["topic"])
        for name, slugs in kind.refers_to(each.said).items():
            for slug, key in slugs:
                if slug not in ids[name]:
                    reason = _("%(key)s: there is no %(kind)s “%(slug)s”.", key=key, kind=name, slug=slug)
                    self._refuse(each.found, reason, each.found.line_of(key))
                    return False
        return True

    def _with_files(
        self, kind: Kind, batch: list[_Read], ids: Mapping[str, Mapping[str, int]], held: ExitStack
    ) -> Iterator[tuple[_Read, Work]]:
        for each in batch:
            try:
                pictures = kind.pictures(each.found, each.said, each.before)
                brought = kind.brought(each.found, each.said, each.before, held)
            except Faulty as fault:
                self._refuse(each.found, fault.reason, fault.line)
            else:
                yield (
                    each,
                    Work(each.found, each.said, each.before, _NOTHING, self.actor, ids, pictures, brought=brought),
                )

    def _write(self, kind: Kind, works: Sequence[tuple[_Read, Work]]) -> None:
        """One transaction for the batch, and a savepoint for each file."""
        slugs = [each.found.slug for each, _ in works]
        with self.database.writing() as db:
            rows = kind.rows(db, slugs)
            last = {row.slug: row for row in db.scalars(ContentFile.of(kind.name, slugs))}
            for each, work in works:
                try:
                    with db.begin_nested():
                        kind.write(db, replace(work, row=rows.get(each.found.slug)))
                        _remember(db, kind, each, last.get(each.found.slug))
                except (Refused, Conflict) as refusal:
                    self._refuse(each.found, refusal.message, 0)
                except (DBAPIError, StaleDataError):
                    self._refuse(each.found, _("Somebody else was changing this at the same moment."), 0)
                else:
                    self._enter(each.found, Result.CHANGED if each.before else Result.NEW, notes=tuple(each.notes))

    def _refuse(self, found: Found, reason: str, line: int) -> None:
        self.entries.append(Entry(found.path, found.kind, found.slug, Result.REFUSED, line, reason))

    def _enter(self, found: Found, result: Result, *, notes: tuple[Note, ...] = ()) -> None:
        self.entries.append(Entry(found.path, found.kind, found.slug, result, notes=notes))


_NOTHING = Rendered("", [], 0, 0, [])


def _task(source: str, links: Mapping[str, str], kept: Mapping[str, MediaFile], work: Work) -> Task:
    return source, {**links, **recordings.addresses(source, kept, work.brought)}, kept, work.pictures


def _let_tags_go(each: _Read, topics: Mapping[str, int]) -> Iterator[Note]:
    """Keep those tags of another system as topics that are topics here; a note for each of the others."""
    line = next((each.found.lines[key] for key in ("tags", "categories") if key in each.found.lines), 1)
    said = _("“%(tag)s” is not a topic here. It is kept as a tag for the export.", tag="{}")
    unknown = [topic for topic in each.said["topics"] if topic not in topics]
    each.said["topics"] = [topic for topic in each.said["topics"] if topic in topics]
    yield from (Note(line, said.format(tag)) for tag in unknown)


def _monday() -> date:
    """From where relative days are counted. A Monday, so that what meets on a Wednesday does so on whatever day it is
    brought in, and nothing falls on a weekend by chance."""
    today = clock.today(settings().network.zone)
    return today - timedelta(days=today.weekday())


def _is_last(each: _Read, row: ContentFile | None) -> bool:
    return row is not None and row.digest == each.digest


def _ids(db: Session, name: str) -> dict[str, int]:
    model = _MODELS[name]
    if model is Material:
        return dict(
            db.execute(select(Material.slug, Material.id).where(Material.state == MaterialState.PUBLISHED)).all()
        )
    return dict(db.execute(select(model.slug, model.id)).all())


def _at_its_line(each: _Read, sentence: str) -> Note:
    """What the text room says of a text, at the line of the file instead of that of the text."""
    if not isinstance(sentence, Message):
        return Note(each.found.first, sentence)
    written = line_before(each.found.body, each.refs, int(sentence.values.get("line", 1)))
    line = written + each.found.first - 1
    moved = sentence.values | ({"line": line} if "line" in sentence.values else {})
    return Note(line, in_words(Message(sentence.msgid, moved)))


def _remember(db: Session, kind: Kind, each: _Read, row: ContentFile | None) -> None:
    if row is None:
        row = ContentFile(kind=kind.name, slug=each.found.slug)
        db.add(row)
    row.path, row.digest = kept_path(each.found), each.digest
    row.anchored_on = each.anchor if kind.is_relative(each.found) else None
    row.extra = {} if kind.name == "material" else each.said["extra"]
