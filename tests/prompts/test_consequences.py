"""Who will read it and what they will see: every combination, word for word."""

import re

import pytest

from peernet.prompts.consequences import (
    VISIBILITIES,
    Way,
    consequence,
    of_attribution,
    of_visibility,
    read_before,
    visibilities,
)  # fmt: skip
from peernet.prompts.models import Attribution, Visibility

_WHOM = {
    "facilitators": "the facilitators and organisers of this cohort",
    "cohort": "everybody in this cohort: members, observers, facilitators and organisers",
    "public": "everyone, on the question’s public page, and everybody in this cohort",
}


@pytest.mark.parametrize("attribution", Attribution)
@pytest.mark.parametrize("released", [None, True, False])
def test_private_is_private(attribution: Attribution, released: bool | None) -> None:
    said = consequence(Visibility.PRIVATE, attribution, released=released)
    assert said == "Only you can read this. Nobody is told that you wrote it."


@pytest.mark.parametrize(("visibility", "whom"), _WHOM.items())
def test_each_choice_names_its_readers_and_what_they_see(visibility: str, whom: str) -> None:
    chosen = Visibility(visibility)
    begin = f"From now on this can be read by {whom}."
    assert consequence(chosen, Attribution.PERSON) == f"{begin} They see your name and your organisation’s."
    assert consequence(chosen, Attribution.ORGANISATION) == f"{begin} They see your organisation’s name, not yours."
    assert consequence(chosen, Attribution.UNATTRIBUTED) == (
        f"Nobody reads this until the prompt closes. Then it can be read by {whom}, mixed with the other unattributed "
        "answers: they see neither who wrote it, nor which organisation, nor when. If fewer than 3 organisations wrote "
        "one for these readers, it is not shown to them; if none can be shown at all, you are asked again."
    )
    assert consequence(chosen, Attribution.UNATTRIBUTED, released=True) == (
        f"It can be read by {whom}, wherever unattributed answers of at least 3 organisations stand together. They see "
        "neither who wrote it, nor which organisation, nor when."
    )
    assert consequence(chosen, Attribution.UNATTRIBUTED, released=False) == (
        "Nobody reads this: the prompt has closed, and fewer than 3 organisations wrote an unattributed answer."
    )
    assert of_visibility(chosen) == f"Read by {whom}."


UNTIL_NOW = {
    Attribution.PERSON: ("your name", "whose it is"),
    Attribution.ORGANISATION: ("your organisation’s name", "where it comes from"),
}


@pytest.mark.parametrize("before", Attribution)
@pytest.mark.parametrize("after", Attribution)
def test_who_could_read_it_with_a_name_may_remember_it(before: Attribution, after: Attribution) -> None:
    """Said wherever a name that others could read is taken from an answer, and nowhere else."""
    order = [Attribution.PERSON, Attribution.ORGANISATION, Attribution.UNATTRIBUTED]
    for visibility in Visibility:
        said = read_before((visibility, before), after)
        if visibility is Visibility.PRIVATE or order.index(after) <= order.index(before):
            assert said == ""
        else:
            name, what = UNTIL_NOW[before]
            begin = f"Until now it could be read with {name} by {_WHOM[visibility.value]}."
            assert said == f"{begin} Whoever did may know it again, and {what}."
    assert read_before(None, after) == ""


def test_where_there_is_no_public_page_it_is_said() -> None:
    said = consequence(Visibility.PUBLIC, Attribution.PERSON, of=Way(has_page=False))
    assert "everybody in this cohort and, as soon as the question has a public page, everyone" in said


def test_hints_stand_under_each_choice_alone() -> None:
    hints = [*map(of_visibility, Visibility), *map(of_attribution, Attribution)]
    assert len(set(hints)) == 7
    assert not any(re.search(r"%\(|None", hint) for hint in hints)


def test_of_what_is_put_to_some_the_cohort_is_not_named_as_reader() -> None:
    for has_page in (True, False):
        way = Way(has_page=has_page, to_some=True)
        said = [consequence(one, Attribution.PERSON, of=way) for one in Visibility]
        hints = [of_visibility(one, of=way) for one in Visibility]
        assert not any("everybody in this cohort" in one for one in [*said, *hints, *visibilities(way).values()])
        assert ["those who are asked" in one for one in hints] == [False, False, True, True]
    assert visibilities(way)[Visibility.COHORT] == "Those who are asked"


def test_of_what_a_seat_answers_private_is_its_authors() -> None:
    way = Way(per_seat=True)
    assert visibilities(way)[Visibility.PRIVATE] == "Only those who wrote it"
    said = consequence(Visibility.PRIVATE, Attribution.ORGANISATION, of=way)
    assert said == "Only those of you who wrote this can read it. Nobody is told that you wrote it."
    assert visibilities() == {one: str(words) for one, words in VISIBILITIES.items()}
