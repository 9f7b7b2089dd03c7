"""Files that are two things at once: an image for one program, and a page, a script or an archive for another.

Of an image nothing of it would survive the writing anew; they are refused all the same, since nobody makes one by
mistake. Pure.
"""

import re

# What begins a page, a script or a document; long enough that compressed pixels do not hold it by chance.
_PAGE = rb"<script[\s>/]|<html[\s>]|<!doctype\s+html|<\?php\s"
_WORDS = re.compile(_PAGE + rb"|%PDF-[12]\.\d", re.IGNORECASE)
_IS_PAGE = re.compile(_PAGE, re.IGNORECASE)
# A comment or an assignment in the place of a length or a width: the whole file is JavaScript then.
_SCRIPT = re.compile(rb"(?:\xff\xd8\xff[\xe0-\xef]|RIFF|GIF8[79]a)/\*|GIF8[79]a\s*=[\s\"'`0-9A-Za-z(\[]")
# The directory of a ZIP archive stands at its end, with a comment of at most 65,535 bytes after it (APPNOTE, 4.3.16).
_DIRECTORY, _RECORD, _END = b"PK\x01\x02", b"PK\x05\x06", 65_557


def is_polyglot(data: bytes) -> bool:
    """Whether an image could be read as something else too."""
    if _WORDS.search(data):
        return True
    if (script := _SCRIPT.match(data)) and (b"=" in script[0] or b"*/" in data[script.end() :]):
        return True
    return _is_archive(data)


def is_two(head: bytes, tail: bytes) -> bool:
    """Whether a long file begins as a page for browsers too, or ends as an archive."""
    return _IS_PAGE.search(head) is not None or _is_archive(tail)


def _is_archive(data: bytes) -> bool:
    return _DIRECTORY in data and _RECORD in data[-_END:]
