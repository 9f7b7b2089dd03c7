"""People and their sessions."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.db import Base, Versioned, pk, short, titled


class Person(Versioned, Base):
    """Somebody with an account. ``email`` is kept as typed, ``email_key`` casefolded and unique.

    ``new_email`` waits until the link that was mailed there is used. ``mail_*`` is which kinds of mail they want, and
    ``mail_digest`` whether what can wait comes in one mail a day. ``spoken`` are the codes of the languages that they
    can talk in, between spaces; none where they did not say. ``has_page``: they asked for a public page, which names
    ``page_organisation`` beside them.
    """

    __tablename__ = "person"

    id: Mapped[pk]
    email: Mapped[titled]
    email_key: Mapped[str] = mapped_column(String(300), unique=True)
    new_email: Mapped[titled | None]
    name: Mapped[titled]
    about: Mapped[str] = mapped_column(default="")
    about_html: Mapped[str] = mapped_column(default="")
    zone: Mapped[short]
    language: Mapped[short]
    spoken: Mapped[short] = mapped_column(default="")
    has_page: Mapped[bool] = mapped_column(default=False)
    page_organisation: Mapped[titled] = mapped_column(default="")
    password_hash: Mapped[str | None]
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    mail_roundtables: Mapped[bool] = mapped_column(default=True)
    mail_reading: Mapped[bool] = mapped_column(default=True)
    mail_day: Mapped[bool] = mapped_column(default=True)
    mail_hour: Mapped[bool] = mapped_column(default=False)
    mail_prompts: Mapped[bool] = mapped_column(default=True)
    mail_news: Mapped[bool] = mapped_column(default=True)
    mail_digest: Mapped[bool] = mapped_column(default=False)
    mail_bounced_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that they can talk in."""
        return tuple(self.spoken.split())

    @property
    def page(self) -> str:
        """Where their public page is, if they have one."""
        return f"/people/{self.id}"

    @classmethod
    def is_shown(cls) -> tuple[ColumnElement[bool], ...]:
        """That they have a public page, for any SELECT over people."""
        return cls.has_page.is_(True), cls.disabled_at.is_(None)


class SignIn(Base):
    """A session on the server. The cookie holds a random token, the row only its SHA-256."""

    __tablename__ = "sign_in"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    way: Mapped[short]
    agent: Mapped[titled]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="raise")
