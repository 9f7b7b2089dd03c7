"""What people may send about an organisation."""

import re
from typing import Annotated, cast

from pydantic import AfterValidator, BeforeValidator, Field

from peernet.i18n import gettext as _
from peernet.organisations import countries
from peernet.organisations.organisations import Facts
from peernet.web.inputs import Input, Line, Paragraph, WebAddress

_BARE = re.compile(r"[\w-]+(\.[\w-]+)+(?=/|$)")


def _known_country(value: str) -> str:
    if value.upper() not in countries.codes():
        raise ValueError(_("This is not the two-letter code of a country."))
    return value.upper()


def _with_scheme(value: object) -> object:
    """People write "example.org"; a link needs more."""
    return f"https://{value.strip()}" if isinstance(value, str) and _BARE.match(value.strip()) else value


Named = Annotated[Line, Field(min_length=1)]
Version = Annotated[int, Field(ge=1, le=2**53)]
Country = Annotated[str, AfterValidator(_known_country)]
HomePage = Annotated[WebAddress, BeforeValidator(_with_scheme)]


class _About(Input):
    purpose: Paragraph = ""
    home_page: HomePage | None = None

    def facts(self, purpose_html: str) -> Facts:
        """The facts as an organisation keeps them: what was left out is empty."""
        given = self.model_dump(exclude={"version"}) | {"purpose_html": purpose_html}
        return cast(Facts, {name: "" if value is None else value for name, value in given.items()})


class _Whole(_About):
    name: Named
    stewards: Line = ""
    country: Country | None = None


class OwnOrganisationInput(_About):
    """What those who hold its seat may change."""

    version: Version


class OrganisationInput(_Whole):
    """What organisers may change."""

    version: Version


class HostInput(OrganisationInput):
    """What administrators may change."""

    is_host: bool = False


class NewOrganisationInput(_Whole):
    """A new organisation, as administrators add it."""

    is_host: bool = False
