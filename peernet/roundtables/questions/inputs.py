"""What the forms about questions may say."""

from typing import Annotated

from pydantic import StringConstraints

from peernet.roundtables.questions.models import QuestionState
from peernet.web.inputs import Input, Remark


class Question(Input):
    """A question, ``unnamed`` where nobody is to learn who asked. A form that promises that says so itself: the step
    may be another one by the time it arrives."""

    question: Annotated[Remark, StringConstraints(min_length=1, max_length=500)]
    unnamed: bool = False


class Support(Input):
    """Whether the question is to be supported."""

    on: bool = False


class State(Input):
    """How far it has come."""

    state: QuestionState
