"""Where a text points within its own files, found without rendering it: the importer brings these along."""

import re
from urllib.parse import unquote

_INLINE = re.compile(r"\]\(\s*(?:<([^<>\n]*)>|([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*))")
_DEFINED = re.compile(r"^ {0,3}\[[^\]\n^][^\]\n]*\]:\s*<?([^\s<>]+)", re.MULTILINE)
_WHOLE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#|$")


def relative_targets(source: str) -> list[str]:
    """Relative targets of links and images as they are written, each once; a superset (code is not told apart)."""
    found = [first or second for first, second in _INLINE.findall(source)] + _DEFINED.findall(source)
    return [target for target in dict.fromkeys(found) if not _WHOLE.match(target)]


def path_of(target: str) -> str:
    """The path that a target names: without fragment and query, percent signs undone, no leading ``./``."""
    return unquote(re.split(r"[?#]", target, maxsplit=1)[0]).removeprefix("./")
