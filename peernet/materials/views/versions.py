"""The versions of a material, and what was changed from one to the next."""

from flask import abort

from peernet.materials import access, versions, words
from peernet.materials.kinds import listing
from peernet.materials.kinds.particulars import Particulars, of_json
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import MaterialVersion
from peernet.materials.views.blueprint import blueprint, manuscript_of, may_publish, mine
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/write/<slug>/versions", endpoint="versions")
@rule(Rule.PERSON)
def listed(slug: str) -> str:
    """Every version with its date and its note."""
    material = mine(slug)
    return render(
        "materials/versions.html",
        material=material,
        versions=list(db().scalars(access.versions_of(material.id))),
        may_publish=may_publish(material),
        words=words,
    )


@blueprint.get("/write/<slug>/versions/<int:number>")
@rule(Rule.PERSON)
def version(slug: str, number: int) -> str:
    """What one version changed."""
    material = mine(slug)
    wanted = access.versions_of(material.id).where(MaterialVersion.number.in_([number - 1, number]))
    found = {row.number: row for row in db().scalars(wanted)}
    if number not in found:
        abort(404)
    texts = [_text(found[place]) if place in found else "" for place in (number - 1, number)]
    return render(
        "materials/difference.html",
        material=material,
        version=found[number],
        difference=versions.compare(*texts),
        may_publish=may_publish(material),
        words=words,
    )


@blueprint.get("/write/<slug>/changes")
@rule(Rule.PERSON)
def changes(slug: str) -> str:
    """What the draft changes of what is public."""
    material = mine(slug)
    if material.current is None:
        abort(404)
    new = manuscript_of(db(), material)
    return render(
        "materials/difference.html",
        material=material,
        version=None,
        difference=versions.compare(_text(material.current), _said(new)),
        may_publish=may_publish(material),
        words=words,
    )


def _text(row: MaterialVersion) -> str:
    return _whole(row.title, row.summary, row.source, of_json(row.particulars))


def _said(manuscript: Manuscript) -> str:
    return _whole(manuscript.title, manuscript.summary, manuscript.source, manuscript.particulars)


def _whole(title: str, summary: str, source: str, particulars: Particulars) -> str:
    return versions.whole_text(title, summary, source, listing.in_lines(db(), particulars))
