"""Materials recommended on the home page: few, chosen by hand of organisers and administrators, since nobody counts who
reads what."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock, pages
from peernet.db import Refused, take_turn
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.materials.models import Material, MaterialState
from peernet.web.viewer import Viewer

MOST = 6


def recommend(db: Session, viewer: Viewer, material: Material) -> None:
    """Show a material among those that are recommended; of more than fit there, the one that was recommended first
    makes room. Twice is once. Raises Refused for what is not public."""
    if material.state is not MaterialState.PUBLISHED:
        raise Refused(_("This material is not public."))
    take_turn(db, "recommended")
    if material.recommended_at is None:
        material.recommended_at = clock.now()
        db.flush()
        _make_room(db)
        _record(db, viewer, material, "material.recommended")


def stop(db: Session, viewer: Viewer, material: Material) -> None:
    """Do not recommend it any more; twice is once."""
    if material.recommended_at is not None:
        material.recommended_at = None
        _record(db, viewer, material, "material.not_recommended")


def _make_room(db: Session) -> None:
    shown = select(Material).where(Material.recommended_at.is_not(None))
    for material in db.scalars(shown.order_by(Material.recommended_at.desc(), Material.id.desc()).offset(MOST)).all():
        material.recommended_at = None


def _record(db: Session, viewer: Viewer, material: Material, action: str) -> None:
    pages.touch(db, "home")
    scope = f"cohort:{material.cohort_id}" if material.cohort_id is not None else None
    ledger.record(db, action, subject=f"material:{material.id}", scope=scope, actor_id=viewer.person_id)
    db.flush()
