"""Who signed up on a public page. Until they confirm it through a mail, nobody reads it, and after two days it goes."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.db import Base, once, short, titled
from peernet.roundtables.models import Opening


class SignUp(Base):
    """One address at one roundtable. ``mailed_at`` is when the mail with its link was left last; once confirmed it is a
    guest, and this row only keeps a second click from being a second guest."""

    __tablename__ = "sign_up"
    __table_args__ = (UniqueConstraint("roundtable_id", "email_key"),)

    id: Mapped[once]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("opening.roundtable_id", ondelete="CASCADE"))
    email: Mapped[titled]
    email_key: Mapped[str] = mapped_column(String(300), index=True)
    name: Mapped[titled]
    organisation: Mapped[titled] = mapped_column(default="")
    needs: Mapped[str] = mapped_column(default="")
    is_listed: Mapped[bool] = mapped_column(default=False)
    language: Mapped[short]
    mailed_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    opening: Mapped[Opening] = relationship(lazy="raise")
