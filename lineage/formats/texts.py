"""Bytes from strangers to text and JSON, within limits that are looked at before anything is built."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from lineage.engine.fields import is_writable, shown
from lineage.formats.proposals import FormatError

LARGEST_TEXT: Final = 5_000_000
"""Bytes of a JSON or CSV text. A real model of Civitai with a hundred versions has some 300,000."""

DEEPEST: Final = 40
"""Levels of lists and objects. Merge recipes and workflows need ten at most."""


def decoded(data: bytes | str, *, largest: int = LARGEST_TEXT, place: str = "") -> str:
    """UTF-8 as text, a byte order mark taken off. Other encodings are refused by their name where it can be told."""
    if len(data) > largest:
        raise FormatError(place, "this has more than {most} bytes; give a smaller part of it", most=largest)
    if isinstance(data, str):
        return _storable(data.removeprefix("\ufeff"), place)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FormatError(place, "this is UTF-16; save it as UTF-8 and try again")
    try:
        return _storable(data.decode("utf-8-sig"), place)
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
    where = f"{place}, {where}" if place else where
    if _is_shift_jis(data):
        raise FormatError(where, "this is Shift_JIS; save it as UTF-8 and try again")
    raise FormatError(where, "this is not UTF-8; save it as UTF-8 and try again")


def as_bytes(data: bytes | str) -> bytes:
    """What the SHA-256 of the evidence is taken of."""
    return data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")


def json_value(text: str, place: str = "") -> object:
    """Plain JSON values, at most 40 levels deep. NaN, a key given twice and half a character are refused."""
    try:
        value = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, place), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        problem = f"{error.msg[:1].lower()}{error.msg[1:]}"
        raise FormatError(
            f"{place}, {where}" if place else where, "this is not JSON: {problem}", problem=problem
        ) from None
    except RecursionError:
        raise FormatError(place, "lists and objects are nested more than {most} levels deep", most=DEEPEST) from None
    except FormatError as error:
        raise error.at(place) from None
    except ValueError:
        raise FormatError(place, "a number has more digits than can be read; write a shorter one") from None
    for _ in walked(value, place):
        pass
    return value


def json_object(text: str, place: str = "") -> dict[str, Any]:
    value = json_value(text, place)
    if not isinstance(value, dict):
        raise FormatError(place, "this must be a JSON object: it begins with {{ and ends with }}")
    return value


def first_field(text: str, key: str, place: str = "") -> dict[str, Any]:
    """The object at the first field of an object that may be cut off after it. Raises FormatError."""
    start = re.match(r'\{\s{0,100}"([^"]{0,100})"\s{0,100}:\s{0,100}(?=\{)', text)
    if start is None or start[1] != key:
        says = "this is too long to be read whole, and '{field}' does not come first in it"
        raise FormatError(place, says, field=key)
    try:
        end = json.JSONDecoder().raw_decode(text, start.end())[1]
    except (ValueError, RecursionError):
        raise FormatError(place, "this is too long to be read whole, and '{field}' is broken", field=key) from None
    return json_object(text[start.end() : end], place)


def walked(value: object, place: str) -> Iterator[object]:
    """Everything in a value, from the outside in and in order, without recursion. Refuses what is too deep or vile."""
    work = [(value, 0)]
    while work:
        inner, depth = work.pop()
        if depth > DEEPEST:
            raise FormatError(place, "lists and objects are nested more than {most} levels deep", most=DEEPEST)
        if isinstance(inner, str) and not is_writable(inner):
            raise FormatError(place, "a text in here holds a character that cannot be stored")
        if isinstance(inner, float) and not -1e300 < inner < 1e300:
            raise FormatError(place, "a number in here is not finite, or too large")
        yield inner
        if isinstance(inner, dict):
            work += [(part, depth + 1) for pair in reversed(inner.items()) for part in reversed(pair)]
        elif isinstance(inner, list):
            work += [(part, depth + 1) for part in reversed(inner)]


def _object(pairs: list[tuple[str, Any]], place: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in pairs:
        if key in fields:
            raise FormatError(place, "the field '{field}' is given twice; keep one of the two", field=shown(key))
        fields[key] = value
    return fields


def _no_constant(name: str) -> None:
    raise FormatError("", "{name} is no number that JSON has; write a plain number or null", name=name)


def _storable(text: str, place: str) -> str:
    if not is_writable(text):
        raise FormatError(place, "this holds a character that cannot be stored (NUL or half of a surrogate pair)")
    return text


def _is_shift_jis(data: bytes) -> bool:
    """Whether the bytes read as Japanese: kana among them, which chance alone hardly gives."""
    try:
        text = data[:100_000].decode("cp932", "ignore" if len(data) > 100_000 else "strict")
    except UnicodeDecodeError:
        return False
    return any("\u3040" <= character <= "\u30ff" for character in text)
