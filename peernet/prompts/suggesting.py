"""Which questions of the library suit a cohort, and why each does. Pure: no database, no request.

What is weighed is said: the words that the cohort's theme and a question share, the themes of what it is asked already,
and where else a question carried a cohort.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from peernet.prompts.models import Prompt

# Between so many focus questions a cohort is carried well.
FEWEST_FOCUS, MOST_FOCUS = 3, 5
MOST = 8
_MOST_OF_A_THEME = 3
_WORD = re.compile(r"\w{4,}")
# A word that stands in more of the questions than one of so many tells nothing of any.
_RARE = 4


@dataclass(slots=True)
class Suggestion:
    """A question, and why it is suggested: words of the cohort's that it takes up, whether its theme is among them,
    whether others of its theme are asked, and in how many cohorts it was a focus question."""

    prompt: Prompt
    words: list[str] = field(default_factory=list)
    is_of_theme: bool = False
    is_theme_asked: bool = False
    carried: int = 0

    @property
    def weight(self) -> int:
        """How much speaks for it."""
        return 4 * self.is_of_theme + 2 * len(self.words) + 2 * self.is_theme_asked + min(self.carried, 2)


def suggest(
    prompts: Sequence[Prompt],
    theme: str,
    about: str = "",
    *,
    asked_topics: Iterable[int | None],
    carried: Mapping[int, int],
) -> list[Suggestion]:
    """The questions that suit a cohort of that ``theme``, best first; none for which nothing speaks. Of what else it
    says it is ``about``, the names of themes are taken up: its other words are everybody's."""
    topics, common = set(asked_topics) - {None}, _common([set(_words(prompt.text)) for prompt in prompts])
    wanted, named = set(_words(theme)) - common, set(_words(f"{theme} {about}"))
    found = [_weighed(prompt, wanted, named, topics, carried) for prompt in prompts]
    ranked = sorted((one for one in found if one.weight), key=lambda one: (-one.weight, one.prompt.slug))
    return _spread(ranked)


def missing_focus(number: int) -> int:
    """How many focus questions there are too few (above 0) or too many (below)."""
    return max(FEWEST_FOCUS - number, 0) or min(MOST_FOCUS - number, 0)


def _weighed(
    prompt: Prompt, wanted: set[str], named: set[str], topics: set[int | None], carried: Mapping[int, int]
) -> Suggestion:
    of_theme = set(_words(prompt.topic.name if prompt.topic else ""))
    spoken = _words(prompt.text)
    return Suggestion(
        prompt,
        words=sorted(spoken[word] for word in (set(spoken) & wanted) - of_theme),
        is_of_theme=bool(of_theme & named),
        is_theme_asked=prompt.topic_id in topics,
        carried=carried.get(prompt.id, 0),
    )


def _words(text: str) -> dict[str, str]:
    """Words of four letters or more as they stand, by the same without a plural's s."""
    return {word.removesuffix("s"): word for word in _WORD.findall(text.casefold())}


def _common(each: Sequence[set[str]]) -> set[str]:
    counted = Counter(word for words in each for word in words)
    return {word for word, number in counted.items() if number > 1 and number * _RARE > len(each)}


def _spread(ranked: Sequence[Suggestion]) -> list[Suggestion]:
    """The first few, of no theme too many."""
    taken: Counter[int | None] = Counter()
    chosen = []
    for one in ranked:
        if taken[one.prompt.topic_id] < _MOST_OF_A_THEME:
            taken[one.prompt.topic_id] += 1
            chosen.append(one)
    return chosen[:MOST]
