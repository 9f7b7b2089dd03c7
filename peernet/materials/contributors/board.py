"""How each person who is named in a manuscript stands, and whether it may be published so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet.i18n import gettext as _
from peernet.i18n import lazy_gettext as _l
from peernet.materials.checks import Check
from peernet.materials.contributors import access
from peernet.materials.contributors.asking import people_in
from peernet.materials.contributors.models import Contributor, Wish
from peernet.materials.credits import as_they_stand
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Credit, Material

WISHES = {
    Wish.NAME: _l("by name, as they write it"),
    Wish.ORGANISATION: _l("by their organisation alone"),
    Wish.UNNAMED: _l("not named, and it may be published"),
    Wish.REFUSED: _l("does not wish to be among those who made it"),
}


@dataclass(frozen=True)
class Line:
    """A person in a manuscript, and what they were asked and said; None where nobody asked them."""

    name: str
    asked: Contributor | None

    @property
    def lets_publish(self) -> bool:
        """Whether they answered, and not with no."""
        return self.asked is not None and self.asked.wish not in (None, Wish.REFUSED)

    @property
    def words(self) -> str:
        """How it stands, in words."""
        if self.asked is None:
            return _("was not asked yet")
        if self.asked.wish is None:
            return _("has not answered")
        shown = f" ({self.asked.name})" if self.asked.name else ""
        return f"{WISHES[self.asked.wish]}{shown}"


def lines(db: Session, material: Material, manuscript: Manuscript) -> list[Line]:
    """Everybody with an account in a manuscript, in its order. Two queries, none where there is nobody."""
    ids = people_in(manuscript)
    if not ids:
        return []
    asked = {each.person_id: each for each in db.scalars(access.of_material(material.id))}
    names = dict(db.execute(access.named(ids)).all())
    return [Line(names.get(one, ""), asked.get(one)) for one in ids]


def checks(db: Session, material: Material, manuscript: Manuscript) -> Iterator[Check]:
    """Whether everybody is named as they wish; and for whom without an account whoever publishes answers."""
    found = lines(db, material, manuscript)
    wrong = [f"{line.name}: {line.words}" for line in found if not line.lets_publish]
    if found:
        good = _("Those who made it are named as they wish.")
        bad = _("Not everybody who made it has said how they wish to be named.")
        yield Check("named-as-they-wish", not wrong, bad if wrong else good, wrong)
    if found and not wrong and not _has_author(db, material, manuscript):
        yield Check("authors", False, _("Nobody would be named as an author. Name an organisation, or somebody else."))
    typed = list(dict.fromkeys(line.name for line in manuscript.credits if line.name and line.person_id is None))
    if typed:
        text = _("Whoever publishes answers for it that these wish to be named so. It is kept with the day:")
        yield Check("named-by-you", True, text, typed, required=False)


def _has_author(db: Session, material: Material, manuscript: Manuscript) -> bool:
    shown: Sequence[dict[str, object]] = as_they_stand(db, material.id, manuscript.credits)
    return any(each["credit"] == Credit.AUTHOR.value for each in shown)
