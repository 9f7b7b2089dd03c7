"""What the views of this room share: the blueprint, and the material that a page is about."""

from collections.abc import Sequence

from flask import Blueprint, abort
from sqlalchemy import Select
from sqlalchemy.orm import Session

from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.materials import access, manuscripts, rendering
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material
from peernet.materials.quotations import resemblance
from peernet.materials.quotations.overlap import Passage
from peernet.text import plain
from peernet.text.markdown import Rendered
from peernet.web.inputs import Form
from peernet.web.request import database, db, load, viewer

blueprint = Blueprint("materials", __name__)


def mine(slug: str) -> Material:
    """The material, for somebody who may write it; 404 for anybody else."""
    material: Material = load(access.editable_by(viewer()).where(Material.slug == slug))
    return material


def mine_to_publish(slug: str) -> Material:
    """The material, for somebody who may publish it; 404 for anybody else."""
    material: Material = load(access.publishable_by(viewer()).where(Material.slug == slug))
    return material


def peek(session: Session, statement: Select[Material]) -> Material:
    """The same in a session of its own, which is read before the slow work of a POST."""
    found = session.scalars(statement).unique().one_or_none()
    if found is None:
        abort(404)
    return found


def may_publish(material: Material) -> bool:
    """Whether the viewer may publish the material too."""
    return db().scalar(access.publishable_by(viewer()).where(Material.id == material.id)) is not None


def manuscript_of(session: Session, material: Material) -> Manuscript:
    """The draft, or what is public where nothing is being written."""
    if material.draft is not None:
        return manuscripts.of_draft(material.draft)
    if material.current is None:
        abort(404)
    return manuscripts.of_published(session, material, material.current)


def draft_version(material: Material) -> int:
    """The version of the draft; 0 without one."""
    return material.draft.version if material.draft is not None else 0


def seen_version(form: Form | None, material: Material) -> int | str:
    """The version that the person saw. After a lost race they have now seen the other's text, so it is that one's."""
    if form is None or form.theirs is not None:
        return draft_version(material)
    return str(form.value("version", draft_version(material)))


def prepare(statement: Select[Material], version: int) -> tuple[Rendered, Sequence[Passage]]:
    """The draft of a version, rendered, and its words that an answer has as well: slow work, before the write lock.
    404 where the statement does not give the material, and Conflict where the draft is another."""
    with database().reading() as session:
        seen = peek(session, statement)
        if draft_version(seen) != version:
            raise Conflict(_("The text was changed since you opened this page. Please look at it again."))
        manuscript = manuscript_of(session, seen)
        rendered = render_text(session, seen, manuscript)
        return rendered, look(session, manuscript, rendered)


def look(session: Session, manuscript: Manuscript, rendered: Rendered) -> list[Passage]:
    """Words that an answer has as well, in the source and as they are read: a link in between hides none."""
    read_as = plain.words_of_html(rendered.html)
    return resemblance.look(session, viewer(), resemblance.whole(manuscript), read_as)


def render_text(session: Session, material: Material, manuscript: Manuscript) -> Rendered:
    """A text as it will stand."""
    around = rendering.surroundings(session, material, manuscript.source)
    return rendering.render(manuscript.source, manuscript.language, around)


def refuse_words_of_answers(*texts: str) -> None:
    """Raises Refused where something that the public will read beside the text itself, such as the title of a file or a
    note on a version, says words of an answer that the viewer may read. Takes its time: before the write lock."""
    with database().reading() as session:
        if resemblance.look(session, viewer(), *texts):
            raise Refused(
                _("Words of answers stand outside a quotation. Quote them, write them anew, or say why they may stand.")
            )
