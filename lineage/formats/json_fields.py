"""Fields of other people's JSON, which has many more than are read here. Only what is of the wrong kind is refused."""

from datetime import UTC, date, datetime
from typing import Any, Final

from lineage.engine.fields import kind_of, shown
from lineage.formats.naming import name_of
from lineage.formats.proposals import FormatError

_LARGEST_NUMBER: Final = 10**12


def object_of(value: object, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FormatError(place, "this must be an object, not {found}", found=kind_of(value))
    return value


def entries_at(fields: dict[str, Any], key: str, place: str) -> list[Any]:
    """A list that must be there."""
    value = fields.get(key)
    if not isinstance(value, list):
        raise FormatError(_at(place, key), "this must be a list, not {found}", found=kind_of(value))
    return value


def number_at(fields: dict[str, Any], key: str, place: str) -> int:
    """A whole number above zero that must be there, as the ids of Civitai are."""
    value = fields.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < _LARGEST_NUMBER:
        raise FormatError(_at(place, key), "this must be a whole number above zero")
    return value


def text_at(fields: dict[str, Any], key: str, place: str) -> str | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, str):
        raise FormatError(_at(place, key), "this must be a text, not {found}", found=kind_of(value))
    return value


def name_at(fields: dict[str, Any], key: str, place: str) -> str | None:
    """A text, made short and printable; None if it is empty or not there."""
    return name_of(text_at(fields, key, place))


def flag_at(fields: dict[str, Any], key: str, place: str) -> bool | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, bool):
        raise FormatError(_at(place, key), "this must be true or false, not {found}", found=kind_of(value))
    return value


def day_at(fields: dict[str, Any], key: str, place: str) -> date | None:
    """The day in UTC of a time such as 2023-04-21T09:13:43.228Z, or a day alone."""
    value = text_at(fields, key, place)
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value)
        return (time if time.tzinfo is None else time.astimezone(UTC)).date()
    except (ValueError, OverflowError):
        says = "'{text}' is not a time; write it as 2023-04-21T09:13:43Z"
        raise FormatError(_at(place, key), says, text=shown(value)) from None


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
