"""What must be right before a material is public, in the words of whoever publishes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from peernet.i18n import gettext as _
from peernet.materials import licences
from peernet.materials.kinds.needs import Finding
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Credit, MaterialKind
from peernet.text.markdown import Rendered
from peernet.text.messages import Message

# Problems of a text, by the beginning of their msgid after the line: which check they belong to.
_IMAGES = ("the image %(what)s has no alternative text", "there is no image %(what)s")
_LINKS = ("the link leads nowhere: %(what)s", "no heading of this text is called %(what)s")


@dataclass(frozen=True)
class Check:
    """One thing looked at: ``text`` says how it stands, ``details`` where. ``blocks`` keeps it from being published."""

    name: str
    passed: bool
    text: str
    details: list[str] = field(default_factory=list)
    required: bool = True

    @property
    def blocks(self) -> bool:
        """Whether nothing can be published as it is."""
        return self.required and not self.passed


def check(manuscript: Manuscript, rendered: Rendered) -> list[Check]:
    """Every check, passed or not, in the order of the page."""
    return [*_of_the_head(manuscript), *_of_the_text(rendered)]


def of_kind(manuscript: Manuscript, found: Sequence[Finding]) -> Iterator[Check]:
    """Whether it has what its kind needs; nothing for a kind that needs no more than a text."""
    if manuscript.kind is not MaterialKind.BLOGPOST:
        good, bad = _("It has what its kind needs."), _("Something that its kind needs is missing.")
        yield _check("kind", not found, good, bad, [each.sentence for each in found])


def in_words(problem: Message) -> str:
    """A problem of a text in the language in use."""
    return _(problem.msgid) % problem.values


def said(sentence: str) -> str:
    """A refusal of the text room in the language in use."""
    return in_words(sentence) if isinstance(sentence, Message) else sentence


def _of_the_head(manuscript: Manuscript) -> Iterator[Check]:
    yield _check("title", bool(manuscript.title), _("It has a title."), _("It has no title."))
    yield _check("summary", bool(manuscript.summary), _("It has a summary."), _("It has no summary yet."))
    yield _check("text", bool(manuscript.source.strip()), _("It has a text."), _("It has no text yet."))
    has_author = any(line.credit is Credit.AUTHOR for line in manuscript.credits)
    yield _check("authors", has_author, _("An author is named."), _("Name at least one author."))
    licence = licences.is_known(manuscript.licence)
    yield _check("licence", licence, _("It has a licence."), _("Choose a licence."))
    if manuscript.kind is MaterialKind.VIDEO:
        has_video = bool(manuscript.video_url or manuscript.particulars.film)
        yield _check(
            "video", has_video, _("The video can be watched."), _("Bring the video as a file, or give its address.")
        )


def _of_the_text(rendered: Rendered) -> Iterator[Check]:
    images, links, others = _sorted(rendered.problems)
    yield _check(
        "images",
        not images,
        _("Every image is there and has an alternative text."),
        _("Images are missing, or lack an alternative text."),
        images,
    )
    yield _check("links", not links, _("All links lead somewhere."), _("Some links lead nowhere."), links)
    if others:
        yield Check("notes", False, _("Worth another look:"), others, required=False)


def _check(name: str, passed: bool, good: str, bad: str, details: list[str] | None = None) -> Check:
    return Check(name, passed, good if passed else bad, details or [])


def _sorted(problems: list[Message]) -> tuple[list[str], list[str], list[str]]:
    images: list[str] = []
    links: list[str] = []
    others: list[str] = []
    for problem in problems:
        place = images if problem.msgid.endswith(_IMAGES) else links if problem.msgid.endswith(_LINKS) else others
        place.append(in_words(problem))
    return images, links, others
