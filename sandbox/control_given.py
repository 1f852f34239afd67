"""What a control call was given: the fields of a form or the members of a JSON object, and their reading."""

import json
from typing import Any

from sandbox.api import Request
from sandbox.wire import ApiError, decode_form

type Given = dict[str, Any]


def read_given(request: Request) -> Given:
    """The fields of a form or the members of a JSON object, with those of the query."""
    fields: Given = dict(decode_form(request.query))
    if request.headers.get("content-type", "").startswith("application/json") and request.body:
        try:
            body = json.loads(request.body)
        except ValueError as error:
            raise ApiError(400, f"The body is not JSON: {error}") from error
        if not isinstance(body, dict):
            raise ApiError(400, "The body is a JSON object, or a form.")
        return fields | body
    return fields | decode_form(request.body)


def number(given: Given, name: str, usual: float) -> float:
    """A number from 0 on."""
    try:
        found = float(given.get(name, usual))
    except (TypeError, ValueError) as error:
        raise ApiError(400, f"{name} is a number.", param=name) from error
    if not 0 <= found < 10**10:
        raise ApiError(400, f"{name} is a number from 0 on.", param=name)
    return found


def amount(given: Given) -> int | None:
    """The amount in minor units; None when the call names none."""
    return int(number(given, "amount", 0)) if "amount" in given else None


def yes(given: Given, name: str) -> bool:
    """Whether something was asked for."""
    return str(given.get(name, "false")).lower() in ("1", "true", "yes")


def one_of(given: Given, name: str, values: tuple[str, ...], usual: str | None = None) -> str:
    """One of the values that are listed."""
    found = given.get(name, usual)
    if found not in values:
        raise ApiError(400, f"{name} is one of {', '.join(values)}.", param=name)
    return str(found)
