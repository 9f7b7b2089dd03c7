"""Read YAML as a plain tree: no tags, no aliases, no key twice, not deep; each error at its line."""

import re
from collections.abc import Hashable, Iterator
from typing import Any

import yaml
from yaml.constructor import ConstructorError

MAX_DEPTH = 12
TOO_DEEP = "this is nested too deeply"

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"


class Wrong(ValueError):
    """Why the text is refused, and at which of its lines (from 1)."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


class _Loader(_Base):  # type: ignore[misc]
    """A safe loader with the words of YAML 1.2 and dates."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    yaml_constructors: dict[str | None, Any] = {}

    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> dict[Hashable, Any]:
        """Every key is its text as written, and comes once."""
        if not isinstance(node, yaml.MappingNode):
            raise ConstructorError(None, None, "keys and values are expected", node.start_mark)
        values: dict[Hashable, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ConstructorError(None, None, "a key must be a word", key.start_mark)
            if key.value in values:
                raise ConstructorError(None, None, f"the key {key.value!r} comes twice", key.start_mark)
            values[key.value] = self.construct_object(value, deep=True)
        return values

    def construct_timestamp(self, node: yaml.ScalarNode) -> Any:
        """A date or a moment; one that does not exist is an error at its line."""
        try:
            return yaml.constructor.SafeConstructor.construct_yaml_timestamp(self, node)
        except (ValueError, OverflowError):
            raise ConstructorError(None, None, f"there is no date {node.value}", node.start_mark) from None

    def construct_number(self, node: yaml.ScalarNode) -> Any:
        """A whole number, of a length that is meant to be read."""
        if len(node.value) > 100:
            raise ConstructorError(None, None, "a number is too long", node.start_mark)
        return int(node.value, 0)

    def refuse_tag(self, node: yaml.Node) -> Any:
        """Tags ask for objects of some program, and are refused."""
        raise ConstructorError(None, None, f"the tag {node.tag} is not understood", node.start_mark)


def _resolve(tag: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(_TAG + tag, re.compile(pattern, re.X), list(first))


_resolve("bool", "(?:true|True|TRUE|false|False|FALSE)$", "tTfF")
_resolve("null", "(?:~|null|Null|NULL|)$", "~nN\0")
_resolve("int", r"[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789")
_resolve(
    "float",
    r"(?:[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?|[-+]?\.[0-9]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN))$",
    "-+.0123456789",
)
_resolve(
    "timestamp",
    r"(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[\ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?[\ \t]*(?:Z|[-+]\d\d?(?::\d\d)?)?)$",
    "0123456789",
)
_Loader.yaml_implicit_resolvers[""] = _Loader.yaml_implicit_resolvers.pop("\0", [])

for _name in ("null", "bool", "float", "str", "seq", "map"):
    _Loader.add_constructor(_TAG + _name, getattr(_Base, f"construct_yaml_{_name}"))
_Loader.add_constructor(_TAG + "int", _Loader.construct_number)
_Loader.add_constructor(_TAG + "timestamp", _Loader.construct_timestamp)
_Loader.add_constructor(None, _Loader.refuse_tag)


def load(text: str) -> dict[str, Any]:
    """The mapping that ``text`` is; nothing at all is an empty one. Raises Wrong."""
    try:
        _check_shape(text)
        values = yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        raise _nested_too_deeply(text) or _as_wrong(error) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Wrong(f"this is not YAML ({type(error).__name__})", 1) from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise Wrong("keys and values are expected", 1)
    return values


def _as_wrong(error: yaml.MarkedYAMLError) -> Wrong:
    mark: Any = error.problem_mark or error.context_mark
    return Wrong(error.problem or "this is not YAML", mark.line + 1 if mark else 1)


def _nested_too_deeply(text: str) -> Wrong | None:
    """Whether depth is what is wrong: the C library reads ahead, with a bound and a sentence of its own."""
    try:
        _check_shape(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        return _as_wrong(error) if error.problem == TOO_DEEP else None
    return None


def _check_shape(text: str, loader: Any = _Loader) -> None:
    depth = 0
    events: Iterator[Any] = yaml.parse(text, Loader=loader)
    for event in events:
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise ConstructorError(None, None, "aliases are not allowed", mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise ConstructorError(None, None, TOO_DEEP, mark)
