"""Files of content name things by the slugs of their day. Things have got other addresses since: here the two meet."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from peernet.addresses import moving
from peernet.cohorts.models import Cohort
from peernet.i18n import gettext as _
from peernet.materials.exchange.finding import Found, Survey
from peernet.materials.exchange.report import Entry, Result
from peernet.materials.models import ContentFile, Material
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt

_MODELS: Mapping[str, Any] = {"organisation": Organisation, "prompt": Prompt, "cohort": Cohort, "material": Material}
# What the slugs in a meaning are of, by the key under which they stand.
_NAMED = {
    "organisations": "organisation", "organisation": "organisation", "questions": "prompt",
    "focus_questions": "prompt", "prompt": "prompt", "cohort": "cohort", "chapters": "material",
    "translation_of": "material",
}  # fmt: skip
# Front matter of others, which means nothing here.
_NOT_OURS = "extra"


class Moved:
    """The slugs that things left, by kind, with those that they have now. Four queries."""

    def __init__(self, db: Session) -> None:
        self._now = {kind: moving.present(db, model) for kind, model in _MODELS.items()}

    def slug(self, kind: str, slug: str) -> str:
        """The slug that the thing has now."""
        return self._now.get(kind, {}).get(slug, slug)

    def meaning(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """What a file says, in present slugs."""
        return {key: value if key == _NOT_OURS else self._renamed(key, value) for key, value in said.items()}

    def follow(self, found: Survey) -> Survey:
        """The files of a folder under the slugs that their things have now. Where one has the new slug and another the
        old, the old one says what was said before, and is refused."""
        by_name = {(each.kind, each.slug): each.path for each in found.found}
        kept, refused = [], list(found.refused)
        for each in found.found:
            slug = self.slug(each.kind, each.slug)
            other = by_name.get((each.kind, slug), each.path)
            if other == each.path:
                kept.append(replace(each, slug=slug))
            else:
                refused.append(_overtaken(each, slug, other))
        return Survey(kept, refused)

    def _renamed(self, key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._renamed(name, each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._renamed(key, each) for each in value]
        return self.slug(_NAMED[key], value) if key in _NAMED and isinstance(value, str) else value


def follow(db: Session) -> None:
    """Let what is known of files be known under the slugs that their things have now."""
    other = aliased(ContentFile)
    for kind, model in _MODELS.items():
        for old, new in moving.present(db, model).items():
            free = ~exists(select(other.id).where(other.kind == kind, other.slug == new))
            moved = update(ContentFile).where(ContentFile.kind == kind, ContentFile.slug == old, free)
            db.execute(moved.values(slug=new), execution_options={"synchronize_session": False})


def files(db: Session, kind: str, slugs: Collection[str] | None = None) -> dict[str, ContentFile]:
    """What is known of files of a kind, by the present slugs of their things; those of some slugs, or all."""
    model = _MODELS.get(kind)
    now = moving.present(db, model) if model is not None else {}
    wanted = None if slugs is None else {*slugs, *(old for old, new in now.items() if new in slugs)}
    return {now.get(row.slug, row.slug): row for row in db.scalars(ContentFile.of(kind, wanted))}


def _overtaken(found: Found, slug: str, other: str) -> Entry:
    reason = _("This is at the address “%(slug)s” now, which %(path)s has.", slug=slug, path=other)
    return Entry(found.path, found.kind, found.slug, Result.REFUSED, found.lines.get("slug", 0), reason)
