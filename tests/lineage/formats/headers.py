"""Safetensors headers for tests."""

import json
from typing import Any


def head(metadata: dict[str, Any] | None = None, **tensors: Any) -> bytes:
    """The first bytes of a file whose header holds this metadata."""
    fields: dict[str, Any] = {} if metadata is None else {"__metadata__": metadata}
    return framed(json.dumps(fields | tensors).encode())


def framed(header: bytes) -> bytes:
    return len(header).to_bytes(8, "little") + header


def recipe(**fields: Any) -> str:
    return json.dumps(fields)
