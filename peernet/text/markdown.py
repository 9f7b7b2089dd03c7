"""Markdown to safe HTML.

Called when a text is written, before the write lock is taken. Limits of size and nesting come first; then a child
process renders within bounds of CPU time and memory; the last step there is a sanitiser with a closed list. So a
hostile text costs its sender a refusal and nobody else anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, TypedDict

from peernet.db import Refused
from peernet.text.limits import objection
from peernet.text.messages import Message, worded
from peernet.text.pool import Died, pool

# What screen readers say; a room above passes them in the language of the text.
LABELS = {"back": "Back to the text, note {}", "table": "Table", "done": "done", "open": "to do"}

_NOTHING: Mapping[str, Any] = {}


class TooHeavy(Refused):
    """The text is too long, too deeply nested, or takes too much work to render."""


class Heading(TypedDict):
    """An entry of the table of contents."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Picture:
    """An image of this site, as a text shows it. ``srcset`` as in HTML."""

    url: str
    width: int | None = None
    height: int | None = None
    srcset: str = ""


@dataclass(frozen=True)
class Rendered:
    """A text as it is shown. ``problems`` are sentences for its author, in the order of lines."""

    html: str
    toc: list[Heading]
    words: int
    reading_minutes: int
    problems: list[Message]


def render(
    source: str,
    *,
    prefix: str = "c-",
    links: Mapping[str, str] | None = None,
    images: Mapping[str, Picture] | None = None,
    trusted: bool = False,
    top: int = 2,
    labels: Mapping[str, str] | None = None,
    field: str | None = None,
) -> Rendered:
    """Render ``source``; raises TooHeavy (with ``field``) for what goes beyond a limit.

    ``prefix`` leads every id, so that two texts on a page do not meet. ``links`` gives the address for a target as it
    is written in the text (a fragment is carried over), ``images`` the picture. ``trusted`` texts are followed by
    search engines. ``top`` is the level of the first heading; levels are never skipped. ``labels``: see LABELS.
    """
    refusal = objection(source)
    if refusal is not None:
        raise TooHeavy(refusal, field=field)
    options = {
        "prefix": prefix,
        "top": top,
        "trusted": trusted,
        "links": dict(links or _NOTHING),
        "images": {target: asdict(picture) for target, picture in (images or _NOTHING).items()},
        "labels": LABELS | dict(labels or _NOTHING),
    }
    return _rendered(_ask({"source": source, "options": options}), field)


def render_many(sources: Iterable[str], **options: Any) -> Iterator[Rendered | TooHeavy]:
    """Render many texts with the same ``options`` on all processors, in order; a refusal stands in its text's place."""
    workers = pool().size
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="render") as threads:
        yield from threads.map(lambda source: _render_or_refuse(source, options), sources)


def _render_or_refuse(source: str, options: Mapping[str, Any]) -> Rendered | TooHeavy:
    try:
        return render(source, **options)
    except TooHeavy as refusal:
        return refusal


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    try:
        return pool().ask(request)
    except Died:
        return {"heavy": True}


def _rendered(answer: dict[str, Any], field: str | None) -> Rendered:
    if "rendered" not in answer:
        raise TooHeavy(worded("This text takes too much work to show. Make it simpler, or part it."), field=field)
    values = answer["rendered"]
    problems = [Message(msgid, filled) for msgid, filled in values.pop("problems")]
    return Rendered(**values, problems=problems)
