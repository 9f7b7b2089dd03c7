"""The sheet as it stands in a form: order, what is new, what is gone."""

import pytest

from peernet.materials.assembling import sheets
from peernet.materials.assembling.access import Pickable
from peernet.materials.assembling.sheets import Line, Part, Sheet
from peernet.prompts.models import Attribution
from peernet.prompts.voices import UnattributedVoice
from tests.conftest import NOW


def pickable(key: str, asking_id: int = 1, digest: str = "d") -> Pickable:
    """An answer without a name."""
    return Pickable(asking_id, UnattributedVoice(f"<p>Words of {key}</p>", NOW.date(), key, False), digest)


def line(key: str, asking_id: int = 1, **values: object) -> Line:
    """A line as it was typed."""
    return Line(key, asking_id, "d", "Words", Attribution.UNATTRIBUTED, **values)  # type: ignore[arg-type]


def test_a_form_is_read_line_by_line_and_what_is_wrong_in_it_left_out() -> None:
    values = {
        "part": ["2", "1", "x"],
        "part_lead": ["First we ask.", ""],
        "voice": ["a", "b", ""],
        "of": ["2", "one", "1"],
        "seen": ["d"],
        "text": ["Words of a"],
        "attribution": ["person", "nobody"],
        "lead": ["She said:"],
        "pick": "a",
    }
    assert sheets.of_form(values) == Sheet(
        [Part(2, "First we ask."), Part(1, "")],
        [Line("a", 2, "d", "Words of a", Attribution.PERSON, "She said:", is_picked=True)],
    )


def test_new_answers_come_last_and_of_those_that_are_gone_only_ones_own_words_stay() -> None:
    typed = Sheet(
        [Part(1)],
        [line("b", is_picked=True), line("gone", lead="Mine", is_picked=True), line("quiet"), line("c", lead="Before")],
    )
    made = sheets.completed(typed, {key: pickable(key) for key in ("a", "b")} | {"c": pickable("c", digest="other")})
    assert [(each.key, each.text, each.lead, each.is_picked, each.is_gone, each.is_changed) for each in made.lines] == [
        ("b", "Words", "", True, False, False),
        ("gone", "", "Mine", False, True, False),
        ("c", "Words", "Before", False, False, True),
        ("a", "Words of a", "", False, False, False),
    ]


def test_an_answer_to_another_question_is_gone_from_this_one() -> None:
    made = sheets.completed(Sheet([Part(1)], [line("a", is_picked=True)]), {"a": pickable("a", asking_id=2)})
    assert [(each.is_gone, each.text) for each in made.lines] == [(True, "")]


@pytest.mark.parametrize(
    ("wish", "parts", "lines"),
    [
        ("up line b", [1, 2], ["b", "a", "c"]),
        ("down line a", [1, 2], ["b", "a", "c"]),
        ("up line a", [1, 2], ["a", "b", "c"]),
        ("down line c", [1, 2], ["a", "b", "c"]),
        ("down part 1", [2, 1], ["a", "b", "c"]),
        ("down part 9", [1, 2], ["a", "b", "c"]),
        ("sideways part 1", [1, 2], ["a", "b", "c"]),
        ("up", [1, 2], ["a", "b", "c"]),
        ("", [1, 2], ["a", "b", "c"]),
    ],
)
def test_questions_and_answers_change_their_places(wish: str, parts: list[int], lines: list[str]) -> None:
    made = sheets.moved(Sheet([Part(1), Part(2)], [line("a"), line("b"), line("c", 2)]), wish)
    assert [part.asking_id for part in made.parts] == parts
    assert [each.key for part in sorted(made.parts, key=lambda part: part.asking_id) for each in made.of(part)] == lines
