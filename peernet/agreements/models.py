"""What people are asked to agree to, version by version, and that they did."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.db import Base, choice, pk


class Kind(StrEnum):
    """What a text is. Ground rules may be a cohort's own; the other two are the network's."""

    GROUND_RULES = "ground-rules"
    CHATHAM_HOUSE = "chatham-house"
    PRIVACY = "privacy"


class Terms(Base):
    """One version of a text, never changed. It is in force until ``replaced_at``; one of a kind is, of the network
    (without a cohort) and of each cohort. ``asked_since`` is the number of the version with which people were last
    asked anew: who agreed to it, or to a later one, need not agree again."""

    __tablename__ = "terms"
    __table_args__ = (
        CheckConstraint("cohort_id IS NULL OR kind = 'ground-rules'", name="cohort_has_rules"),
        Index(
            "uq_terms_network",
            "kind",
            unique=True,
            sqlite_where=text("replaced_at IS NULL AND cohort_id IS NULL"),
            postgresql_where=text("replaced_at IS NULL AND cohort_id IS NULL"),
        ),
        Index(
            "uq_terms_cohort",
            "cohort_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL AND cohort_id IS NOT NULL"),
            postgresql_where=text("replaced_at IS NULL AND cohort_id IS NOT NULL"),
        ),
    )

    id: Mapped[pk]
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    asked_since: Mapped[int] = mapped_column(Integer)
    source: Mapped[str]
    html: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    @property
    def lineage(self) -> tuple[Kind, int | None]:
        """Which text it is a version of."""
        return self.kind, self.cohort_id


class Acceptance(Base):
    """Somebody agreed to a version. When they are forgotten, the date and the version stay."""

    __tablename__ = "acceptance"
    __table_args__ = (UniqueConstraint("terms_id", "person_id"),)

    id: Mapped[pk]
    terms_id: Mapped[int] = mapped_column(ForeignKey("terms.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime]
    terms: Mapped[Terms] = relationship(lazy="raise")
