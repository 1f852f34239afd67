"""JSON from strangers: text or bytes to plain values, or a refusal that says where and why. It never runs away."""

import json
from collections import Counter
from typing import Any, Final

from lineage.engine.document import LineageFileError

LARGEST_FILE: Final = 10_000_000
"""Bytes of UTF-8. Real lineage files are some kilobytes; a catalogue comes in through other doors."""

DEEPEST: Final = 40
"""Levels of lists and objects in the one free field, `expect`. The format itself needs six."""


class TwiceNamed(dict[str, Any]):
    """An object that gave one key twice. It is refused where it is met, as only there its place is known."""

    key: str


def parse(text: str | bytes) -> object:
    """The value of a JSON text. A byte order mark is tolerated; NaN and the infinities pass, to be refused in place."""
    size = len(text)
    if isinstance(text, str) and size <= LARGEST_FILE:
        size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST_FILE:
        raise LineageFileError("", f"the file has more than {LARGEST_FILE:,} bytes; split it into smaller ones")
    decoded = _decoded(text)
    try:
        return json.loads(decoded, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        says = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise LineageFileError(f"line {error.lineno}, column {error.colno}", says) from None
    except RecursionError:
        raise LineageFileError("", "lists and objects are nested too deeply; a lineage file needs six levels") from None
    except ValueError:
        raise LineageFileError("", "a number has more digits than can be read; write a shorter one") from None


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LineageFileError(f"byte {error.start}", "the file is not UTF-8; save it as UTF-8 and try again") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields
    twice = TwiceNamed(fields)
    twice.key = Counter(key for key, _ in pairs).most_common(1)[0][0]
    return twice
