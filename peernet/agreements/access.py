"""Which texts concern a viewer, and who sees who agreed."""

from collections.abc import Collection

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from peernet.agreements.models import Acceptance, Kind, Terms
from peernet.web.viewer import Viewer


def in_force(cohort_ids: Collection[int] = ()) -> Select[Terms]:
    """The network's texts as they hold now, and those of loaded cohorts."""
    of_these = or_(Terms.cohort_id.is_(None), Terms.cohort_id.in_(cohort_ids))
    return select(Terms).where(Terms.replaced_at.is_(None), of_these).order_by(Terms.id)


def holding(kind: Kind) -> Select[Terms]:
    """The network's text of a kind as it holds now, if there is one."""
    return select(Terms).where(Terms.kind == kind, Terms.cohort_id.is_(None), Terms.replaced_at.is_(None))


def versions_of(kind: Kind, cohort_id: int | None = None) -> Select[Terms]:
    """Every version of a text of the network, which everybody may read, or of a loaded cohort; the newest first."""
    mine = Terms.cohort_id.is_(None) if cohort_id is None else Terms.cohort_id == cohort_id
    return select(Terms).where(Terms.kind == kind, mine).order_by(Terms.number.desc())


def accepted_by(viewer: Viewer) -> Select[Acceptance]:
    """What the viewer agreed to, oldest first."""
    mine = select(Acceptance).join(Acceptance.terms).where(Acceptance.person_id == viewer.person_id)
    return mine.options(contains_eager(Acceptance.terms)).order_by(Acceptance.id)


def who_accepted(terms: Terms, person_ids: Collection[int]) -> Select[Acceptance]:
    """For the organisers of a loaded cohort: which of its people agreed to a text as it holds, oldest first."""
    mine = Terms.cohort_id.is_(None) if terms.cohort_id is None else Terms.cohort_id == terms.cohort_id
    holds = and_(Terms.kind == terms.kind, mine, Terms.number >= terms.asked_since)
    these = select(Acceptance).join(Acceptance.terms).where(holds, Acceptance.person_id.in_(person_ids))
    return these.options(contains_eager(Acceptance.terms)).order_by(Acceptance.id)


def how_many(terms_ids: Collection[int]) -> Select[int, int]:
    """How many agreed to each version, without who."""
    counted = select(Acceptance.terms_id, func.count()).where(Acceptance.terms_id.in_(terms_ids))
    return counted.group_by(Acceptance.terms_id)


def version(terms_id: int) -> Select[Terms]:
    """One version, for a caller that then asks whether it concerns the viewer."""
    return select(Terms).where(Terms.id == terms_id)
