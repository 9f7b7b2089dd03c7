"""A Word file as an archive: what is refused before anything reads its text, and what can be counted in it."""

import io
import re
import zipfile
from dataclasses import dataclass

MOST_ENTRIES = 3_000
# Unpacked, in bytes: of all parts, and of one part of XML. 20 MB of XML are a thousand pages.
MOST_ALTOGETHER, MOST_XML = 120_000_000, 20_000_000
# Real XML packs to a tenth, a bomb to a thousandth.
MOST_RATIO = 200
_MAIN = b"wordprocessingml.document.main+xml"
_DOCUMENT, _TYPES = "word/document.xml", "[Content_Types].xml"
_OLD = b"\xd0\xcf\x11\xe0"
_OUTSIDE = re.compile(rb"<Relationship (?=[^>]*TargetMode=\"External\")(?![^>]*/hyperlink\")[^>]*>")
_MARGIN = re.compile(r"word/(header|footer)\d*\.xml")


class Refusal(Exception):
    """Why the file is not taken, as a word that the parent says in full."""


@dataclass(frozen=True)
class Parts:
    """What of the archive the report needs: the text's XML, and how many remarks, headers, and things outside."""

    document: bytes
    remarks: int
    margins: int
    outside: int


def looked_at(data: bytes) -> Parts:
    """Raises Refusal for what is no Word file, or one made to do harm; zipfile's errors for a broken one."""
    if data.startswith(_OLD):
        raise Refusal("old")
    if not data.startswith(b"PK"):
        raise Refusal("other")
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        names = _names(opened)
        if _TYPES not in names or _DOCUMENT not in names:
            raise Refusal("other")
        xml = {name: opened.read(name) for name in names if name.endswith((".xml", ".rels"))}
    _hostile(xml, names)
    return Parts(
        document=xml[_DOCUMENT],
        remarks=len(re.findall(rb"<w:comment ", xml.get("word/comments.xml", b""))),
        margins=sum(bool(re.search(rb"<w:t[ >]", text)) for name, text in xml.items() if _MARGIN.fullmatch(name)),
        outside=sum(len(_OUTSIDE.findall(text)) for name, text in xml.items() if name.endswith(".rels")),
    )


def _names(opened: zipfile.ZipFile) -> set[str]:
    infos = opened.infolist()
    names = {info.filename for info in infos}
    if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_ALTOGETHER:
        raise Refusal("bomb")
    for info in infos:
        is_xml = info.filename.endswith((".xml", ".rels"))
        packs = info.file_size / max(info.compress_size, 1)
        if is_xml and (info.file_size > MOST_XML or (packs > MOST_RATIO and info.file_size > 1_000_000)):
            raise Refusal("bomb")
        if info.flag_bits & 1:
            raise Refusal("old")
        if info.filename.startswith(("/", "\\")) or ".." in info.filename.replace("\\", "/").split("/"):
            raise Refusal("hostile")
    if len(names) != len(infos):
        raise Refusal("hostile")
    return names


def _hostile(xml: dict[str, bytes], names: set[str]) -> None:
    if any(name.lower().endswith("vbaproject.bin") for name in names) or b"macroEnabled" in xml[_TYPES]:
        raise Refusal("macros")
    if _MAIN not in xml[_TYPES]:
        raise Refusal("other")
    # No program that writes such files declares a type or an entity. (Two bytes a letter are the same letters.)
    if any(b"<!DOCTYPE" in text or b"<!ENTITY" in text for text in (one.replace(b"\0", b"") for one in xml.values())):
        raise Refusal("hostile")
