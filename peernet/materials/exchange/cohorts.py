"""Cohorts as files: their seats, focus questions and roundtables. No person, no answer and no link to a meeting."""

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peernet.cohorts.models import Cohort, CohortState, Seat
from peernet.materials.exchange.finding import Found
from peernet.materials.exchange.inputs import CohortFile, plain
from peernet.materials.exchange.kinds import Kind, Meaning, Work, extras, without_empty
from peernet.materials.exchange.series import write_cohort
from peernet.media.models import MediaFile
from peernet.organisations.models import Organisation
from peernet.prompts.models import Asking, Prompt
from peernet.roundtables.models import Reading, Roundtable, RoundtablePrompt, When
from peernet.text.front_matter import Document

_DAYS = (("starts_on", "starts_in_days"), ("ends_on", "ends_in_days"))


class Cohorts(Kind):
    """Cohorts that are not drafts."""

    name, folder, model = "cohort", "cohorts", CohortFile
    references = {"organisations": "organisation", "focus_questions": "prompt"}

    def meaning(self, found: Found) -> Meaning:
        """Everything, with days as the file counts them."""
        return plain(self.parsed(found)) | {"body": found.body, "extra": self.unknown(found)}

    def refers_to(self, meaning: Meaning) -> dict[str, list[tuple[str, str]]]:
        """The prompts of roundtables as well."""
        named = super().refers_to(meaning)
        asked = [(one["prompt"], "roundtables") for each in meaning["roundtables"] for one in each["prompts"]]
        named["prompt"] = named.get("prompt", []) + asked
        return named

    def is_relative(self, found: Found) -> bool:
        """Whether a day of it is counted from the import."""
        return "starts_in_days" in found.meta

    def resolved(self, meaning: Meaning, anchor: date) -> Meaning:
        """Dates in place of days; roundtables in the order of time."""
        made = deepcopy(meaning)
        for day, days in _DAYS:
            made[day], made[days] = _day(made[day], made[days], anchor), None
        for each in made["roundtables"]:
            each["date"], each["in_days"] = _day(each["date"], each["in_days"], anchor), None
        made["roundtables"].sort(key=lambda each: (each["date"], each["time"]))
        return made

    def relative(self, meaning: Meaning, anchor: date) -> Meaning:
        """Days in place of dates."""
        made = deepcopy(meaning)
        for day, days in _DAYS:
            made[day], made[days] = None, _days(made[day], anchor)
        for each in made["roundtables"]:
            each["date"], each["in_days"] = None, _days(each["date"], anchor)
        return made

    def aligned(self, meaning: Meaning, before: Meaning, kept: Mapping[str, MediaFile]) -> Meaning:
        """Seats have no order."""
        same = sorted(meaning["organisations"]) == sorted(before["organisations"])
        return meaning | {"organisations": before["organisations"]} if same else meaning

    def current(self, db: Session, slugs: Collection[str] | None) -> dict[str, Meaning]:
        """All that have a public page, or those named."""
        chosen = select(Cohort).where(Cohort.state != CohortState.DRAFT).order_by(Cohort.slug)
        rows = list(db.scalars(chosen if slugs is None else chosen.where(Cohort.slug.in_(list(slugs)))))
        ids = [row.id for row in rows]
        kept = extras(db, self.name, slugs)
        seats, focus, tables = _seats(db, ids), _focus(db, ids), _roundtables(db, ids)
        return {
            row.slug: {
                "name": row.name,
                "theme": row.theme,
                "format": row.format.value,
                "starts_on": row.starts_on.isoformat(),
                "ends_on": row.ends_on.isoformat(),
                "starts_in_days": None,
                "ends_in_days": None,
                "zone": row.zone,
                "state": row.state.value,
                "example": row.is_example,
                "organisations": seats.get(row.id, []),
                "focus_questions": focus.get(row.id, []),
                "roundtables": tables.get(row.id, []),
                "body": row.description,
                "extra": kept.get(row.slug, {}),
            }
            for row in rows
        }

    def rows(self, db: Session, slugs: Collection[str]) -> dict[str, Any]:
        """By slug, drafts too."""
        return {row.slug: row for row in db.scalars(select(Cohort).where(Cohort.slug.in_(list(slugs))))}

    def write(self, db: Session, work: Work) -> None:
        """See ``series``."""
        write_cohort(db, work)

    def document(self, slug: str, meaning: Meaning) -> Document:
        """In the order in which one reads it."""
        keys = ("name", "theme", "format", "starts_on", "ends_on", "starts_in_days", "ends_in_days", "zone", "state")
        meta: dict[str, Any] = without_empty({key: meaning[key] for key in keys})
        for key in ("starts_on", "ends_on"):
            if key in meta:
                meta[key] = date.fromisoformat(meta[key])
        if meaning["example"]:
            meta["example"] = True
        meta |= without_empty({key: meaning[key] for key in ("organisations", "focus_questions")})
        if meaning["roundtables"]:
            meta["roundtables"] = [_as_written(each) for each in meaning["roundtables"]]
        return Document(meta | meaning["extra"], meaning["body"])


def _day(day: str | None, days: int | None, anchor: date) -> str | None:
    return day if days is None else (anchor + timedelta(days=days)).isoformat()


def _days(day: str, anchor: date) -> int:
    return (date.fromisoformat(day) - anchor).days


def _as_written(each: Meaning) -> dict[str, Any]:
    made: dict[str, Any] = {"title": each["title"], "kind": each["kind"]}
    if each["date"] is not None:
        made["date"] = date.fromisoformat(each["date"])
    else:
        made["in_days"] = each["in_days"]
    made |= without_empty({key: each[key] for key in ("time", "zone", "minutes", "summary", "place")})
    asked = [one["prompt"] if one["when"] == When.DURING.value else one for one in each["prompts"]]
    made |= without_empty({"prompts": asked, "reading": each["reading"]})
    return made | {"public": each["public"]}


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for owner, value in rows:
        found.setdefault(owner, []).append(value)
    return found


def _seats(db: Session, ids: list[int]) -> dict[int, list[str]]:
    chosen = select(Seat.cohort_id, Organisation.slug).join(Seat.organisation)
    return _grouped(db.execute(chosen.where(Seat.cohort_id.in_(ids), Seat.left_at.is_(None)).order_by(Seat.id)))


def _focus(db: Session, ids: list[int]) -> dict[int, list[str]]:
    """Focus questions out of the library: a cohort's own prompts are not exported."""
    chosen = select(Asking.cohort_id, Prompt.slug).join(Asking.prompt).where(Asking.cohort_id.in_(ids))
    shown = (Asking.is_focus, ~Asking.is_to_some, Asking.withdrawn_at.is_(None), Prompt.cohort_id.is_(None))
    return _grouped(db.execute(chosen.where(*shown).order_by(Asking.position, Asking.id)))


def _roundtables(db: Session, ids: list[int]) -> dict[int, list[Meaning]]:
    chosen = select(Roundtable).where(Roundtable.cohort_id.in_(ids), Roundtable.cancelled_at.is_(None))
    rows = list(db.scalars(chosen.order_by(Roundtable.wall_start, Roundtable.id)))
    tables = [row.id for row in rows]
    readings = select(Reading).where(Reading.roundtable_id.in_(tables)).order_by(Reading.position, Reading.id)
    reading = _grouped((one.roundtable_id, {"title": one.title, "url": one.url}) for one in db.scalars(readings))
    asked = (
        select(RoundtablePrompt)
        .join(RoundtablePrompt.asking)
        .join(Asking.prompt)
        .where(RoundtablePrompt.roundtable_id.in_(tables), Prompt.cohort_id.is_(None), ~Asking.is_to_some)
        .options(joinedload(RoundtablePrompt.asking).joinedload(Asking.prompt))
        .order_by(RoundtablePrompt.position, RoundtablePrompt.id)
    )
    prompts = _grouped(
        (one.roundtable_id, {"prompt": one.asking.prompt.slug, "when": one.when.value}) for one in db.scalars(asked)
    )
    return _grouped((row.cohort_id, _meaning(row, reading.get(row.id, []), prompts.get(row.id, []))) for row in rows)


def _meaning(row: Roundtable, reading: list[Meaning], prompts: list[Meaning]) -> Meaning:
    return {
        "title": row.title,
        "kind": row.kind.value,
        "date": row.wall_start.date().isoformat(),
        "in_days": None,
        "time": f"{row.wall_start:%H:%M}",
        "zone": row.zone,
        "minutes": row.minutes,
        "summary": row.summary,
        "place": row.place,
        "prompts": prompts,
        "reading": reading,
        "public": row.is_public,
    }
