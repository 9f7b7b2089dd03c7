"""A token's row. The token itself is never stored: it is an HMAC over what the row says."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, pk, short


class Token(Base):
    """Permission for one purpose on one subject, until it expires, is used or is revoked."""

    __tablename__ = "token"
    __table_args__ = (Index(None, "purpose", "subject"),)

    id: Mapped[pk]
    purpose: Mapped[short]
    subject: Mapped[short]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    nonce: Mapped[short]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
