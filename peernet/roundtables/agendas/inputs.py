"""What the forms of agendas, and the files of methods, may say."""

from typing import Annotated

from pydantic import Field

from peernet.prompts.models import Visibility
from peernet.roundtables.agendas.models import StepGrouping, StepKind, StepRule
from peernet.roundtables.inputs import Version
from peernet.web.inputs import Input, Line, Paragraph

MOST_STEPS = 60
Title = Annotated[Line, Field(min_length=1)]


class Step(Input):
    """One step, in a form and in a method. What it leaves out is: everybody talks, openly."""

    title: Title
    minutes: Annotated[int, Field(ge=1, le=480)]
    kind: StepKind = StepKind.TALK
    grouping: StepGrouping = StepGrouping.ALL
    attribution: StepRule = StepRule.OPEN
    visibility: Visibility = Visibility.COHORT
    question: Paragraph = ""
    facilitator: Paragraph = ""
    member: Paragraph = ""
    case_giver: Paragraph = ""
    host: Paragraph = ""


class NewStep(Step):
    """A step for a roundtable; ``asking`` is the prompt that is answered in it."""

    asking: Annotated[int, Field(ge=1, le=10**18)] | None = None


class RevisedStep(NewStep):
    """The same as it shall be; ``version`` is the one that was changed."""

    version: Version


class ChosenMethod(Input):
    """The method whose steps are wanted."""

    method: Annotated[int, Field(ge=1, le=10**18)]


class Place(Input):
    """Where a step is to stand, counted from one."""

    to: Annotated[int, Field(ge=1, le=MOST_STEPS)]


class OwnMethod(Input):
    """What an agenda is to be called as a method."""

    name: Title
    purpose: Paragraph = ""


class RenamedMethod(OwnMethod, ChosenMethod):
    """What a method of the cohort is to be called; ``version`` is the one that was changed."""

    version: Version
