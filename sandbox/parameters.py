"""What a request may contain: descriptions of parameters, and their reading with Stripe's complaints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.wire import ApiError, Raw

LONGEST_TEXT = 5000
UNSUPPORTED = "(this sandbox knows only some of Stripe's parameters: see sandbox/README.md)"


class Kind(Protocol):
    """A description that turns the raw fields of one parameter into a value."""

    def read(self, raw: Raw, name: str) -> Any:
        """The value of the parameter called `name`; raises ApiError 400."""
        ...


def _text(raw: Raw, name: str) -> str:
    if not isinstance(raw, str):
        raise ApiError(400, f"Invalid string: {name}", param=name)
    return raw


@dataclass(frozen=True)
class Text:
    """A string; the empty one is refused unless it may clear a value."""

    longest: int = LONGEST_TEXT
    may_be_empty: bool = False

    def read(self, raw: Raw, name: str) -> str | None:
        text = _text(raw, name)
        if not text and not self.may_be_empty:
            message = f"You passed an empty string for '{name}'. Remove '{name}' or supply a non-empty value."
            raise ApiError(400, message, code="parameter_invalid_empty", param=name)
        if len(text) > self.longest:
            message = f"Invalid string: {name} must be at most {self.longest} characters"
            raise ApiError(400, message, code="parameter_invalid_string", param=name)
        return text or None


@dataclass(frozen=True)
class Whole:
    """An integer between two limits, both included."""

    least: int = 0
    most: int = 2**53

    def read(self, raw: Raw, name: str) -> int:
        text = _text(raw, name)
        if not text.removeprefix("-").isdecimal() or not text.isascii():
            raise ApiError(400, f"Invalid integer: {text}", code="parameter_invalid_integer", param=name)
        number = int(text)
        if not self.least <= number <= self.most:
            message = f"Invalid {name}: must be between {self.least} and {self.most}"
            raise ApiError(400, message, code="parameter_invalid_integer", param=name)
        return number


@dataclass(frozen=True)
class YesNo:
    """`true` or `false`, as form fields spell them."""

    def read(self, raw: Raw, name: str) -> bool:
        text = _text(raw, name)
        if text not in ("true", "false"):
            raise ApiError(400, f"Invalid boolean: {text}", param=name)
        return text == "true"


@dataclass(frozen=True)
class OneOf:
    """One of the values that are listed; `unsupported` ones exist at Stripe only."""

    values: tuple[str, ...]
    unsupported: tuple[str, ...] = ()

    def read(self, raw: Raw, name: str) -> str:
        text = _text(raw, name)
        if text in self.unsupported:
            raise ApiError(400, f"This sandbox does not support {name}={text}.", param=name)
        if text not in self.values:
            raise ApiError(400, f"Invalid {name}: must be one of {', '.join(self.values)}", param=name)
        return text


@dataclass(frozen=True)
class Fields:
    """An object whose members are listed."""

    members: Mapping[str, Kind]
    required: tuple[str, ...] = ()

    def read(self, raw: Raw, name: str) -> dict[str, Any]:
        if isinstance(raw, str):
            raise ApiError(400, f"Invalid object: {name}", param=name)
        values: dict[str, Any] = {}
        for key, value in raw.items():
            inner = f"{name}[{key}]" if name else key
            if key not in self.members:
                message = f"Received unknown parameter: {inner} {UNSUPPORTED}"
                raise ApiError(400, message, code="parameter_unknown", param=inner)
            values[key] = self.members[key].read(value, inner)
        for key in self.required:
            if values.get(key) is None:
                inner = f"{name}[{key}]" if name else key
                raise ApiError(400, f"Missing required param: {inner}.", code="parameter_missing", param=inner)
        return values


@dataclass(frozen=True)
class Items:
    """A list of one kind."""

    kind: Kind
    most: int = 100

    def read(self, raw: Raw, name: str) -> list[Any]:
        if isinstance(raw, str) or not all(key.isdecimal() for key in raw):
            raise ApiError(400, f"Invalid array: {name}", param=name)
        if len(raw) > self.most:
            raise ApiError(400, f"Invalid array: {name} takes at most {self.most} items", param=name)
        keys = sorted(raw, key=int)
        return [self.kind.read(raw[key], f"{name}[{key}]") for key in keys]


@dataclass(frozen=True)
class Labels:
    """Metadata: up to 50 keys of 40 characters with values of 500; empty values are left out unless they clear."""

    keep_empty: bool = False

    def read(self, raw: Raw, name: str) -> dict[str, str]:
        if raw == "":
            return {}
        if isinstance(raw, str):
            raise ApiError(400, f"Invalid object: {name}", param=name)
        if len(raw) > 50:
            raise ApiError(400, f"{name} can have up to 50 keys.", param=name)
        for key, value in raw.items():
            if len(key) > 40 or not isinstance(value, str) or len(value) > 500:
                message = "Metadata keys have at most 40 characters and values at most 500, as strings."
                raise ApiError(400, message, param=f"{name}[{key}]")
        return {key: value for key, value in raw.items() if isinstance(value, str) and (value or self.keep_empty)}


@dataclass(frozen=True)
class Span:
    """A time filter: one second, or any of gt, gte, lt, lte; read as a list of (operator, seconds)."""

    limits: Fields = field(default_factory=lambda: Fields({key: Whole() for key in ("gt", "gte", "lt", "lte")}))

    def read(self, raw: Raw, name: str) -> list[tuple[str, int]]:
        signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
        if isinstance(raw, str):
            return [("=", Whole().read(raw, name))]
        return [(signs[key], value) for key, value in self.limits.read(raw, name).items()]


EXPAND: dict[str, Kind] = {"expand": Items(Text(), most=20)}
PAGE: dict[str, Kind] = {
    **EXPAND,
    "limit": Whole(1, 100),
    "starting_after": Text(),
    "ending_before": Text(),
}
CREATED: dict[str, Kind] = {"created": Span()}
