"""Topics that are watched, and what happened in each."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, short


class LiveTopic(Base):
    """Something that is watched, like "roundtable:7". Raising its counter locks it until the commit, so that numbers
    are committed in their order; those of a sequence are not."""

    __tablename__ = "live_topic"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    counter: Mapped[int]


class LiveEvent(Base):
    """Something of a ``kind`` happened in a topic; nothing of what, or by whom. Numbers have no gaps, except where old
    rows were pruned."""

    __tablename__ = "live_event"

    topic: Mapped[str] = mapped_column(String(80), ForeignKey("live_topic.name", ondelete="CASCADE"), primary_key=True)
    counter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[short]
    at: Mapped[datetime] = mapped_column(index=True)
