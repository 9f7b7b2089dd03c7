"""What a tag's own style and classes say."""

from bs4 import Tag


def style(tag: Tag) -> str:
    """Its style, as it was written."""
    return str(tag.get("style") or "")


def classes(tag: Tag) -> set[str]:
    """Its classes, in small letters."""
    found = tag.get("class") or ()
    return {str(one).lower() for one in ([found] if isinstance(found, str) else found)}
