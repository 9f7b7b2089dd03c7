"""What the front matter of each kind of file may say."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from peernet.clock import exists
from peernet.cohorts.models import CohortFormat, CohortState
from peernet.i18n import gettext as _
from peernet.materials import licences
from peernet.materials.models import Credit, MaterialKind
from peernet.organisations.inputs import Country, HomePage
from peernet.prompts.models import Moment
from peernet.roundtables.agendas.inputs import MOST_STEPS, Step
from peernet.roundtables.models import RoundtableKind, When
from peernet.web.inputs import Input, Line, LongText, Paragraph, ShortLine, WebAddress, Zone


def _known_licence(value: str) -> str:
    if not licences.is_known(value):
        known = ", ".join(licence.code for licence in licences.LICENCES)
        raise ValueError(_("“%(code)s” is not one of the licences: %(known)s.", code=value, known=known))
    return licences.spelled(value)


def _licence_of_a_part(value: str) -> str:
    return value if value in ("", licences.RESERVED) else _known_licence(value)


def _one_line(value: object) -> object:
    """A sentence that its file folds over several lines is still one line."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _by_slug(value: object) -> object:
    return {"prompt": value} if isinstance(value, str) else value


Named = Annotated[Line, Field(min_length=1), BeforeValidator(_one_line)]
SlugLine = Annotated[Line, Field(max_length=120)]
Wall = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Days = Annotated[int, Field(ge=-20_000, le=20_000)]


class _File(Input):
    model_config = ConfigDict(coerce_numbers_to_str=True)


class TopicFile(_File):
    """A theme or a topic; the body is its description."""

    name: Named
    kind: Literal["theme", "topic"] = "topic"
    position: Annotated[int, Field(ge=0, le=10_000)] = 0


class OrganisationFile(_File):
    """An organisation; the body is its purpose."""

    name: Named
    home_page: HomePage | None = None
    country: Country | None = None
    stewards: Annotated[Line, BeforeValidator(_one_line)] = ""
    host: bool = False
    example: bool | None = None


class PromptFile(_File):
    """A prompt of the library; the body says why it is asked."""

    text: Annotated[Paragraph, Field(min_length=1)]
    theme: SlugLine | None = None
    moment: Moment
    language: ShortLine = "en"
    public: bool = True


class MethodFile(_File):
    """A way to work together, as steps; the body says what it is for."""

    name: Named
    language: ShortLine = "en"
    people_least: Annotated[int, Field(ge=1, le=10_000)] | None = None
    people_most: Annotated[int, Field(ge=1, le=10_000)] | None = None
    fails: Annotated[Paragraph, BeforeValidator(_one_line)] = ""
    source: Annotated[Paragraph, BeforeValidator(_one_line)] = ""
    source_url: WebAddress | None = None
    steps: Annotated[list[Step], Field(min_length=1, max_length=MOST_STEPS)]

    @model_validator(mode="after")
    def _is_a_range(self) -> "MethodFile":
        if self.people_least and self.people_most and self.people_least > self.people_most:
            raise ValueError(_("The smallest group is larger than the largest."))
        return self


class ReadingFile(_File):
    """Something to read before a roundtable."""

    title: Named
    url: WebAddress


class AskedFile(_File):
    """A prompt asked at a roundtable, by its slug alone or with the moment."""

    prompt: SlugLine
    when: When = When.DURING


class RoundtableFile(_File):
    """A roundtable: on a date, or so many days after the Monday of the import."""

    title: Named
    kind: RoundtableKind = RoundtableKind.ROUNDTABLE
    date_: date | None = Field(None, alias="date")
    in_days: Days | None = None
    time: Wall
    zone: Zone
    minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 90
    summary: Annotated[Paragraph, BeforeValidator(_one_line)] = ""
    place: Annotated[Line, BeforeValidator(_one_line)] = ""
    prompts: list[Annotated[AskedFile, BeforeValidator(_by_slug)]] = []
    reading: list[ReadingFile] = []
    public: bool = False

    @model_validator(mode="after")
    def _is_once(self) -> "RoundtableFile":
        if (self.date_ is None) == (self.in_days is None):
            raise ValueError(_("“%(title)s” needs either a date or in_days.", title=self.title))
        if self.date_ is not None:
            wall = datetime.fromisoformat(f"{self.date_}T{self.time}")
            if not exists(wall, self.zone):
                raise ValueError(_("“%(title)s”: the clocks of its zone skip that hour.", title=self.title))
        return self


class CohortFile(_File):
    """A cohort with its seats, focus questions and roundtables; the body is its description."""

    name: Named
    theme: Named
    format: CohortFormat
    starts_on: date | None = None
    ends_on: date | None = None
    starts_in_days: Days | None = None
    ends_in_days: Days | None = None
    zone: Zone
    state: Literal[CohortState.RUNNING, CohortState.CLOSED] = CohortState.RUNNING
    example: bool = False
    organisations: list[SlugLine] = []
    focus_questions: list[SlugLine] = []
    roundtables: list[RoundtableFile] = []

    @model_validator(mode="after")
    def _has_dates(self) -> "CohortFile":
        for day, days in ((self.starts_on, self.starts_in_days), (self.ends_on, self.ends_in_days)):
            if (day is None) == (days is None):
                raise ValueError(_("A cohort needs a first and a last day, each as a date or in days from the import."))
        return self


class CreditFile(_File):
    """Who is named: a name, an organisation by its slug, or both; and what they did."""

    name: Line = ""
    organisation: SlugLine | None = None
    role: Line = ""
    credit: (
        Literal[
            Credit.EDITOR,
            Credit.REVIEWER,
            Credit.TRANSLATOR,
            Credit.INTERVIEWEE,
            Credit.ILLUSTRATOR,
            Credit.FACILITATOR,
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _names_somebody(self) -> "CreditFile":
        if not self.name and not self.organisation:
            raise ValueError(_("Give a name or an organisation."))
        return self


class VideoFile(_File):
    """Where a video is watched: at an address, or as a film beside the text."""

    url: WebAddress | None = None
    film: Line | None = None
    minutes: Annotated[int, Field(ge=1, le=1_000)] | None = None
    captions: Line | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> "VideoFile":
        if not self.url and not self.film:
            raise ValueError(_("Give the address of the video, or its film."))
        return self


class FileFile(_File):
    """What a film, a recording or a paper of the text is called, and the name under which it came."""

    file: Named
    title: Line = ""
    name: Line = ""


class GraphicFile(_File):
    """What a graphic shows, at length, and the CSV file beside it of what it was drawn from."""

    description: LongText = ""
    data: Line | None = None


class AssetFile(_File):
    """Whose a picture of the text is, and under which licence, where it is not as the text."""

    file: Named
    title: Line = ""
    creator: Line = ""
    source: WebAddress | None = None
    licence: Annotated[Line, AfterValidator(_licence_of_a_part)] = ""
    changes: Line = ""
    permission: Line = ""
    permission_on: date | None = None


class CorrectionFile(_File):
    """What was put right on a day after a material was first published."""

    day: date
    note: Annotated[Paragraph, Field(min_length=1), BeforeValidator(_one_line)]


class MaterialMeta(_File):
    """A learning material; the body is its text."""

    title: Named
    summary: Annotated[Paragraph, BeforeValidator(_one_line)] = ""
    kind: MaterialKind = MaterialKind.BLOGPOST
    language: ShortLine | None = None
    licence: Annotated[ShortLine, AfterValidator(_known_licence)] = licences.DEFAULT
    published_on: date | None = None
    cohort: SlugLine | None = None
    topics: list[SlugLine] = []
    organisations: list[SlugLine] = []
    questions: list[SlugLine] = []
    authors: list[CreditFile] = []
    contributors: list[CreditFile] = []
    video: VideoFile | None = None
    graphic: GraphicFile | None = None
    abstract: Paragraph = ""
    chapters: list[SlugLine] = []
    changes: Annotated[Paragraph, BeforeValidator(_one_line)] = ""
    files: list[FileFile] = []
    assets: list[AssetFile] = []
    corrections: list[CorrectionFile] = []
    translation_of: SlugLine | None = None
    made_from: Annotated[int, Field(ge=0, le=99_999)] | None = None
    made_from_text: ShortLine | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "MaterialMeta":
        said = {
            "captions": (MaterialKind.VIDEO, bool(self.video and self.video.captions)),
            "film": (MaterialKind.VIDEO, bool(self.video and self.video.film)),
            "graphic": (MaterialKind.GRAPHIC, self.graphic is not None),
            "abstract": (MaterialKind.REPORT, bool(self.abstract)),
            "chapters": (MaterialKind.PLAYBOOK, bool(self.chapters)),
        }
        for key, (kind, is_said) in said.items():
            if is_said and kind is not self.kind:
                raise ValueError(_("“%(key)s” belongs to the kind %(kind)s.", key=key, kind=kind.value))
        return self


def names_of(model: type[Input]) -> set[str]:
    """The keys that a model knows, as a file writes them."""
    return {info.alias or name for name, info in model.model_fields.items()}


def plain(value: Any) -> dict[str, Any]:
    """A model as plain values that JSON can hold."""
    found: dict[str, Any] = value.model_dump(mode="json", by_alias=True)
    return found
