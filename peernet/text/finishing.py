"""The last steps on the tree of a rendered text: headings, figures, tables, links."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE

from peernet.text.extensions import Findings
from peernet.text.messages import marked
from peernet.text.slugs import slugify

_HEADING = re.compile(r"h[1-6]$")
_GIVEN_ID = re.compile(r"\s*\{:?\s*#([\w.:-]+)[^{}]*\}\s*$")
_ESCAPED = re.compile("\x02(\\d+)\x03")
_UNSAFE = re.compile(r"[\x00-\x20\\\x7f]")
_SCHEMES = {"http", "https", "mailto"}
# What stands in a source for a quotation, whose words are kept elsewhere: a name that nobody guesses.
QUOTATION = re.compile(r"\[quotation:[ \t]*([a-z2-7]{8})\]")
# How wide a picture is shown: the column of text, or the screen where that is narrower.
_SIZES = "(min-width: 48rem) 44rem, 100vw"


@dataclass
class Task:
    """What one text is rendered with, and what was learnt of it."""

    prefix: str
    top: int
    trusted: bool
    links: Mapping[str, str]
    images: Mapping[str, Mapping[str, Any]]
    labels: Mapping[str, str]
    findings: Findings
    toc: list[dict[str, Any]] = field(default_factory=list)


class Step(Treeprocessor):
    """A step that knows the task at hand."""

    task: Task

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)


class Figures(Step):
    """An image (or a linked one) alone in its paragraph becomes a figure; its title is the caption."""

    def run(self, root: Element) -> None:
        """Turn such paragraphs into figures in place."""
        for paragraph in list(root.iter("p")):
            image = _only_image(paragraph)
            if image is not None:
                _make_figure(paragraph, image)


class Quotations(Step):
    """``[quotation: …]`` alone in a paragraph of its own leaves a place, which whoever shows the text fills."""

    def run(self, root: Element) -> None:
        """Turn such paragraphs into places."""
        for paragraph in root:
            named = QUOTATION.fullmatch((paragraph.text or "").strip()) if _is_bare(paragraph) else None
            if named:
                paragraph.tag, paragraph.text = "div", named[1]
                paragraph.set("class", "quotation")


class Headings(Step):
    """Headings begin at the level that the page leaves them, skip none, and have ids; ``[TOC]`` lists them."""

    def run(self, root: Element) -> None:
        """Set level and id, and collect the table of contents."""
        open_levels: list[int] = []
        taken: Counter[str] = Counter()
        for heading in [element for element in root.iter() if _HEADING.match(element.tag)]:
            level = int(heading.tag[1])
            while open_levels and open_levels[-1] >= level:
                open_levels.pop()
            open_levels.append(level)
            self._settle(heading, min(6, self.task.top + len(open_levels) - 1), taken)
        for paragraph in root.iter("p"):
            if paragraph.text == "[TOC]" and len(paragraph) == 0:
                self._list(paragraph)

    def _settle(self, heading: Element, level: int, taken: Counter[str]) -> None:
        given = _take_id(heading)
        text = _said(heading)
        if not text:
            heading.tag = "p"
            return
        base = slugify(given or text) or "section"
        name = base
        while taken[name]:  # the count leads near a free number, so that many equal headings stay cheap
            taken[base] += 1
            name = f"{base}-{taken[base]}"
        taken[name] += 1
        heading.tag = f"h{level}"
        heading.set("id", name)
        self.task.toc.append({"level": level, "id": self.task.prefix + name, "text": text})

    def _list(self, paragraph: Element) -> None:
        paragraph.tag, paragraph.text = "ul", None
        paragraph.set("class", "toc")
        for entry in self.task.toc:
            item = Element("li")
            link = Element("a", {"href": "#" + entry["id"].removeprefix(self.task.prefix)})
            link.text = entry["text"]
            item.append(link)
            paragraph.append(item)


class Tables(Step):
    """A wide table scrolls in a region of its own, reachable by keyboard; cells align by class, not by style."""

    def run(self, root: Element) -> None:
        """Wrap every table."""
        parents = {child: parent for parent in root.iter() for child in parent if child.tag == "table"}
        for number, (table, parent) in enumerate(parents.items(), 1):
            self._wrap(table, parent, number)

    def _wrap(self, table: Element, parent: Element, number: int) -> None:
        heads = [_said(cell) for cell in table.iter("th")]
        label = f"{self.task.labels['table']} {number}: {', '.join(filter(None, heads))}"
        region = Element("div", {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": label[:120]})
        parent[list(parent).index(table)] = region
        region.tail, table.tail = table.tail, None
        region.append(table)
        for cell in table.iter():
            if cell.tag == "th":
                cell.set("scope", "col")
            if align := cell.attrib.pop("align", ""):
                cell.set("class", align)


class Links(Step):
    """Targets are resolved and judged, ids prefixed; what leads nowhere becomes text and is noted."""

    def run(self, root: Element) -> None:
        """Go over every element once for its id, once for where it leads."""
        for element in root.iter():
            if name := element.get("id"):
                element.set("id", self.task.prefix + _fragment(name))
        ids = {element.get("id") for element in root.iter()}
        linked = {image for link in root.iter("a") for image in link.iter("img")}
        for image in list(root.iter("img")):
            self._image(image, image in linked)
        for link in list(root.iter("a")):
            if link.get("rel") is None:
                self._link(link, ids)

    def _link(self, link: Element, ids: set[str | None]) -> None:
        target = _plain(link.get("href", ""))
        if target.startswith("#"):
            self._inside(link, target, ids)
            return
        url = self._resolved(target)
        if url is None:
            link.attrib.clear()
            link.tag = "span"
            return
        link.set("href", url)
        if not _said(link):  # a link needs a name
            link.set("aria-label", url)
        if not url.startswith("/"):
            link.set("rel", "noopener" if self.task.trusted else "noopener nofollow")

    def _inside(self, link: Element, target: str, ids: set[str | None]) -> None:
        name = self.task.prefix + _fragment(unquote(target[1:]))
        link.set("href", "#" + name)
        if link.get("class") == "footnote-backref":
            link.set("aria-label", link.attrib.pop("title", ""))
        elif name not in ids:
            self.task.findings.add(marked("Line %(line)s: no heading of this text is called %(what)s"), target)

    def _resolved(self, target: str) -> str | None:
        """Where a target leads: by the mapping, then by itself if it is whole. None where nowhere."""
        mapped = _look_up(self.task.links, target, self.task.prefix)
        if mapped is not None:
            return mapped
        if _is_own(target) or _is_whole(target):
            return target
        self.task.findings.add(marked("Line %(line)s: the link leads nowhere: %(what)s"), target)
        return None

    def _image(self, image: Element, is_linked: bool) -> None:
        target = _plain(image.get("src", ""))
        if not (image.get("alt") or "").strip():
            missing = marked("Line %(line)s: the image %(what)s has no alternative text")
            self.task.findings.add(missing, target)
        picture = self._picture(target)
        if picture is None:
            _become_text(image, target if _is_whole(target) and not is_linked else None, self.task)
            return
        image.attrib.pop("title", None)
        image.attrib.update({"src": str(picture["url"]), "alt": image.get("alt") or "", "loading": "lazy"})
        for name in ("width", "height", "srcset"):
            if picture.get(name):
                image.set(name, str(picture[name]))
        if picture.get("srcset"):
            image.set("sizes", _SIZES)

    def _picture(self, target: str) -> Mapping[str, Any] | None:
        for name in _spellings(target):
            if name in self.task.images:
                return self.task.images[name]
            if name in self.task.links:
                return {"url": self.task.links[name]}
        if _is_own(target):
            return {"url": target}
        foreign = marked("Line %(line)s: an image from elsewhere is shown as a link: %(what)s")
        absent = marked("Line %(line)s: there is no image %(what)s")
        self.task.findings.add(foreign if _is_whole(target) else absent, target)
        return None


def _is_bare(paragraph: Element) -> bool:
    return paragraph.tag == "p" and len(paragraph) == 0


def _only_image(paragraph: Element) -> Element | None:
    if len(paragraph) != 1 or (paragraph.text or "").strip() or (paragraph[0].tail or "").strip():
        return None
    only = paragraph[0]
    if only.tag == "a" and len(only) == 1 and not (only.text or "").strip() and not (only[0].tail or "").strip():
        only = only[0]
    return only if only.tag == "img" else None


def _make_figure(paragraph: Element, image: Element) -> None:
    paragraph.tag = "figure"
    title = image.attrib.pop("title", "").strip()
    if title:
        caption = Element("figcaption")
        caption.text = title
        paragraph.append(caption)


def _take_id(heading: Element) -> str:
    """Take ``{#name}`` off the end of a heading, as Hugo, Pandoc and MkDocs write it."""
    holder = heading[-1] if len(heading) else None
    text = (holder.tail if holder is not None else heading.text) or ""
    match = _GIVEN_ID.search(text)
    if not match:
        return ""
    if holder is not None:
        holder.tail = text[: match.start()]
    else:
        heading.text = text[: match.start()]
    return match[1]


def _said(element: Element) -> str:
    return " ".join(_plain("".join(_texts(element))).split())


def _texts(element: Element) -> Iterator[str]:
    """The text of an element without the numbers of footnotes."""
    yield element.text or ""
    for child in element:
        if child.tag == "img":
            yield child.get("alt", "")
        elif child.tag != "sup":
            yield from _texts(child)
        yield child.tail or ""


def _plain(text: str) -> str:
    """Undo what the package writes in place of ampersands and escaped characters."""
    text = _ESCAPED.sub(lambda match: chr(int(match[1])), text)
    return html.unescape(text.replace(AMP_SUBSTITUTE, "&"))


def _fragment(name: str) -> str:
    return re.sub(r"[^\w:.-]+", "-", name)


def _is_own(target: str) -> bool:
    """Whether the target is an address of this site: browsers read // and /\\ as another host."""
    return target.startswith("/") and not target.startswith("//") and not _UNSAFE.search(target)


def _is_whole(target: str) -> bool:
    if _UNSAFE.search(target):
        return False
    try:
        parts = urlsplit(target)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme == "mailto" if host is None else parts.scheme in _SCHEMES


def _spellings(target: str) -> Iterator[str]:
    for name in (target, unquote(target)):
        yield name
        yield name.removeprefix("./")


def _look_up(links: Mapping[str, str], target: str, prefix: str) -> str | None:
    for name in _spellings(target):
        if name in links:
            return links[name]
        page, hash_, fragment = name.partition("#")
        if hash_ and page in links:
            return f"{links[page]}#{prefix}{_fragment(fragment)}"
    return None


def _become_text(image: Element, url: str | None, task: Task) -> None:
    alt = image.get("alt") or url or ""
    image.attrib.clear()
    image.text = alt
    image.tag = "a" if url else "span"
    if url:
        image.attrib.update({"href": url, "rel": "noopener" if task.trusted else "noopener nofollow"})
    else:
        image.set("class", "missing")
