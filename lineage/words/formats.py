"""Words for what a reader of a format says of a file, and for why an address was not read."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from lineage.words.format_sentences import SENTENCES

type Value = str | int | float

KINDS: Final = {
    "null": _("null"),
    "true or false": _("true or false"),
    "a text": _("a text"),
    "a number": _("a number"),
    "a list": _("a list"),
    "an object": _("an object"),
}

PLACES: Final = {
    "header": _("header"),
    "card": _("card"),
    "history": _("history"),
    "description of the model": _("description of the model"),
}

NUMBERED_PLACES: Final = {
    "configuration at line": _("configuration at line {number}"),
    "line": _("line {number}"),
    "column": _("column {number}"),
    "byte": _("byte {number}"),
    "commit of": _("commit of {name}"),
    "commit": _("commit {name}"),
}

_NUMBERED = re.compile(rf"({'|'.join(NUMBERED_PLACES)}) (\S+)")


class Said(Protocol):
    """A FormatError, a Remark or a FetchError: a sentence in English, in parts."""

    @property
    def template(self) -> str: ...

    @property
    def values(self) -> Mapping[str, Value] | Iterable[tuple[str, Value]]: ...


def said_words(template: str, values: Mapping[str, Value]) -> str:
    """A sentence in the reader's language. One that is not known, as of an older release, stays in English."""
    words = gettext(template) if template in SENTENCES else template
    try:
        return words.format(**{name: _value(name, value) for name, value in values.items()})
    except (KeyError, IndexError, ValueError):
        return words


def format_error_words(said: Said) -> str:
    """What an error, a remark or a refusal says, without its place."""
    return said_words(said.template, dict(said.values))


def place_words(place: str) -> str:
    """A place in a file: names of fields stay as they are; so does a name of somebody's own that has a comma in it."""
    parts = place.split(", ")
    said = [_place(part) for part in parts]
    return pgettext("between two of several", ", ").join(said) if said != parts else place


def placed_words(place: str, says: str) -> str:
    """A sentence behind its place, if it has one."""
    return gettext("{place}: {says}").format(place=place_words(place), says=says) if place else says


def _value(name: str, value: Value) -> Value:
    if isinstance(value, str):
        return str(KINDS.get(value, value)) if name == "found" else value
    return f"{value:,}" if isinstance(value, int) else value


def _place(part: str) -> str:
    if part in PLACES:
        return str(PLACES[part])
    match = _NUMBERED.fullmatch(part)
    return str(NUMBERED_PLACES[match[1]]).format(number=match[2], name=match[2]) if match else part
