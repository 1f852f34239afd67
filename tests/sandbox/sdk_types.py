"""Compares JSON with the classes, and parameters with the TypedDicts, of the installed package of Stripe.

The package's annotations are the only description of the wire that is pinned
with the package itself. What they cannot tell is behaviour.
"""

import sys
import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from inspect import get_annotations
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

from stripe import ListObject, SearchResultObject, StripeObject
from stripe._object_classes import get_object_class
from stripe._stripe_object import UntypedStripeObject
from stripe.events._event_classes import get_v2_event_class

from sandbox.parameters import Fields, Items, Kind, Labels, OneOf, Span, Text, Whole, YesNo

PLAIN: dict[object, tuple[type, ...]] = {str: (str,), int: (int,), float: (int, float), Decimal: (str,), bool: (bool,)}


LISTS: dict[str, type[StripeObject]] = {"list": ListObject, "search_result": SearchResultObject}
LIST_MEMBERS: dict[type, dict[str, Any]] = {
    ListObject: {"object": Literal["list"], "data": list[Any], "has_more": bool, "url": str},
    SearchResultObject: {
        "object": Literal["search_result"],
        "data": list[Any],
        "has_more": bool,
        "next_page": str | None,
        "url": str,
    },
}


def faults_of_page(value: Any, path: str = "") -> Iterator[str]:
    """What is wrong with a list of the second version of the API, which names no kind of its own."""
    if set(value) != {"data", "next_page_url", "previous_page_url"}:
        yield f"{path}: a page has other members than {sorted(value)}"
    for number, item in enumerate(value.get("data", [])):
        yield from faults_of_object(item, f"{path}[{number}]")


def faults_of_object(value: Any, path: str = "") -> Iterator[str]:
    """What is wrong with an API object, by the class that its `object` member names."""
    if not isinstance(value, dict) or "object" not in value:
        yield f"{path}: no object"
        return
    if value["object"] in LISTS:
        for number, item in enumerate(value["data"]):
            yield from faults_of_object(item, f"{path}[{number}]")
        yield from _faults_of_members(value, LISTS[value["object"]], path)
        return
    if value["object"] == "v2.core.event":
        cls: type[StripeObject] = get_v2_event_class(value["type"])
    else:
        cls = get_object_class("V2" if value["object"].startswith("v2.") else "V1", value["object"])
    if cls is StripeObject:
        yield f"{path}: the package knows no object called {value['object']}"
        return
    yield from _faults_of_members(value, cls, path or value["object"])
    if value["object"] == "event":
        yield from faults_of_object(value["data"]["object"], f"{path}event.data.object")


def faults_of_error(envelope: Any, cls: type) -> Iterator[str]:
    """What is wrong with an error envelope, by the class of its `error` member."""
    if set(envelope) != {"error"}:
        yield f"an envelope has one member, not {sorted(envelope)}"
    else:
        yield from _faults_of_members(envelope["error"], cls, "error")


def _annotations(cls: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base is not StripeObject and base is not object:
            found.update(get_annotations(base))
    return {name: kind for name, kind in found.items() if get_origin(kind) is not typing.ClassVar}


def _alternatives(kind: Any) -> tuple[Any, ...]:
    if get_origin(kind) in (Union, types.UnionType):
        return tuple(inner for part in get_args(kind) for inner in _alternatives(part))
    return (kind,)


def _faults_of_members(value: Any, cls: type, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no object"
        return
    known = _annotations(cls)
    if cls in LISTS.values():
        known = LIST_MEMBERS[cls]
    for name in sorted(set(value) - set(known)):
        yield f"{path}.{name}: the package knows no such member"
    for name, kind in known.items():
        if name in value:
            yield from _faults_of_value(value[name], kind, f"{path}.{name}")
        elif type(None) not in _alternatives(kind):
            yield f"{path}.{name}: missing"


def _faults_of_value(value: Any, kind: Any, path: str) -> Iterator[str]:
    parts = _alternatives(kind)
    if value is None:
        if type(None) not in parts and Any not in parts:
            yield f"{path}: null"
        return
    literals = {choice for part in parts if get_origin(part) is Literal for choice in get_args(part)}
    if literals and isinstance(value, str):
        if value not in literals:
            yield f"{path}: {value!r} is none of {sorted(literals)}"
        return
    tried = [list(_faults_of_part(value, part, path)) for part in parts if part is not type(None)]
    yield from min(tried, key=len)


def _faults_of_part(value: Any, kind: Any, path: str) -> Iterator[str]:
    origin, inner = get_origin(kind) or kind, get_args(kind)
    if kind is Any:
        return
    if isinstance(kind, ForwardRef):
        yield from faults_of_object(value, path)
    elif origin is list and isinstance(value, list):
        for number, item in enumerate(value):
            yield from _faults_of_value(item, inner[0], f"{path}[{number}]")
    elif origin is UntypedStripeObject and isinstance(value, dict):
        for key, item in value.items():
            yield from _faults_of_value(item, inner[0], f"{path}.{key}")
    elif origin is ListObject:
        yield from faults_of_object(value, path)
    elif isinstance(origin, type) and issubclass(origin, StripeObject):
        yield from _faults_of_members(value, origin, path)
    elif not _is_plain(value, kind):
        yield f"{path}: {value!r} is no {kind}"


def _is_plain(value: Any, kind: Any) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, PLAIN.get(kind, ()))


def faults_of_parameters(fields: Fields, typed: Any, path: str) -> Iterator[str]:
    """What the sandbox takes and the package does not know, or takes as another kind."""
    hints = _hints(typed)
    for name, kind in fields.members.items():
        if name == "page" and typed.__module__.startswith("stripe.params.v2."):
            # The package sends it too: it is a part of the address of the next page.
            continue
        if name not in hints:
            yield f"{path}[{name}]: no such parameter in {typed.__name__}"
        else:
            yield from _faults_of_parameter(kind, hints[name], f"{path}[{name}]")
    for name in typed.__required_keys__ - set(fields.required):
        yield f"{path}[{name}]: required by {typed.__name__}"


def _hints(typed: Any) -> dict[str, Any]:
    module = vars(sys.modules[typed.__module__])
    names = {"UntypedStripeObject": dict, "StripeContext": str, "Mapping": typing.Mapping, **module}
    return {name: hint for name, hint in typing.get_type_hints(typed, names, names).items() if name not in OPTIONS}


OPTIONS = frozenset(
    {"api_key", "stripe_version", "stripe_account", "stripe_context", "max_network_retries", "idempotency_key"}
    | {"content_type", "headers"},
)


def _faults_of_parameter(kind: Kind, hint: Any, path: str) -> Iterator[str]:
    parts = _alternatives(hint)
    if isinstance(kind, Fields):
        [typed] = [part for part in parts if typing.is_typeddict(part) or hasattr(part, "__required_keys__")]
        yield from faults_of_parameters(kind, typed, path)
    elif isinstance(kind, Items):
        [listed] = [part for part in parts if get_origin(part) is list]
        yield from _faults_of_parameter(kind.kind, get_args(listed)[0], path)
    elif isinstance(kind, OneOf):
        literals = {choice for part in parts if get_origin(part) is Literal for choice in get_args(part)}
        for value in sorted(set(kind.values + kind.unsupported) - literals):
            yield f"{path}: {value!r} is none of {sorted(literals)}"
    elif isinstance(kind, Span):
        [typed] = [part for part in parts if hasattr(part, "__required_keys__")]
        yield from faults_of_parameters(kind.limits, typed, path)
    else:
        expected = {Text: str, Whole: int, YesNo: bool, Labels: dict}[type(kind)]
        if not any((get_origin(part) or part) is expected or get_origin(part) is Literal for part in parts):
            yield f"{path}: the package takes {hint}, not {expected}"
