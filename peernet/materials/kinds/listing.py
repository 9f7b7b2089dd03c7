"""What a material has because of its kind, under its names: for those who compare versions, and for reviewers."""

from sqlalchemy.orm import Session

from peernet.i18n import gettext as _
from peernet.materials.kinds import choosing
from peernet.materials.kinds.particulars import Particulars


def entries(db: Session, particulars: Particulars) -> list[tuple[str, str]]:
    """Each part that says something: what it is called, and its text. One query where there are chapters."""
    titles = choosing.titles(db, particulars)
    chapters = [
        _("%(title)s (version %(number)s)", title=titles.get(each.material_id, _("withdrawn")), number=each.number)
        for each in particulars.chapters
    ]
    found = [
        (_("Summary of the report"), particulars.abstract),
        (_("Description"), particulars.description),
        (_("Data"), particulars.dataset),
        (_("Captions"), particulars.captions),
        (_("Chapters"), "\n".join(chapters)),
    ]
    return [(name, text) for name, text in found if text]


def in_lines(db: Session, particulars: Particulars) -> str:
    """The same as one text."""
    return "\n\n".join(f"{name}\n\n{text}" for name, text in entries(db, particulars))
