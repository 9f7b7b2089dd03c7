"""What is pasted, in the bounded child process."""

import re
from typing import Any

from peernet.text.foreign import child, markdown

# Deeper than this no text is; the walk through the tree would end there too, but building it takes time that grows with
# the square of its depth.
_DEEPEST = 400
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)")
# What nobody need close.
_OPEN_ENDED = re.compile(
    "area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|dd|dt|li|option|p|tbody|td|tfoot|th|thead|tr"
)


def main() -> None:
    """Serve one order and end."""
    child.serve(_made)


def _made(_order: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    html = data.decode("utf-8", "replace")
    if _depth(html) > _DEEPEST:
        raise RecursionError
    return {"markdown": markdown.of_html(html)}, []


def _depth(html: str) -> int:
    """How deep elements stand in one another, as far as each tag that must be closed is."""
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        if not _OPEN_ENDED.fullmatch(name.lower()):
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest
