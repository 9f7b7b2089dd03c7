"""Which questions are suggested for a cohort, in which order and why."""

import pytest

from peernet.prompts.models import Moment, Prompt, Topic
from peernet.prompts.suggesting import MOST, missing_focus, suggest

TRUST, MONEY = Topic(id=1, slug="trust", name="Trust"), Topic(id=2, slug="money", name="Paying for it")


def _prompt(number: int, text: str, topic: Topic | None = None) -> Prompt:
    return Prompt(id=number, slug=f"p{number}", text=text, topic=topic, topic_id=topic.id if topic else None,
                  moment=Moment.OPENING)  # fmt: skip


def test_each_says_why_and_what_nothing_speaks_for_is_left_out() -> None:
    prompts = [
        _prompt(1, "Who looks after the rivers you map?"),
        _prompt(2, "Who believes you?", TRUST),
        _prompt(3, "Who pays?", MONEY),
        _prompt(4, "What would you stop doing?"),
        _prompt(5, "What would you begin?"),
    ]
    found = suggest(prompts, "Along a river", "On trust, and who pays", asked_topics=[MONEY.id, None], carried={5: 7})
    assert [(one.prompt.id, one.words, one.is_of_theme, one.is_theme_asked, one.carried) for one in found] == [
        (2, [], True, False, 0),
        (1, ["rivers"], False, False, 0),
        (3, [], False, True, 0),
        (5, [], False, False, 7),
    ]


def test_words_that_stand_everywhere_tell_nothing_and_no_theme_fills_the_list() -> None:
    everywhere = [_prompt(number, f"Which data {number}?", TRUST) for number in range(12)]
    assert suggest(everywhere, "Open data", asked_topics=[], carried={}) == []
    of_theme = suggest(everywhere, "Trust", asked_topics=[], carried={})
    assert len(of_theme) == 3
    assert len(suggest([_prompt(n, "Rivers?", None) for n in range(3)], "river", asked_topics=[], carried={})) <= MOST


@pytest.mark.parametrize(("number", "missing"), [(0, 3), (2, 1), (3, 0), (5, 0), (6, -1)])
def test_three_to_five_carry_a_cohort(number: int, missing: int) -> None:
    assert missing_focus(number) == missing
