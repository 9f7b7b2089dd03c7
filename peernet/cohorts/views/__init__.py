"""Pages of cohorts: for those who run them, and for those who are invited."""

from peernet.cohorts.views import addresses, cohorts, invitations, organisations, people, roster, seats
from peernet.cohorts.views.room import blueprint

__all__ = ["addresses", "blueprint", "cohorts", "invitations", "organisations", "people", "roster", "seats"]
