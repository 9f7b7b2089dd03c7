"""What pages of lower rooms show of materials: handed to their templates by name."""

from collections.abc import Iterable

from peernet.materials.models import Material
from peernet.materials.quotations import access
from peernet.materials.views.blueprint import blueprint
from peernet.web.request import db, viewer


@blueprint.app_template_global()
def materials_from(cohort_id: int, asking_ids: Iterable[int]) -> list[Material]:
    """What came of these askings of a cohort, as far as the viewer may read or write it. One query."""
    ids = list(asking_ids)
    return list(db().scalars(access.made_from(viewer(), cohort_id, ids))) if ids else []
