"""Two manuscripts made of one: choices, lists and texts, each brought together in its own way."""

from dataclasses import fields, replace

from peernet.materials.earlier.merging import Clash, Merge, merge
from peernet.materials.kinds.particulars import Chapter, Particulars
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, MaterialKind

BASE = Manuscript(
    MaterialKind.REPORT,
    "Title",
    source="One. Two.",
    topics=(1, 2),
    credits=(CreditLine(Credit.AUTHOR, "A"),),
    particulars=Particulars(abstract="In short.", chapters=(Chapter(7, 2),)),
)


def test_no_field_is_forgotten() -> None:
    """Change every field on the other side alone: all of it must be there."""
    theirs = Manuscript(
        MaterialKind.VIDEO, "New", "New", "New", "fr", "CC0-1.0", "https://example.org", 7, (9,), (9,), (9,),
        (CreditLine(Credit.EDITOR, "B"),), Particulars("New", "New", "New", "New", (Chapter(9, 1),), "New"),
    )  # fmt: skip
    for whole in (BASE, BASE.particulars):
        other = theirs if whole is BASE else theirs.particulars
        assert [one.name for one in fields(whole) if getattr(whole, one.name) == getattr(other, one.name)] == []
    assert merge(BASE, BASE, theirs) == Merge(theirs, ())
    assert merge(BASE, theirs, BASE) == Merge(theirs, ())


def test_what_only_one_changed_is_taken() -> None:
    mine = replace(BASE, title="Mine", topics=(2, 3), particulars=Particulars("", "", "", "In short.", (Chapter(7),)))
    theirs = replace(BASE, licence="CC0-1.0", topics=(1, 2, 4), credits=(*BASE.credits, CreditLine(Credit.EDITOR, "B")))
    whole = replace(mine, licence="CC0-1.0", topics=(2, 3, 4), credits=theirs.credits, particulars=BASE.particulars)
    assert merge(BASE, mine, theirs) == Merge(whole, ())


def test_what_both_changed_is_told_and_not_lost() -> None:
    mine = replace(BASE, title="Mine", credits=(CreditLine(Credit.AUTHOR, "C"),), source="One. Too.")
    theirs = replace(BASE, title="Theirs", credits=(*BASE.credits, CreditLine(Credit.EDITOR, "B")), source="One. Tu.")
    found = merge(BASE, mine, theirs)
    assert found.clashes == (
        Clash("title", "Mine", "Theirs"),
        Clash("source", "Too.", "Tu.", 1),
        Clash("credits", mine.credits, theirs.credits),
    )
    both = (CreditLine(Credit.AUTHOR, "C"), CreditLine(Credit.EDITOR, "B"))
    assert found.manuscript == replace(mine, source="One. Tu. Too.", credits=both)
