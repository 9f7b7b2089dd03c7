"""Forms in: one pydantic model reads what was sent; each error returns to its field and what was typed stays."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Annotated, Any, TypeVar, get_args, get_origin

from flask import Response, make_response, request
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from peernet.clock import is_zone
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.i18n import lazy_gettext as _l
from peernet.i18n import said
from peernet.web.once import FIELD as ONCE
from peernet.web.request import roll_back

Model = TypeVar("Model", bound="Input")
View = Callable[..., Any]
# Fields that belong to the shell, not to the input.
_SHELL_FIELDS = (ONCE, "csrf_token")


class Input(BaseModel):
    """What a form, JSON or front matter may say. Unknown keys are errors; an empty text counts as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _printable(value: str) -> str:
    for letter in value:
        if unicodedata.category(letter) == "Cc" and letter not in "\n\t\r":
            raise ValueError(_("This text holds a control character; please remove it."))
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _one_line(value: str) -> str:
    if "\n" in _printable(value) or "\t" in value:
        raise ValueError(_("Please write this on one line."))
    return value


def _known_zone(value: str) -> str:
    if not is_zone(value):
        raise ValueError(_("This time zone is not known."))
    return value


Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(_one_line)]
ShortLine = Annotated[str, StringConstraints(max_length=80), AfterValidator(_one_line)]
Remark = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_printable)]
Paragraph = Annotated[str, StringConstraints(max_length=5_000), AfterValidator(_printable)]
LongText = Annotated[str, StringConstraints(max_length=200_000), AfterValidator(_printable)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Zone = Annotated[str, StringConstraints(max_length=80), AfterValidator(_known_zone)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s\x00-\x1f<>,;:\"()\[\]\\]+@[^@\s\x00-\x1f]+$")]
WebAddress = Annotated[str, StringConstraints(max_length=500, pattern=r"^https?://[^\s\x00-\x1f<>\"]+$")]


@dataclass(frozen=True)
class Form:
    """State of a form in a page: what stands in the fields, and what is wrong with them ("" is the whole form)."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    theirs: str | None = None

    def value(self, name: str, default: Any = "") -> Any:
        """What stands in a field."""
        return self.values.get(name, default)

    def errors_of(self, name: str) -> list[str]:
        """What is wrong with a field."""
        return self.errors.get(name, [])


class InvalidInput(Exception):
    """What was sent does not fit the model; carries the form as it should be shown again."""

    def __init__(self, form: Form) -> None:
        super().__init__(str(form.errors))
        self.form = form


def sent() -> dict[str, Any]:
    """The fields of the request as text, or as a list where one was sent more than once."""
    return {
        name: values[0] if len(values) == 1 else values
        for name, values in request.form.lists()
        if name not in _SHELL_FIELDS
    }


def read(model: type[Model]) -> Model:
    """Read the request's form through ``model``. Raises InvalidInput."""
    values = sent()
    return parse(model, values)


def parse(model: type[Model], values: Mapping[str, Any]) -> Model:
    """Read ``values`` through ``model``. Raises InvalidInput with a message for each field in the reader's words."""
    try:
        return model.model_validate(_prepared(model, values))
    except ValidationError as error:
        errors: dict[str, list[str]] = {}
        for item in error.errors(include_url=False):
            name = str(item["loc"][0]) if item["loc"] else ""
            known = name in model.model_fields
            message = _in_words(item)
            errors.setdefault(name if known else "", []).append(message if known else f"{name}: {message}")
        raise InvalidInput(Form(values, errors)) from None


def redisplay(page: View) -> Callable[[View], View]:
    """For a POST view: when its input or its verb is refused, answer with ``page(form=…)`` as 422 (409 if somebody
    else was first), with everything that was typed in it. The transaction is rolled back first. A script
    that saves while somebody types is told in few words instead, by the shell."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(**arguments: Any) -> Any:
            if request.headers.get("X-Autosave"):
                return view(**arguments)
            try:
                return view(**arguments)
            except InvalidInput as refusal:
                return _again(page, arguments, refusal.form, 422)
            except Refused as refusal:
                form = Form(sent(), {refusal.field or "": [said(refusal.message)]})
                return _again(page, arguments, form, 422)
            except Conflict as refusal:
                form = Form(sent(), {"": [refusal.message]}, theirs=refusal.theirs)
                return _again(page, arguments, form, 409)

        return wrapped

    return decorate


def _again(page: View, arguments: dict[str, Any], form: Form, status: int) -> Response:
    roll_back()
    response = make_response(page(**arguments, form=form))
    response.status_code = status
    return response


def _prepared(model: type[Input], values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is empty, so that defaults apply, and make a list of one where the model wants a list."""
    prepared: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, str) and not value.strip():
            continue
        info = model.model_fields.get(name)
        wants_list = info is not None and _is_list(info.annotation)
        prepared[name] = [value] if wants_list and not isinstance(value, list | tuple) else value
    return prepared


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin in (list, tuple):
        return True
    return any(_is_list(part) for part in get_args(annotation) if get_origin(part) in (list, tuple))


_WORDS: dict[str, str] = {
    "missing": _l("Please fill this in."),
    "extra_forbidden": _l("This field is not known here."),
    "enum": _l("Please choose one of the options."),
    "literal_error": _l("Please choose one of the options."),
    "bool_parsing": _l("Please answer yes or no."),
    "int_parsing": _l("Please give a whole number."),
    "int_from_float": _l("Please give a whole number."),
    "date_from_datetime_parsing": _l("Please give a date that exists, as YYYY-MM-DD."),
    "date_parsing": _l("Please give a date that exists, as YYYY-MM-DD."),
    "datetime_parsing": _l("Please give a date and a time that exist."),
    "datetime_from_date_parsing": _l("Please give a date and a time that exist."),
    "time_parsing": _l("Please give a time as HH:MM."),
    "string_pattern_mismatch": _l("This does not have the right form; please check it."),
    "string_type": _l("Please give this once."),
}


def _in_words(item: ErrorDetails) -> str:
    kind, context = item["type"], item.get("ctx", {})
    if kind == "value_error":
        return str(context.get("error", item["msg"]))
    if kind == "string_too_long":
        return _("This is too long: at most %(most)s characters.", most=context["max_length"])
    if kind in ("string_too_short", "too_short"):
        return str(_WORDS["missing"])
    if kind in ("greater_than_equal", "greater_than"):
        return _("This must be at least %(least)s.", least=context.get("ge", context.get("gt")))
    if kind in ("less_than_equal", "less_than"):
        return _("This must be at most %(most)s.", most=context.get("le", context.get("lt")))
    return str(_WORDS.get(kind, item["msg"]))
