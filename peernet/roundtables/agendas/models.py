"""Steps of an agenda, and methods as lists of such steps."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.db import Base, Slug, Versioned, choice, pk, short, titled
from peernet.prompts.models import Visibility
from peernet.roundtables.models import Roundtable


class StepKind(StrEnum):
    """What is done in a step."""

    TALK = "talk"
    SILENCE = "silence"
    REVEAL = "reveal"
    BREAKOUT = "breakout"
    ROUND = "round"
    VOTE = "vote"
    READING = "reading"
    BREAK = "break"
    EXPERT = "expert"
    CHECK_IN = "check-in"
    CHECK_OUT = "check-out"


class StepGrouping(StrEnum):
    """With how many others each works in a step. ``CIRCLES``: a few talk inside, the others listen around them."""

    ALL = "all"
    ALONE = "alone"
    PAIRS = "pairs"
    TRIOS = "trios"
    FOURS = "fours"
    TABLES = "tables"
    CIRCLES = "circles"


class StepRule(StrEnum):
    """How what is said in a step may be attributed afterwards."""

    OPEN = "open"
    CHATHAM_HOUSE = "chatham-house"


class AgendaStep(Versioned, Base):
    """One step of a roundtable. ``asking_id`` is the asked prompt that is answered in it; ``question`` is what is asked
    in it otherwise. ``visibility`` is how far what is written in it may be read at most. A text for each role: to the
    facilitator it says how to lead the step, and is for those who lead alone."""

    __tablename__ = "agenda_step"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        Index(None, "roundtable_id", "position"),
    )

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[titled]
    minutes: Mapped[int] = mapped_column(Integer)
    kind: Mapped[StepKind] = mapped_column(choice(StepKind))
    grouping: Mapped[StepGrouping] = mapped_column(choice(StepGrouping))
    attribution: Mapped[StepRule] = mapped_column(choice(StepRule))
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility))
    asking_id: Mapped[int | None] = mapped_column(ForeignKey("asking.id", ondelete="SET NULL"), index=True)
    question: Mapped[str] = mapped_column(default="")
    facilitator: Mapped[str] = mapped_column(default="")
    member: Mapped[str] = mapped_column(default="")
    case_giver: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")
    roundtable: Mapped[Roundtable] = relationship(lazy="raise")


class Method(Versioned, Base):
    """A way to work together, as steps. Those of the library come from files; one with a ``cohort_id`` was saved there
    from an agenda, and is that cohort's alone. ``steps`` are those of ``inputs.Step`` as plain values."""

    __tablename__ = "method"

    id: Mapped[pk]
    slug: Mapped[Slug] = mapped_column(String(120), unique=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    name: Mapped[titled]
    language: Mapped[short]
    purpose: Mapped[str] = mapped_column(default="")
    people_least: Mapped[int | None] = mapped_column(Integer)
    people_most: Mapped[int | None] = mapped_column(Integer)
    fails: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    source_url: Mapped[str] = mapped_column(default="")
    steps: Mapped[list[Any]]

    @property
    def minutes(self) -> int:
        """How long all its steps take."""
        return sum(step["minutes"] for step in self.steps)
