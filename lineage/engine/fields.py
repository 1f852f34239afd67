"""One JSON object of a lineage file, read field by field. What is wrong is refused with its place and a sentence."""

import re
from collections.abc import Callable, Collection
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import NoReturn

from lineage.engine.document import LineageFileError
from lineage.engine.json_text import DEEPEST, TwiceNamed

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ABSENT = object()


class Fields:
    """The fields of one object. Optional ones may be null, which is the same as leaving them out."""

    __slots__ = ("_fields", "place")

    def __init__(self, place: str, value: object, known: Collection[str]) -> None:
        self.place = place
        if not isinstance(value, dict):
            raise LineageFileError(place, f"this must be an object, not {kind_of(value)}")
        if isinstance(value, TwiceNamed):
            raise LineageFileError(self.at(shown(value.key)), "this field is given twice; keep one of the two")
        self._fields = value
        for key in value:
            if key not in known:
                where = self.at(shown(key)) if isinstance(key, str) else place
                raise LineageFileError(where, f"there is no such field here{did_you_mean(key, known)}")

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def refuse(self, key: str, says: str) -> NoReturn:
        raise LineageFileError(self.at(key), says)

    def text(self, key: str) -> str:
        """A string that must be there."""
        return self._checked_text(key, self._required(key))

    def optional_text(self, key: str) -> str | None:
        value = self._fields.get(key)
        return None if value is None else self._checked_text(key, value)

    def new_id(self, kind: str, taken: Collection[str]) -> str:
        """An id that nothing else of its kind has."""
        value = self.text("id")
        if not value:
            self.refuse("id", f"the id of this {kind} is empty")
        if value == "unknown-licence":
            self.refuse("id", "'unknown-licence' is what the calculus calls a licence nobody knows; take another id")
        if value in taken:
            self.refuse("id", f"the {kind} '{shown(value)}' is given twice")
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._fields.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(key, f"this must be true or false, not {kind_of(value)}")
        return value

    def optional_flag(self, key: str) -> bool | None:
        return None if self._fields.get(key) is None else self.flag(key, False)

    def optional_number(self, key: str) -> float | None:
        value = self._fields.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(key, f"this must be a number, not {kind_of(value)}")
        if not _is_plain_number(value):
            self.refuse(key, "this must be a finite number of a sensible size")
        return value

    def day(self, key: str) -> date:
        return self.as_day(key, self._required(key))

    def optional_day(self, key: str) -> date | None:
        value = self._fields.get(key)
        return None if value is None else self.as_day(key, value)

    def as_day(self, key: str, value: object) -> date:
        """A value as a day, refused at `key` if it is none."""
        if not isinstance(value, str):
            self.refuse(key, f'this must be a day such as "2023-02-22", not {kind_of(value)}')
        day = _day(value) if len(value) == 10 else None
        if day is None:
            self.refuse(key, f"'{shown(value)}' is not a day; write year-month-day, such as 2023-02-22")
        return day

    def named(self, key: str, kind: str, words: Collection[str]) -> str:
        """The name of something that must be known."""
        return self._known(key, kind, words, self.text(key))

    def optional_named(self, key: str, kind: str, words: Collection[str], default: str) -> str:
        value = self.optional_text(key)
        return default if value is None else self._known(key, kind, words, value)

    def all_named(self, key: str, kind: str, words: Collection[str]) -> tuple[str, ...]:
        """A list of names, each of which must be known."""
        return tuple(self._known(f"{key}[{number}]", kind, words, text) for number, text in enumerate(self.texts(key)))

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(self._checked_text(f"{key}[{number}]", value) for number, value in enumerate(self.entries(key)))

    def text_or_texts(self, key: str) -> str | tuple[str, ...] | None:
        return self.texts(key) if isinstance(self._fields.get(key), list) else self.optional_text(key)

    def entries(self, key: str) -> list[object]:
        """A list that must be there."""
        value = self._required(key)
        if not isinstance(value, list):
            self.refuse(key, f"this must be a list, not {kind_of(value)}")
        return value

    def optional_entries(self, key: str) -> list[object]:
        return [] if self._fields.get(key) is None else self.entries(key)

    def within[T](self, key: str, known: Collection[str] | None, make: "Callable[[Fields], T]") -> T | None:
        """What `make` makes of an object inside this one; None if it is absent. `known` None takes any field."""
        value = self._fields.get(key)
        if value is None:
            return None
        return make(Fields(self.at(key), value, value if known is None and isinstance(value, dict) else known or ()))

    def given_keys(self) -> list[str]:
        return list(self._fields)

    def free(self, key: str) -> object:
        """Any value at all, or None: not read, but refused if it could not be written again."""
        value = self._fields.get(key)
        _check_free(self.at(key), value)
        return value

    def given(self, key: str) -> object:
        """A value that must be there, but may be null, for the caller to look at."""
        value = self._fields.get(key, _ABSENT)
        if value is _ABSENT:
            self.refuse(key, "this field is missing")
        return value

    def _required(self, key: str) -> object:
        value = self._fields.get(key)
        if value is None:
            self.refuse(key, "this field is missing" if key not in self._fields else "this field must not be null")
        return value

    def _checked_text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            self.refuse(key, f"this must be a text, not {kind_of(value)}")
        if not is_writable(value):
            self.refuse(key, "this text holds a character that cannot be stored (NUL or half of a surrogate pair)")
        return value

    def _known(self, key: str, kind: str, words: Collection[str], value: str) -> str:
        if value not in words:
            self.refuse(key, f"no {kind} '{shown(value)}'{did_you_mean(value, words)}")
        return value


@lru_cache(maxsize=10_000)
def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_plain_number(value: float) -> bool:
    """Whether a number is finite and, as integers have no end, short enough to be written again."""
    return -(10**300) < value < 10**300


def is_writable(text: str) -> bool:
    """Whether UTF-8 and a database can hold a text."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def shown(text: str) -> str:
    """A stranger's text, short and printable enough for a sentence."""
    short = text if len(text) <= 80 else text[:77] + "..."
    return "".join(character if character.isprintable() else "?" for character in short)


def did_you_mean(word: object, words: Collection[str]) -> str:
    """The end of a sentence that names what was probably meant. Long words and lists are not searched to their end."""
    if not isinstance(word, str) or len(word) > 100:
        return ""
    near = get_close_matches(word, [known for known, _ in zip(words, range(5_000), strict=False)], n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def kind_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    kinds: tuple[tuple[type, str], ...] = ((str, "a text"), (int, "a number"), (float, "a number"), (list, "a list"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "an object")


def _check_free(place: str, value: object) -> None:
    """Look through a value of any shape without recursion."""
    work = [(value, 0)]
    while work:
        inner, depth = work.pop()
        if depth > DEEPEST:
            raise LineageFileError(place, f"this is nested more than {DEEPEST} levels deep")
        if isinstance(inner, TwiceNamed):
            raise LineageFileError(place, f"the field '{shown(inner.key)}' is given twice in here")
        if isinstance(inner, str) and not is_writable(inner):
            raise LineageFileError(place, "a text in here holds a character that cannot be stored")
        if isinstance(inner, int | float) and not _is_plain_number(inner):
            raise LineageFileError(place, "a number in here is not finite, or too large")
        if isinstance(inner, dict):
            work += [(part, depth + 1) for pair in inner.items() for part in pair]
        elif isinstance(inner, list):
            work += [(part, depth + 1) for part in inner]
