"""A viewer: who asks. It is what access takes, and holds plain values, never a row."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person who is signed in, the holder of a link, or nobody (``person_id`` is None).

    ``sign_in_id`` is the session's row, ``ticket`` the secret of its cookie; ``link`` is the subject of a link's token.
    The four properties at the end are what Flask-Login asks for.
    """

    person_id: int | None = None
    name: str = ""
    email: str = ""
    zone: str = "UTC"
    language: str = ""
    is_admin: bool = False
    sign_in_id: int | None = None
    ticket: str = ""
    link: str = ""

    @property
    def is_authenticated(self) -> bool:
        """Whether this is a person."""
        return self.person_id is not None

    @property
    def is_active(self) -> bool:
        """A loaded viewer is one that may be here; others are not loaded."""
        return self.person_id is not None

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return self.person_id is None

    def get_id(self) -> str:
        """What the cookie carries: the session's secret, never the person's id."""
        return self.ticket


NOBODY = Viewer()
