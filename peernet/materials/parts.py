"""The check of the parts of a material: whether each picture may stand in a text under this licence."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from peernet.i18n import gettext as _
from peernet.materials import access, licences
from peernet.materials.checks import Check
from peernet.materials.compatibility import Verdict, verdict
from peernet.materials.licences import RESERVED
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialAsset


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
