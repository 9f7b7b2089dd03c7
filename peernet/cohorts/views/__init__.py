"""Pages of cohorts: for those who run them, and for those who are invited."""

from peernet.cohorts.views import cohorts, invitations, organisations, people, roster, seats
from peernet.cohorts.views.room import blueprint

__all__ = ["blueprint", "cohorts", "invitations", "organisations", "people", "roster", "seats"]
