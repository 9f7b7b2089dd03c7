"""What peernet adds to the ``markdown`` package: foreign syntax shown as text, tasks, bare addresses, deletions."""

import html
import re
from string import punctuation
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import HTML_RE, InlineProcessor, SimpleTagInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import INLINE_PLACEHOLDER_RE, AtomicString

from peernet.text.layout import Layout
from peernet.text.messages import Message, marked

# Hugo {{< >}} and {{% %}}, Liquid {% %} and {{ }}, kramdown {: }, MyST roles {name} before a code span.
_TEMPLATE_RE = r"(\{\{[^\n]{0,500}?\}\}|\{%[^\n]{0,500}?%\}|\{:[^{}\n]{0,200}\}|\{[a-zA-Z][\w:+-]*\}(?=\x02klzzwxh:))"
_BARE_URL_RE = r"""(?<![\w/"'=(<\[])(https?://[^\s<>\x02\x03"]*[^\s<>\x02\x03"'.,;:!?*_)\]])"""
_AUTOLINK = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
# What can begin a match of any inline pattern: the package's, those above, and footnotes.
_SPECIAL = re.compile(r"[`\\\[<&*_~{]|://|  \n")
_TASK = re.compile(r"^\[([ xX])\] +(?=\S)")


class Findings:
    """What the reader of a text should know of it: each thing once, at the line where it first stands."""

    def __init__(self) -> None:
        self.reset("")

    def reset(self, source: str) -> None:
        """Begin with a new text."""
        self._lines = source.split("\n")
        self._seen: set[tuple[str, str]] = set()
        self.sentences: list[tuple[int, Message]] = []

    def add(self, msgid: str, what: str, line: int | None = None) -> None:
        """Note ``what``, written into ``msgid`` as ``%(what)s`` beside ``%(line)s``."""
        if (msgid, what) in self._seen:
            return
        self._seen.add((msgid, what))
        line = line or self._line_of(what)
        shown = what if len(what) <= 60 else what[:59] + "…"
        self.sentences.append((line, Message(msgid, {"line": line, "what": shown})))

    def _line_of(self, what: str) -> int:
        first = what.split("\n", 1)[0]
        return next((number for number, line in enumerate(self._lines, 1) if first in line), 1)


class Foreign(InlineProcessor):
    """Raw HTML or the syntax of another system: stays text, character by character, and is noted."""

    def __init__(self, pattern: str, md: Markdown, findings: Findings, msgid: str) -> None:
        super().__init__(pattern, md)
        self.findings, self.msgid = findings, msgid

    def handleMatch(  # type: ignore[override]  # noqa: N802 - named by the package
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        """Keep the match as text; leave <https://…> to the package."""
        if _AUTOLINK.match(m[1]):
            return None, None, None
        text = INLINE_PLACEHOLDER_RE.sub(self._written, m[1])
        self.findings.add(self.msgid, text)
        return text, m.start(0), m.end(0)

    def _written(self, found: re.Match[str]) -> str:
        node = self.md.treeprocessors["inline"].stashed_nodes.get(found[1], "")  # type: ignore[attr-defined]
        if isinstance(node, str):
            return node
        quote = "`" if node.tag == "code" else ""
        return quote + "".join(node.itertext()) + quote


class BareAddress(InlineProcessor):
    """https://… in running text becomes a link, as people expect."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        """Link the address to itself."""
        link = Element("a", {"href": m[1]})
        link.text = AtomicString(m[1])
        return link, m.start(1), m.end(1)


class Plain(Treeprocessor):
    """Text without a character that means anything is marked as finished: twenty patterns need not be tried on it."""

    def run(self, root: Element) -> None:
        """Mark such texts before the inline patterns run."""
        for element in root.iter():
            if element.text and not _SPECIAL.search(element.text):
                element.text = AtomicString(element.text)


class Tasks(Treeprocessor):
    """``- [x] done`` becomes an item with a box that cannot be changed."""

    labels: dict[str, str]

    def run(self, root: Element) -> None:
        """Mark every item of a list that begins with a box."""
        for item in root.iter("li"):
            holder = item if (item.text or "").strip() else next(iter(item), None)
            if holder is not None and holder.tag in ("li", "p"):
                self._mark(item, holder)

    def _mark(self, item: Element, holder: Element) -> None:
        match = _TASK.match((holder.text or "").lstrip())
        if not match:
            return
        done = match[1] != " "
        box = Element("input", {"type": "checkbox", "disabled": "disabled"})
        box.set("aria-label", self.labels["done" if done else "open"])
        if done:
            box.set("checked", "checked")
        box.tail = " " + (holder.text or "").lstrip()[match.end() :]
        holder.text = None
        holder.insert(0, box)
        item.set("class", "task")


class Peernet(Extension):
    """Puts the parts together and takes raw HTML out of the package."""

    def __init__(self, findings: Findings) -> None:
        super().__init__()
        self.findings = findings

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - named by the package
        """Register everything at its place; higher numbers come first."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # As CommonMark has it; an ampersand would make an entity of what follows.
        md.ESCAPED_CHARS = [char for char in punctuation if char != "&"]
        self._md = md
        layout = Layout(md)
        layout.keep = self._keep
        md.preprocessors.register(layout, "layout", 26)
        template = marked("Line %(line)s: %(what)s belongs to another system and is shown as text")
        raw = marked("Line %(line)s: HTML is shown as text: %(what)s")
        md.inlinePatterns.register(Foreign(_TEMPLATE_RE, md, self.findings, template), "template", 173)
        md.inlinePatterns.register(Foreign(HTML_RE, md, self.findings, raw), "raw", 90)
        md.inlinePatterns.register(BareAddress(_BARE_URL_RE, md), "bare", 85)
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"(~~)(?=\S)(.+?)(?<=\S)~~", "del"), "deleted", 58)
        md.treeprocessors.register(Plain(md), "plain", 21)
        md.treeprocessors.register(Tasks(md), "tasks", 18)

    def _keep(self, info: str, code: list[str], whole: list[str], number: int) -> str:
        if info.startswith("{"):
            directive = marked("Line %(line)s: the directive %(what)s is shown as text")
            self.findings.add(directive, info.split("}")[0] + "}", number)
            code, info = whole, ""
        language = re.sub(r"[^\w+#.-]", "", info.split(" ")[0].split("{")[0])[:30]
        kind = f' class="language-{html.escape(language)}"' if language else ""
        text = html.escape("\n".join(code), quote=False)
        return str(self._md.htmlStash.store(f"<pre><code{kind}>{text}\n</code></pre>"))
