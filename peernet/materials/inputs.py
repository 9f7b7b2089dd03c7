"""What people may send about a material."""

from itertools import zip_longest
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from peernet.i18n import gettext as _
from peernet.materials import licences
from peernet.materials.assets import Said
from peernet.materials.kinds import datasets
from peernet.materials.kinds.particulars import Chapter, Particulars
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, MaterialKind
from peernet.web.inputs import Input, Language, Line, LongText, Paragraph, ShortLine, WebAddress


def _known_licence(value: str) -> str:
    if not licences.is_known(value):
        raise ValueError(_("Please choose one of the options."))
    return licences.spelled(value)


def _licence_of_a_part(value: str) -> str:
    return value if value in ("", licences.RESERVED) else _known_licence(value)


def _table(value: str) -> str:
    """As CSV, whatever parted its cells; as it was typed where it is no table yet, which is told before publishing."""
    found = datasets.read_as(value)
    return datasets.as_csv(found) if found else value


DataTable = Annotated[LongText, AfterValidator(_table)]
Named = Annotated[Line, Field(min_length=1)]
KnownLicence = Annotated[ShortLine, AfterValidator(_known_licence)]
LicenceAddress = Annotated[WebAddress, Field(max_length=80)]


class StartInput(Input):
    """A new material."""

    title: Named
    kind: MaterialKind
    language: Language


class StartWithWordInput(Input):
    """A new material whose text and title come with a Word file."""

    kind: MaterialKind
    language: Language


class TranslateInput(Input):
    """Into which language."""

    language: Language


class PreviewInput(Input):
    """A text to be shown as it would stand."""

    text: LongText = ""


class ManuscriptInput(Input):
    """A material as its authors have it. The five lists of credits belong together, line by line."""

    version: int
    title: Named
    summary: Paragraph = ""
    text: LongText = ""
    kind: MaterialKind
    language: Language
    licence: KnownLicence
    licence_url: LicenceAddress | None = None
    video_url: WebAddress | None = None
    video_minutes: Annotated[int, Field(ge=1, le=1_000)] | None = None
    topics: list[int] = []
    organisations: list[int] = []
    questions: list[int] = []
    captions: LongText = ""
    film: Line = ""
    description: LongText = ""
    dataset: DataTable = ""
    abstract: Paragraph = ""
    chapters: list[int] = []
    credit: list[Credit] = []
    credit_name: list[Line] = []
    credit_person: list[int | None] = []
    credit_organisation: list[int | None] = []
    credit_role: list[Line] = []

    @field_validator("credit_organisation", "credit_person", mode="before")
    @classmethod
    def _none_chosen(cls, value: list[object]) -> list[object]:
        return [one or None for one in value]

    def manuscript(self) -> Manuscript:
        """The whole as one value. Lines of credits that name nobody are left out; who is chosen says themselves how
        they are named, so that a name which was typed goes."""
        columns = (self.credit, self.credit_name, self.credit_organisation, self.credit_role, self.credit_person)
        lines = zip_longest(*columns)
        return Manuscript(
            kind=self.kind,
            title=self.title,
            summary=self.summary,
            source=self.text,
            language=self.language,
            licence=licences.spelled(self.licence_url or self.licence),
            video_url=self.video_url or "",
            video_minutes=self.video_minutes,
            topics=tuple(dict.fromkeys(self.topics)),
            organisations=tuple(dict.fromkeys(self.organisations)),
            questions=tuple(dict.fromkeys(self.questions)),
            particulars=Particulars(
                captions=self.captions,
                film=self.film,
                description=self.description,
                dataset=self.dataset,
                abstract=self.abstract,
                chapters=tuple(Chapter(one) for one in dict.fromkeys(self.chapters)),
            ),
            credits=tuple(
                CreditLine(credit or Credit.CONTRIBUTOR, "" if person else name or "", organisation, role or "", person)
                for credit, name, organisation, role, person in lines
                if name or organisation or person
            ),
        )


class ImageInput(Input):
    """What comes with an uploaded image."""

    alt: Annotated[Line, Field(min_length=1)]


class FileInput(Input):
    """What comes with a film, a recording or a paper."""

    title: Annotated[ShortLine, Field(min_length=1)]


class FilmInput(Input):
    """Which file is the material's own film, or none; and the draft that the person saw."""

    version: int
    film: int | None = None


class AssetInput(Input):
    """Whose a picture is, as its page says it."""

    version: int = 0
    title: Line = ""
    creator: Line = ""
    source_url: WebAddress | None = None
    licence: Annotated[ShortLine, AfterValidator(_licence_of_a_part)] = ""
    licence_url: WebAddress | None = None
    changes: Line = ""
    permission: Line = ""

    def said(self) -> Said:
        """The whole as one value."""
        return Said(
            title=self.title,
            creator=self.creator,
            source_url=self.source_url or "",
            licence=licences.spelled(self.licence_url or self.licence),
            changes=self.changes,
            permission=self.permission,
        )


class PublishInput(Input):
    """Yes to what the page showed, and what readers are told of it."""

    version: int
    note: Paragraph = ""


class DiscardInput(Input):
    """The draft that the person saw."""

    version: int


class RestoreInput(Input):
    """The version of the draft that stood there when somebody chose to restore another."""

    version: int


class Recommend(Input):
    """Whether it is recommended on the home page: a box that is ticked or not."""

    is_recommended: Literal["yes", "no"] = "no"


class WithdrawInput(Input):
    """Why."""

    why: Annotated[Paragraph, Field(min_length=1)]
