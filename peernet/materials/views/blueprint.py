"""What the views of this room share: the blueprint, and the material that a page is about."""

from flask import Blueprint, abort
from sqlalchemy import Select
from sqlalchemy.orm import Session

from peernet.materials import access, manuscripts
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material
from peernet.web.inputs import Form
from peernet.web.request import db, load, viewer

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
