"""What to read next after a material, as one statement whose work is bounded however many there are.

Of each of its questions and topics only the newest materials come into question, found in an index, and whatever is
alike by its words (see ``likeness``). Those are weighed by all that they share with it.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, select, union
from sqlalchemy.orm import InstrumentedAttribute, aliased

from peernet.materials import translations
from peernet.materials.models import Material, MaterialAlike, MaterialQuestion, MaterialState, MaterialTopic
from peernet.prompts.models import Prompt

# How many are offered, and of each question and topic so many of the newest are weighed.
_OFFERED, _WEIGHED = 3, 30
# How much more than a shared topic a shared question counts, and the same words.
_OF_A_QUESTION, _OF_WORDS = 3, 2
_Id = InstrumentedAttribute[int]


def statement(material_id: Any) -> Select[Any]:
    """Published materials that share questions, topics or words with one, those that share most first: what, place, id,
    slug, title, kind, summary, language. Not what says the same in another language."""
    own_question, own_topic, alike = aliased(MaterialQuestion), aliased(MaterialTopic), aliased(MaterialAlike)
    questions = select(own_question.prompt_id).join(Prompt, Prompt.id == own_question.prompt_id)
    questions = questions.where(own_question.material_id == material_id, Prompt.is_public)
    topics = select(own_topic.topic_id).where(own_topic.material_id == material_id)
    near = union(
        _newest(MaterialQuestion.material_id, MaterialQuestion.prompt_id, questions),
        _newest(MaterialTopic.material_id, MaterialTopic.topic_id, topics),
        select(alike.other_id).where(alike.material_id == material_id),
    )
    weight = (
        _OF_A_QUESTION * _shared(MaterialQuestion.material_id, MaterialQuestion.prompt_id, questions)
        + _shared(MaterialTopic.material_id, MaterialTopic.topic_id, topics)
        + _OF_WORDS * _likeness(material_id)
    )
    weighed = select(Material.id, Material.published_on, weight.label("weight"))
    # Cast, so that SQLite looks up those few by their ids and does not go through all that is published.
    is_public = cast(Material.state, String) == MaterialState.PUBLISHED.value
    is_other = Material.id.not_in(translations.kin(material_id))
    found = weighed.where(Material.id.in_(near), is_other, is_public).subquery()
    order = (found.c.weight.desc(), found.c.published_on.desc(), found.c.id.desc())
    placed = select(found.c.id, func.row_number().over(order_by=order).label("place")).order_by(*order)
    best = placed.limit(_OFFERED).subquery()
    columns = (literal("related"), best.c.place, Material.id, Material.slug, Material.title)
    more = (cast(Material.kind, String), Material.summary, Material.language)
    return select(*columns, *more).join(best, best.c.id == Material.id)


def _newest(material: _Id, target: _Id, own: Select[Any]) -> Select[Any]:
    """The newest materials on each of ``own``: those after the last that does not count, which is found once each."""
    of, link, other = own.subquery(), aliased(material.class_), aliased(material.class_)
    wanted = of.c[target.key]
    last = select(getattr(other, material.key)).where(getattr(other, target.key) == wanted).correlate(of)
    last = last.order_by(getattr(other, material.key).desc()).offset(_WEIGHED).limit(1)
    is_new = getattr(link, material.key) > func.coalesce(last.scalar_subquery(), 0)
    return select(getattr(link, material.key)).join(of, and_(getattr(link, target.key) == wanted, is_new))


def _shared(material: _Id, target: _Id, own: Select[Any]) -> ColumnElement[int]:
    """How many of ``own`` the material that is weighed hangs on."""
    link: Any = aliased(material.class_)
    counted = select(func.count()).select_from(link).where(getattr(link, material.key) == Material.id)
    return counted.where(getattr(link, target.key).in_(own)).correlate(Material).scalar_subquery()


def _likeness(material_id: Any) -> ColumnElement[float]:
    link = aliased(MaterialAlike)
    share = select(link.share).where(link.material_id == material_id, link.other_id == Material.id)
    return func.coalesce(share.correlate(Material).scalar_subquery(), 0.0)
