"""Organisations: whom people speak for."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, false, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from peernet.db import Base, Slug, Versioned, pk, titled
from peernet.media.models import MediaFile


class Organisation(Versioned, Base):
    """An organisation that takes part through people. ``country`` is ISO 3166-1 alpha-2, or empty."""

    __tablename__ = "organisation"

    id: Mapped[pk]
    slug: Mapped[Slug] = mapped_column(unique=True)
    name: Mapped[titled]
    stewards: Mapped[titled] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    purpose_html: Mapped[str] = mapped_column(default="")
    home_page: Mapped[titled] = mapped_column(default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    is_host: Mapped[bool] = mapped_column(default=False)
    is_example: Mapped[bool] = mapped_column(default=False)
    # Whether a published material is by or about it; the room of materials keeps it true.
    is_named: Mapped[bool] = mapped_column(default=False, server_default=false())
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("media_file.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    logo: Mapped[MediaFile | None] = relationship(lazy="raise")
    # Loaded with every organisation, since its mark stands wherever its name does.
    logo_name: Mapped[str | None] = column_property(
        select(MediaFile.name).where(MediaFile.id == logo_id).correlate_except(MediaFile).scalar_subquery()
    )

    @property
    def logo_url(self) -> str:
        """Address of the logo, or empty."""
        return f"/media/{self.logo_name}" if self.logo_name else ""
