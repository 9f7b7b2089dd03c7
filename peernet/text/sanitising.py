"""The closed list: whatever the steps before made, only this leaves. Nothing here can run, load or style."""

import re

import nh3

_PLAIN = "p br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code em strong del sup sub span"
_RICH = "a img figure figcaption table thead tbody tr th td div input"
_TAGS = set(f"{_PLAIN} {_RICH}".split())

_ATTRIBUTES = {
    "a": {"href", "rel", "class", "aria-label"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "ul": {"class"},
    "li": {"id", "class"},
    "sup": {"id"},
    "div": {"class", "aria-label"},
    "p": {"class"},
    "span": {"class"},
    "code": {"class"},
    "th": {"class"},
    "td": {"class"},
    "input": {"checked", "disabled", "aria-label"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_VALUES = {
    "div": {"role": {"region"}, "tabindex": {"0"}},
    "th": {"scope": {"col"}},
}
# A box in a list of tasks can never be anything else. (One forced attribute only: the order of two is not stable.)
_FORCED = {"input": {"type": "checkbox"}}

_KINDS = "note tip hint info important success question example quote abstract warning caution attention danger error"
_ADMONITION = {"admonition", *_KINDS.split()}
_CLASSES = {
    "a": {"footnote-ref", "footnote-backref"},
    "div": {"footnote", "quotation", "scroll"},
    "li": {"task"},
    "p": {"admonition-title"},
    "span": {"missing"},
    "td": {"left", "center", "right"},
    "th": {"left", "center", "right"},
    "ul": {"toc"},
}
_LANGUAGE = re.compile(r"language-[\w+#.-]{1,30}")


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name != "class":
        return value
    if tag == "code":
        return value if _LANGUAGE.fullmatch(value) else None
    words = value.split()
    allowed = _ADMONITION if words[:1] == ["admonition"] else _CLASSES[tag]
    return " ".join(word for word in words if word in allowed) or None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    tag_attribute_values=_VALUES,
    set_tag_attribute_values=_FORCED,
    attribute_filter=_attribute,
    link_rel=None,
    url_schemes={"http", "https", "mailto"},
)


def sanitise(html: str) -> str:
    """Give back only what the closed list allows of ``html``."""
    return _CLEANER.clean(html)
