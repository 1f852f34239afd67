"""YAML from strangers as plain texts, lists and objects.

No tags, so that nothing is ever built but these; no aliases, so that a short text stays short; no guesses at what a
word means, so that `no` is a text and `1.0` stays what was written. Only an unquoted `null`, `~` or nothing is None.
"""

from typing import Any, Final, NoReturn

import yaml

from lineage.engine.fields import is_writable, shown
from lineage.formats.proposals import FormatError, Value
from lineage.formats.texts import DEEPEST

LARGEST_YAML: Final = 100_000
"""Characters. The reader is slow, and no card or recipe needs a tenth of it."""

MOST_NODES: Final = 20_000

_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})


class _Composer(yaml.BaseLoader):
    """Stops at the first thing that is refused, before it is built."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self.nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        self._check(event)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _check(self, event: yaml.Event) -> None:
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            _refuse(event, "anchors (&) and aliases (*) are not read; write the value out")
        if getattr(event, "tag", None) is not None:
            _refuse(event, "tags (!) are not read; write a plain value")
        if self.depth > DEEPEST:
            _refuse(event, "lists and objects are nested more than {most} levels deep", most=DEEPEST)
        if self.nodes > MOST_NODES:
            _refuse(event, "this has more than {most} values", most=MOST_NODES)


def yaml_object(text: str, place: str = "") -> dict[str, Any]:
    """The object that a YAML text holds; an empty text is an empty one. Raises FormatError with line and column."""
    if len(text) > LARGEST_YAML:
        raise FormatError(place, "this YAML has more than {most} characters", most=LARGEST_YAML)
    try:
        node = _Composer(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error.context or "it cannot be read")
        raise FormatError(_where(place, mark), "this is not YAML: {problem}", problem=problem) from None
    except yaml.YAMLError:
        raise FormatError(place, "this is not YAML: it holds a character that YAML does not allow") from None
    except FormatError as error:
        raise error.at(f"{place}, {error.place}" if place else error.place) from None
    except ValueError:
        raise FormatError(place, "this is not YAML: a number or an escape (\\) in it stands for nothing") from None
    value = {} if node is None else _plain(node, place)
    if not isinstance(value, dict):
        raise FormatError(place, "this must be a YAML object: lines such as `license: mit`")
    return value


def _plain(node: yaml.Node, place: str) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_plain(entry, place) for entry in node.value]
    if isinstance(node, yaml.ScalarNode):
        return None if node.style is None and node.value in _NOTHING else _text(node, place)
    return _object(node, place)


def _object(node: yaml.Node, place: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise FormatError(_where(place, key.start_mark), "a key must be a plain word")
        name = _text(key, place)
        if name in fields:
            says = "the field '{field}' is given twice; keep one of the two"
            raise FormatError(_where(place, key.start_mark), says, field=shown(name))
        fields[name] = _plain(value, place)
    return fields


def _text(node: yaml.ScalarNode, place: str) -> str:
    """Escapes can stand for what cannot be stored, though nothing of the kind was in the text."""
    text = str(node.value)
    if not is_writable(text):
        raise FormatError(_where(place, node.start_mark), "a text here holds a character that cannot be stored")
    return text


def _refuse(at: yaml.Event, template: str, /, **values: Value) -> NoReturn:
    raise FormatError(_where("", at.start_mark), template, **values)


def _where(place: str, mark: Any) -> str:
    if mark is None:
        return place
    line = f"line {mark.line + 1}, column {mark.column + 1}"
    return f"{place}, {line}" if place else line
