"""Who sits at the table, in which order."""

from types import SimpleNamespace
from typing import Any

from peernet.roundtables.models import Answer
from peernet.roundtables.seating import Place, places


def _person(number: int, name: str, organisation: str = "") -> Any:
    seat = SimpleNamespace(organisation=SimpleNamespace(name=organisation)) if organisation else None
    return SimpleNamespace(person_id=number, person=SimpleNamespace(name=name), seat=seat)


def _guest(number: int, name: str, organisation: str = "") -> Any:
    return SimpleNamespace(id=number, name=name, organisation=organisation)


def test_who_comes_sits_first_then_by_answer_and_name() -> None:
    people = [_person(1, "zoe", "River Trust"), _person(2, "Anna"), _person(3, "Ben", "Museum"), _person(4, "Carl")]
    given = {1: Answer.ACCEPTED, 3: Answer.DECLINED, 4: Answer.WRITING}
    answers = {(number, None): answer for number, answer in given.items()}
    answers |= {(None, 1): Answer.ACCEPTED, (None, 2): Answer.DECLINED}
    guests = [_guest(1, "An Expert"), _guest(2, "Another", "Harbour")]
    assert places(people, guests, answers) == [
        Place("An Expert", "guest · comes", "coming"),
        Place("zoe", "River Trust · comes", "coming"),
        Place("Carl", "answers in writing", "writing"),
        Place("Anna", "has not answered", "unknown"),
        Place("Another", "Harbour · cannot come", "away"),
        Place("Ben", "Museum · cannot come", "away"),
    ]


def test_every_answer_has_a_place_at_the_table() -> None:
    people = [_person(number, answer.value) for number, answer in enumerate(Answer)]
    answers = {(number, None): answer for number, answer in enumerate(Answer)}
    assert [(place.name, place.state) for place in places(people, [], answers)] == [
        ("accepted", "coming"),
        ("tentative", "unknown"),
        ("waiting", "unknown"),
        ("writing", "writing"),
        ("deputy", "away"),
        ("declined", "away"),
    ]


def test_of_many_only_who_takes_part_is_drawn() -> None:
    people = [_person(number, f"Person {number:02}") for number in range(30)]
    answers = {(3, None): Answer.ACCEPTED, (4, None): Answer.WRITING, (5, None): Answer.DECLINED}
    assert [place.name for place in places(people, [], answers)] == ["Person 03", "Person 04"]


def test_an_empty_table() -> None:
    assert places([], [], {}) == []
