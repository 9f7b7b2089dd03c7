"""An offer meets an ask by its topic or by the same words."""

from peernet.groups.matching import Shared, matches, pairs

RIVER = Shared(1, "River", "Data licences, running a survey", "", ("Governance",), ())
LIBRARY = Shared(2, "Library", "", "running  a Survey\nmoney", (), ("Trust",))
MUSEUM = Shared(3, "Museum", "Money.", "", ("Trust",), ("Governance",))


def test_offers_meet_asks() -> None:
    found = [(each.helper.name, each.learner.name, each.things) for each in matches([RIVER, LIBRARY, MUSEUM])]
    assert found == [
        ("River", "Library", ("running a Survey",)),
        ("River", "Museum", ("Governance",)),
        ("Museum", "Library", ("Trust", "money")),
    ]


def test_as_pairs_the_lower_first() -> None:
    assert pairs([MUSEUM, RIVER]) == {("1", "3")}


def test_nothing_said_meets_nothing() -> None:
    assert matches([Shared(1, "A", "", ""), Shared(2, "B", " ,\n", ",")]) == []
