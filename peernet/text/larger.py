"""Pictures of a text that open large: each leads to its whole file, also without scripts (``large.js`` shows it in
the page). Small ones, and those that lead somewhere already, stay as they are."""

import re
from html import escape

_TAG = re.compile(r'<a\b[^>]*>|</a>|<img\b[^>]*\bsrc="(?P<src>/media/[^"]*)"[^>]*>')
_WIDTH = re.compile(r'\bwidth="(\d+)"')
# What is narrower is shown whole on a phone already.
_LEAST = 400


def linked(html: str, label: str, close: str) -> str:
    """The text with such links; ``label`` is what they do and ``close`` what undoes it, in words."""
    inside = False

    def change(found: re.Match[str]) -> str:
        nonlocal inside
        if found["src"] is None:
            inside = found[0] != "</a>"
            return found[0]
        width = _WIDTH.search(found[0])
        if inside or (width is not None and int(width[1]) < _LEAST):
            return found[0]
        words = f'<span class="visually-hidden"> ({escape(label)})</span>'
        return f'<a class="large" href="{found["src"]}" data-close="{escape(close)}">{found[0]}{words}</a>'

    return _TAG.sub(change, html)
