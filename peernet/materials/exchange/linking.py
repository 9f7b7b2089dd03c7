"""Where the links of a folder's files lead, and their texts rendered on all processors."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.orm import Session

from peernet.materials import rendering
from peernet.materials.exchange.finding import Found
from peernet.materials.exchange.pictures import placeholder
from peernet.materials.rendering import address_of, joined
from peernet.media.images import Prepared
from peernet.media.models import MediaFile
from peernet.media.store import picture_of
from peernet.text import markdown
from peernet.text.markdown import Picture, Rendered, TooHeavy
from peernet.text.pool import pool
from peernet.text.targets import path_of, relative_targets

# A text, its links, and its images: those that are kept and those that are new.
Task = tuple[str, Mapping[str, str], Mapping[str, MediaFile], Mapping[str, Prepared]]


class Index:
    """The files of a folder by their path."""

    def __init__(self, found: Iterable[Found]) -> None:
        self.places = {each.path: (each.kind, each.slug) for each in found}

    def links(self, db: Session, found: Found) -> dict[str, str]:
        """An address for each relative link of a file: to a file of the folder, else to what is published already."""
        targets = [target for target in relative_targets(found.body) if not target.startswith("/")]
        inside = {target.split("#")[0]: self._address(found.path, target) for target in targets}
        known = {target: address for target, address in inside.items() if address}
        others = [target for target in targets if target.split("#")[0] not in known]
        return rendering.links_to(db, others, found.path) | known

    def _address(self, home: str, target: str) -> str | None:
        """Hugo and MkDocs also link to a page by the address that it will have, seen from the one of this page."""
        stem = posixpath.splitext(home)[0]
        page = posixpath.dirname(stem) if posixpath.basename(stem) in ("index", "_index") else stem
        for path in (joined(home, target), joined(f"{page}/index.md", target)):
            for tried in (path, f"{path}.md", f"{path}/index.md", f"{path}/_index.md"):
                if tried in self.places:
                    return address_of(*self.places[tried])
        return None


def render_all(threads: ThreadPoolExecutor, tasks: Sequence[Task]) -> Iterator[Rendered | TooHeavy]:
    """Begin to render each text with its own links and images; what comes, in order, is waited for when it is asked
    for. A refusal stands in its text's place."""
    return threads.map(_render, tasks)


def render_threads() -> ThreadPoolExecutor:
    """As many threads as there are processes that render."""
    return ThreadPoolExecutor(max_workers=pool().size, thread_name_prefix="import")


def _render(task: Task) -> Rendered | TooHeavy:
    source, links, kept, new = task
    pictures: dict[str, Picture] = {path: picture_of(media) for path, media in kept.items() if media.is_image}
    pictures |= {path: picture_of(placeholder(image)) for path, image in new.items()}
    named = {target: pictures[path_of(target)] for target in relative_targets(source) if path_of(target) in pictures}
    try:
        return markdown.render(source, links=links, images=named, trusted=True)
    except TooHeavy as refusal:
        return refusal
