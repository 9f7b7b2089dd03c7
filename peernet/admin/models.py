"""What is wrong with the installation, as far as the administrators were told."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, pk, titled


class Trouble(Base):
    """Something that needs an administrator: ``what``, ``wrong`` and ``mend`` as `peernet doctor` says them. ``since``
    is when it was first seen; ``told_at`` when they were last mailed about it. Once it is mended the row is gone."""

    __tablename__ = "trouble"

    id: Mapped[pk]
    what: Mapped[titled] = mapped_column(unique=True)
    wrong: Mapped[str]
    mend: Mapped[str]
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]
