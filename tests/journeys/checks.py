"""What every page must pass, as lists of complaints; an empty list is a good page."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import html5lib
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, Response

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LANGUAGES = ("en", "fr", "es", "pt", "ar")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
# Without movement, so that no colour is on its way from one scheme to the other.
WIDE_AND_LIGHT = {"viewport": WIDE, "color_scheme": "light", "reduced_motion": "reduce"}
_AXE = Axe().axe_script
# Of what a page asks for axe needs to load again only what sounds by itself, if anything does.
_ASKING = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
_ALL_RULES = {"runOnly": {"type": "tag", "values": TAGS}, **_ASKING}
# What another width or other colours can change; names, roles and order stay as they are.
LOOKS = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"],
    },
    **_ASKING,
}
# Words in the same colour and size over the same grounds have the same contrast, so on a page one of them is enough: to
# find it out for each is most of axe's work. What does not lie where the text flows may lie over anything: it stays.
# Given and returned are the looks of words, as numbers, of which one was examined.
_MARK_ALIKE = """([everyWord, known]) => {
    axe.configure({ rules: [{ id: "color-contrast", selector: "*:not([data-alike])" }] });
    for (const element of document.querySelectorAll("[data-alike]")) element.removeAttribute("data-alike");
    if (everyWord) return known;
    const looks = new Map(), seen = new Set(known);
    const number = (text) => [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)) | 0, 0);
    const look = (element) => {
        if (!element) return { words: "", ground: "", flows: true };
        if (!looks.has(element)) {
            const style = getComputedStyle(element), around = look(element.parentElement);
            const grounds = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter];
            const flat = style.position === "static" && style.float === "none" && style.transform === "none";
            looks.set(element, {
                words: [style.color, style.fontSize, style.fontWeight, style.textShadow].join(),
                ground: `${around.ground}|${element.localName} ${element.className} ${grounds}`,
                flows: around.flows && flat,
            });
        }
        return looks.get(element);
    };
    for (const element of document.body.querySelectorAll("*:not(input, select, textarea, button, svg *)")) {
        const speaks = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (!speaks || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        const { words, ground, flows } = look(element), one = number(`${words}|${ground}`);
        if (flows && seen.has(one)) element.setAttribute("data-alike", "");
        if (flows) seen.add(one);
    }
    return [...seen];
}"""
_UNFOLD = """() => {
    const folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
    return folded.length;
}"""
_HEAD = "[document.querySelectorAll('h1').length, document.title, document.documentElement.lang]"
_UNSEEN = """() => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = "Canvas";
    const ground = getComputedStyle(probe).color;
    probe.remove();
    return [...document.body.querySelectorAll("*:not(svg *)")].filter(element => {
        const style = getComputedStyle(element);
        return element.innerText?.trim() && style.color === ground && style.forcedColorAdjust !== "none";
    }).map(element => element.innerText.trim().slice(0, 40));
}"""
_FOLD = "document.querySelectorAll('details').forEach(details => { details.open = false })"
# A date, or a moment with its zone and at most thousandths of a second (HTML, 2.3.5).
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?")


class Listener:
    """What a page says and asks for while it loads."""

    def __init__(self, page: Page, origin: str) -> None:
        self.origin = origin
        self.heard: list[str] = []
        # The looks of words that were examined narrow and dark, on any page.
        self.known: list[int] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"error in a script: {error}"))
        page.on("request", self._request)

    def take(self) -> list[str]:
        """What was heard since the last time."""
        heard, self.heard = self.heard, []
        return heard

    def _console(self, message: ConsoleMessage) -> None:
        # A page of an error is an error for the console as well.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.heard.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:")):
            self.heard.append(f"asks another origin: {request.url}")


def examine(page: Page, response: Response, listener: Listener, *, crossed: bool = False) -> Iterator[str]:
    """Everything that is wrong with the page just opened with all unfolded, wide and light, then narrow and dark.

    Of words that look alike, light ones are examined once on each page, dark ones once for each listener. ``crossed``
    also looks wide and dark, and narrow and light, by every rule and at every word: no colour depends on a width, and
    no name or role does, so that is enough for the pages that show every part in every state.
    """
    yield from markup(response.text())
    yield from head(page)
    folded = page.evaluate(_UNFOLD)
    yield from accessible(page, "wide, light", known=None if crossed else [])
    page.emulate_media(color_scheme="dark")
    if crossed:
        yield from accessible(page, "wide, dark")
    page.set_viewport_size(NARROW)
    yield from overflow(page)
    if crossed:
        yield from accessible(page, "narrow, dark")
    else:
        yield from accessible(page, "narrow, dark", LOOKS, known=listener.known)
    page.emulate_media(color_scheme="light")
    if crossed:
        yield from accessible(page, "narrow, light")
    if folded:
        page.evaluate(_FOLD)
        yield from overflow(page)
    page.set_viewport_size(WIDE)
    yield from listener.take()


def accessible(
    page: Page, how: str, rules: dict[str, Any] = _ALL_RULES, *, known: list[int] | None = None
) -> Iterator[str]:
    """Violations that axe finds by ``rules``. With a list of the looks of words that are ``known``, which is added to,
    it reads one word of each other look; without one it reads all."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    seen = page.evaluate(_MARK_ALIKE, [known is None, known or []])
    if known is not None:
        known[:] = seen
    for violation in page.evaluate("async (options) => (await axe.run(options)).violations", rules):
        for node in violation["nodes"][:3]:
            why = " ".join(check["message"] for check in node["any"] + node["all"] + node["none"])
            yield f"{how}: {violation['id']}: {node['html'][:160]} {why[:240]}"


def unseen(page: Page) -> Iterator[str]:
    """Words that nobody sees where the reader's system sets the colours (``forced_colors="active"``): it puts a ground
    of its own behind all words, in the colour of the page, unless the style sheet keeps it from that."""
    yield from (f"in forced colours nobody sees {words!r}" for words in page.evaluate(_UNSEEN))


def overflow(page: Page) -> Iterator[str]:
    """A page that must be pushed sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        yield f"is {width} px wide where {NARROW['width']} are"


def head(page: Page) -> Iterator[str]:
    """One heading of the first level, a title, a language."""
    count, title, language = page.evaluate(_HEAD)
    if count != 1:
        yield f"has {count} headings of the first level"
    if not title.strip():
        yield "has no title"
    if language not in LANGUAGES:
        yield "does not say its language"


def markup(source: str) -> Iterator[str]:
    """Errors of the HTML as it was sent: what a browser repairs in silence, and names that stand twice."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(source)
    for (line, column), code, values in parser.errors:
        yield f"HTML at {line}:{column}: {code} {values}"
    names = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    yield from (f"the id {name!r} stands {count} times" for name, count in names.items() if count > 1)
    yield from _pointing_nowhere(tree, names)
    for element in tree.iter("time"):
        if not _TIME.fullmatch(element.get("datetime", "")):
            yield f"no time that HTML knows: {element.get('datetime')!r}"


def _pointing_nowhere(tree: Any, names: Counter[str]) -> Iterator[str]:
    for element in tree.iter():
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for name in (element.get(attribute) or "").split():
                if name not in names:
                    yield f"{attribute}={name!r} points at nothing"


def each(page: Page, paths: list[str], look: Callable[[Response], Iterator[str]]) -> list[str]:
    """Open each address and collect what ``look`` says of it, with the address before it."""
    complaints = []
    for path in paths:
        response = page.goto(path)
        complaints += [f"{path}: {complaint}" for complaint in look(response)]
    return complaints
