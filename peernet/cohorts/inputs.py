"""What people may send about cohorts, their people and their seats."""

from datetime import date
from typing import Annotated

from pydantic import Field

from peernet.accounts.inputs import Password
from peernet.cohorts.models import CohortFormat, Role
from peernet.organisations.inputs import Country, HomePage
from peernet.web.inputs import Email, Input, Line, Paragraph, ShortLine, Zone

Named = Annotated[Line, Field(min_length=1)]
# Numbers beyond this are no row's.
Id = Annotated[int, Field(ge=1, le=2**53)]


class CohortInput(Input):
    """A cohort, new or revised."""

    name: Named
    theme: Named
    format: CohortFormat
    starts_on: date
    ends_on: date
    zone: Zone
    description: Paragraph = ""


class NewCohortInput(CohortInput):
    """A new cohort, and who runs it where that is somebody else."""

    organiser_email: Email | None = None


class RevisedCohortInput(CohortInput):
    """A cohort as changed by somebody who saw ``version``."""

    version: Id


class AppointInput(Input):
    """Somebody to be an organiser, or to take a seat over."""

    email: Email
    name: Line = ""


class SeatInput(Input):
    """An organisation for a seat: one that is known, or the facts of a new one."""

    organisation_id: Id | None = None
    name: Line = ""
    home_page: HomePage | None = None
    country: Country | None = None


class InvitationInput(Input):
    """One person to invite."""

    email: Email
    name: Line = ""
    role: Role
    seat_id: Id | None = None
    is_deputy: bool = False


class RoleInput(Input):
    """Another role, or another seat."""

    role: Role
    seat_id: Id | None = None


class DeputyInput(Input):
    """Whether somebody is their seat's deputy."""

    is_deputy: bool


class SignatoryInput(Input):
    """Whether somebody signs for the organisation of their seat."""

    is_signatory: bool


class AcceptInput(Input):
    """What somebody says of themselves who has no account yet."""

    name: Named
    zone: Zone
    language: ShortLine
    password: Password = ""


class ConfirmedImportInput(Input):
    """The table as it was shown, sealed."""

    shown: Annotated[str, Field(max_length=1_500_000)]
