"""The header of a safetensors file, which is all that is ever read of it.

A file begins with the length of its header, eight bytes with the lowest first, and then the header: JSON, in which
`__metadata__` maps texts to texts. Programs write what they made the file from into that map, each in its own way.
"""

import codecs
from dataclasses import dataclass
from typing import Any, Final, Protocol

from lineage.engine.document import Artefact
from lineage.engine.fields import shown
from lineage.formats.comfyui import read_workflow
from lineage.formats.draft import Draft, draft_of
from lineage.formats.merge_recipes import read_recipes
from lineage.formats.naming import as_sha256, file_stem, id_of, name_of
from lineage.formats.proposals import FormatError, Proposal
from lineage.formats.texts import first_field, json_object
from lineage.formats.training_metadata import read_modelspec, read_training

LARGEST_HEADER: Final = 10_000_000
"""Bytes that are read. Of a longer header `__metadata__` is found if it comes first, as programs write it."""

LONGEST_HEADER: Final = 100_000_000
"""Bytes that a header may have at all, as ModelSpec has it; the pictures in there are not about ancestors."""

_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What is known of a file apart from its header. The header cannot tell the SHA-256 of the whole file. `id` is that
    of the artefact that the file is known to be."""

    name: str
    sha256: str | None = None
    id: str | None = None


class Stream(Protocol):
    """Anything that bytes can be read from: an upload, a file, an answer from the web."""

    def read(self, size: int, /) -> bytes: ...


def header_of(stream: Stream) -> bytes:
    """The length and the header from the beginning of a stream, and not a byte more; of a header of more than ten
    million bytes only so many. Raises FormatError."""
    start = _exactly(stream, _LENGTH)
    return start + _exactly(stream, min(_header_length(start), LARGEST_HEADER))


def import_safetensors(head: bytes, file: KnownFile) -> Proposal:
    """What the header says of its file's ancestors. `head` may go on beyond the header. Raises FormatError."""
    length = _header_length(head)
    wanted = min(length, LARGEST_HEADER)
    header = head[_LENGTH : _LENGTH + wanted]
    if len(header) < wanted:
        says = "the header ends after {found} of {length} bytes; it was cut off"
        raise FormatError("header", says, found=len(header), length=length)
    draft = draft_of(head[: _LENGTH + wanted], "safetensors", covers="header")
    metadata = _metadata(header, length, draft)
    child = draft.artefact(_artefact(file, metadata), "")
    if not metadata:
        draft.remark(
            "__metadata__", "the header says nothing of how this file was made; that does not make it an original"
        )
    read_modelspec(draft, child, metadata)
    read_training(draft, child, metadata)
    read_recipes(draft, child, metadata)
    read_workflow(draft, child, metadata, file.name)
    return draft.done()


def _header_length(start: bytes) -> int:
    if len(start) < _LENGTH:
        raise FormatError("", "this is too short to be a safetensors file; give its first bytes")
    length = int.from_bytes(start[:_LENGTH], "little")
    if start[:4] == b"PK\x03\x04" or start[:2] == b"\x80\x02":
        raise FormatError(
            "", "this is a pickled checkpoint (.ckpt or .pt), which is not opened; convert it to safetensors"
        )
    if length > LONGEST_HEADER:
        says = "the header would have {length} bytes, and a header has {most} at most; is this safetensors?"
        raise FormatError("header", says, length=length, most=LONGEST_HEADER)
    return length


def _exactly(stream: Stream, length: int) -> bytes:
    """As much of `length` bytes as there is: a stream may give less at a time."""
    parts = []
    while length > 0 and (part := stream.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _metadata(header: bytes, length: int, draft: Draft) -> dict[str, str]:
    if not header.startswith(b"{"):
        raise FormatError("header", "this does not begin with {{, as the header of a safetensors file does")
    whole = len(header) == length
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(header, final=whole)
    except UnicodeDecodeError as error:
        raise FormatError(f"header, byte {error.start}", "the header is not UTF-8; the file is damaged") from None
    if whole:
        found: Any = json_object(text, "header").get("__metadata__", {})
    else:
        found = first_field(text, "__metadata__", "header")
        says = "of a header of {length} bytes only the first {most} were read"
        draft.remark("header", says, length=length, most=len(header))
    if not isinstance(found, dict):
        raise FormatError("__metadata__", "this must be an object that maps texts to texts")
    odd = [shown(key) for key, value in found.items() if not isinstance(value, str)]
    for key in odd[:5]:
        draft.remark(f"__metadata__.{key}", "this is not a text, as the format demands; it is left out")
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _artefact(file: KnownFile, metadata: dict[str, str]) -> Artefact:
    digest = as_sha256(file.sha256)
    if file.sha256 is not None and digest is None:
        raise FormatError("sha256", "a SHA-256 has 64 hexadecimal digits")
    name = name_of(metadata.get("modelspec.title")) or name_of(file_stem(file.name)) or "unnamed"
    new_id = file.id or (f"sha256:{digest}" if digest else id_of("file", file_stem(file.name) or "unnamed"))
    return Artefact(new_id, name, sha256=digest, claimed_label=name_of(metadata.get("modelspec.license")))
