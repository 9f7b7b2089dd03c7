"""Render one text, without any bound on time: only the bounded child process of ``pool`` calls this.

It imports neither the database nor the settings, so that the child starts quickly and holds no secret.
"""

import math
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from markdown import Markdown
from markdown.extensions.admonition import AdmonitionExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension

from peernet.text.extensions import Findings, Peernet
from peernet.text.finishing import Figures, Headings, Links, Quotations, Step, Tables, Task
from peernet.text.messages import as_plain
from peernet.text.sanitising import sanitise

# Adults read about this many words of prose a minute (Brysbaert 2019), and characters where words are not spaced.
_WORDS_PER_MINUTE = 230
_CHARACTERS_PER_MINUTE = 400
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
# Enough for what the sanitiser wrote, and four times as fast as a parser.
_TAG = re.compile(r"""<[^>"]*(?:"[^"]*"[^>"]*)*>""")

# Higher comes first; the package's own are inline 20, footnote-duplicate 15, prettify 10, unescape 0.
_STEPS: tuple[tuple[type[Step], int], ...] = (
    (Figures, 17),
    (Quotations, 17),
    (Headings, 16),
    (Tables, 13),
    (Links, 12),
)


class Renderer:
    """A ``Markdown`` object and its steps, used for one text after another."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.footnotes = FootnoteExtension()
        extensions = [
            TableExtension(use_align_attribute=True),
            self.footnotes,
            AdmonitionExtension(),
            DefListExtension(),
            SaneListExtension(),
            Peernet(self.findings),
        ]
        self.markdown = Markdown(extensions=extensions, output_format="html")
        self.steps = [step(self.markdown) for step, _ in _STEPS]
        for step, (_, priority) in zip(self.steps, _STEPS, strict=True):
            self.markdown.treeprocessors.register(step, type(step).__name__, priority)

    def render(self, source: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Plain values of a ``Rendered``; ``options`` are the keyword arguments of ``peernet.text.markdown.render``."""
        self.findings.reset(source)
        task = Task(findings=self.findings, **options)
        for step in self.steps:
            step.task = task
        self.markdown.treeprocessors["tasks"].labels = task.labels  # type: ignore[attr-defined]
        self.footnotes.setConfig("BACKLINK_TITLE", task.labels["back"])
        html = sanitise(self.markdown.reset().convert(source))
        return {"html": html, "toc": task.toc, "problems": as_plain(self._problems()), **_length(html)}

    def _problems(self) -> list[Any]:
        return [sentence for _, sentence in sorted(self.findings.sentences, key=lambda found: found[0])]


def _length(html: str) -> dict[str, int]:
    text = unescape(_TAG.sub(" ", html))
    unspaced = len(_UNSPACED.findall(text))
    words = len(re.findall(r"\w+(?:[’'-]\w+)*", _UNSPACED.sub(" ", text)))
    minutes = words / _WORDS_PER_MINUTE + unspaced / _CHARACTERS_PER_MINUTE
    return {"words": words + unspaced, "reading_minutes": max(1, math.ceil(minutes - 0.25))}
