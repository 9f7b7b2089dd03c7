"""The check of the parts of a material: whether each picture and chapter may stand in a text under this licence."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials import access, licences
from peernet.materials.checks import Check
from peernet.materials.compatibility import Verdict, verdict
from peernet.materials.licences import RESERVED, Licence
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialAsset

# What keeps a chapter, which nobody changes, from standing in a whole.
_BARRED = (Verdict.NOT_FOR_SALE, Verdict.AS_IT_IS, Verdict.SHARE_ALIKE)


def checks(db: Session, material: Material, manuscript: Manuscript, html: str) -> Iterator[Check]:
    """How pictures and files stand with the licence of a text. Nothing where it has none; else one query."""
    licence, film = manuscript.licence, manuscript.particulars.film
    if "/media/" not in html and not film:
        return
    rows = db.scalars(access.files_of(material.id))
    shown = [row for row in rows if row.media.url in html or row.path == film]
    wrong = [f"{row.path}: {said}" for row in shown if row.asset and (said := sentence(row.asset, licence))]
    good = _("Every picture may stand in a text under this licence.")
    bad = _("Some pictures may not stand in a text under this licence.")
    if shown:
        yield Check("parts", not wrong, bad if wrong else good, wrong)
    silent = [row.path for row in shown if row.asset is None]
    if silent:
        text = _("Of these pictures nothing is said, so they count as made by the authors, for this text:")
        yield Check("parts-unsaid", False, text, silent, required=False)


def chapter_checks(db: Session, manuscript: Manuscript) -> Iterator[Check]:
    """How the chapters of a playbook stand with its licence: each comes as it is, under its own. What a licence that is
    not known here asks for is left to whoever publishes. Nothing without chapters; else one query."""
    ids = [each.material_id for each in manuscript.particulars.chapters]
    if not ids or not licences.is_known(manuscript.licence):
        return
    whole = licences.find(manuscript.licence)
    rows = db.execute(select(Material.title, Material.licence).where(Material.id.in_(ids)).order_by(Material.id))
    found = [(title, part, verdict(part, whole, is_changed=False)) for title, code in rows if (part := _known(code))]
    wrong = [_words_of_chapter(title, part.name, whole.name) for title, part, each in found if each in _BARRED]
    good = _("Every chapter may stand in a playbook under this licence.")
    bad = _("Some chapters may not stand in a playbook under this licence.")
    yield Check("chapters-licence", not wrong, bad if wrong else good, wrong)


def refuse_unfit(db: Session, material: Material, manuscript: Manuscript, html: str) -> None:
    """What an import refuses for the same reasons as publishing does. Raises Refused with each of them."""
    found = [*checks(db, material, manuscript, html), *chapter_checks(db, manuscript)]
    wrong = [one for one in found if one.blocks]
    if wrong:
        raise Refused(" ".join(f"{one.text} {' '.join(one.details)}" for one in wrong))


def sentence(asset: MaterialAsset | None, licence: str) -> str | None:
    """What is wrong with a part in a whole under ``licence``, and what can be done; None where it fits."""
    if asset is None or not asset.licence or asset.permission:
        return None
    whole = licences.find(licence) if licences.is_known(licence) else None
    if asset.licence == RESERVED:
        return _("Nobody may use it without asking. Say who permitted it, or take another picture.")
    part = licences.find(asset.licence) if licences.is_known(asset.licence) else None
    found = verdict(part, whole, is_changed=bool(asset.changes))
    name = part.name if part else asset.licence
    return None if found is Verdict.FITS else _words(found, name, whole.name if whole else licence)


def _words(found: Verdict, part: str, whole: str) -> str:
    if found is Verdict.UNKNOWN:
        return _(
            "What %(part)s asks for cannot be told here. Read it, and say in “Permission” that it allows this text.",
            part=part,
        )
    if found is Verdict.AS_IT_IS:
        return _(
            "%(part)s lets nobody change it. Show it as it came, take another picture, or ask for a permission.",
            part=part,
        )
    if found is Verdict.NOT_FOR_SALE:
        return _(
            "%(whole)s lets readers sell copies, and %(part)s does not. Choose a licence with NC for the text, take "
            "another picture, or ask for a permission.",
            whole=whole, part=part,
        )  # fmt: skip
    return _(
        "It was changed, so it goes on under %(part)s, and %(whole)s is not that. Publish the text under %(part)s, "
        "show the picture as it came, or ask for a permission.",
        whole=whole, part=part,
    )  # fmt: skip


def _known(code: str) -> Licence | None:
    return licences.find(code) if licences.is_known(code) else None


def _words_of_chapter(title: str, part: str, whole: str) -> str:
    return _(
        "“%(title)s”: %(whole)s lets readers sell copies, and %(part)s does not. Choose a licence with NC for the "
        "playbook, or take the chapter out.",
        title=title, part=part, whole=whole,
    )  # fmt: skip
