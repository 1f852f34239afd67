"""The wire format: bracketed form fields in, Stripe's error envelope out."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

type Json = dict[str, Any]
type Raw = str | dict[str, Raw]

DEEPEST_FIELD = 8
FIELD_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
FIELD_PART = re.compile(r"\[([^\[\]]*)\]")


class ApiError(Exception):
    """An answer other than 200, in the words of Stripe's error envelope.

    `kept` says that the work had begun when it was refused, so the idempotency key remembers the refusal.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        extra: Json | None = None,
        kept: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.code = code
        self.param = param
        self.extra = extra or {}
        self.kept = kept

    def envelope(self) -> Json:
        """The body that a client of Stripe expects; absent members are left out."""
        error: Json = {"message": self.message, "type": self.kind}
        if self.code is not None:
            error["code"] = self.code
        if self.param is not None:
            error["param"] = self.param
        return {"error": {**error, **self.extra}}


def missing_resource(kind: str, identifier: str, param: str = "id", status: int = 404) -> ApiError:
    """The answer for an id that this sandbox does not know."""
    message = f"No such {kind}: '{identifier}'"
    return ApiError(status, message, code="resource_missing", param=param)


def decode_form(text: str) -> dict[str, Raw]:
    """Fields such as `a[0][b]=c` as nested dictionaries; `a[]` takes the next free number.

    Lists stay dictionaries with numbers as keys, since only the parameter's own
    description knows whether `metadata[0]` is a list or a key called "0".
    """
    tree: dict[str, Raw] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=1000):
        match = FIELD_NAME.match(name)
        if match is None:
            raise ApiError(400, f"Invalid parameter name: {name}", param=name)
        parts = [match.group(1), *FIELD_PART.findall(match.group(2))]
        if len(parts) > DEEPEST_FIELD:
            raise ApiError(400, f"Parameter is nested too deeply: {name}", param=name)
        _put(tree, parts, value, name)
    return tree


def _put(tree: dict[str, Raw], parts: list[str], value: str, name: str) -> None:
    for part in parts[:-1]:
        child = tree.setdefault(part or str(len(tree)), {})
        if isinstance(child, str):
            raise ApiError(400, f"Invalid object: {name}", param=name)
        tree = child
    last = parts[-1] or str(len(tree))
    if isinstance(tree.get(last), dict):
        raise ApiError(400, f"Invalid object: {name}", param=name)
    tree[last] = value


def decode_json(text: str) -> dict[str, Raw]:
    """A JSON object in the shape of decoded form fields, so that one description of parameters reads both."""
    if not text:
        return {}
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ApiError(400, f"The body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise ApiError(400, "The body has to be a JSON object.")
    return {name: _as_fields(value, name, 1) for name, value in document.items()}


def _as_fields(value: Any, name: str, depth: int) -> Raw:
    if depth > DEEPEST_FIELD:
        raise ApiError(400, f"Parameter is nested too deeply: {name}", param=name)
    if isinstance(value, list):
        value = {str(place): item for place, item in enumerate(value)}
    if isinstance(value, dict):
        return {key: _as_fields(item, f"{name}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def encode_json(document: Any) -> bytes:
    """Indented UTF-8 JSON, as Stripe answers and signs it."""
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
