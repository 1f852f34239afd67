"""Read what a file says, in whatever format, and keep nothing."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from lineage.formats.any_format import guess_format, header_of, read_proposal
from lineage.formats.proposals import Proposal as Said
from lineage.formats.proposals import Proposed
from lineage.formats.statements import content_of, subject_of
from lineage.ids import refusal_of
from lineage.models import Version

_NAMING = ("id", "artefact", "parent", "child")


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a file apart from its bytes.

    `about` is the id of the version that it is about, where it does not say so itself; `sha256` is that of the whole
    file, where only its beginning is here.
    """

    name: str = ""
    format: str | None = None
    about: str | None = None
    url: str = ""
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement as the lineage file writes it, how strongly it is made, and where."""

    kind: str
    content: dict[str, Any]
    certainty: str
    place: str

    @property
    def about(self) -> str:
        return subject_of(self.kind, self.content)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be kept of a file, and what it says. `left_out` statements have ids that cannot be kept."""

    content: bytes
    said: Said
    statements: tuple[Stated, ...]
    left_out: int


def read_evidence(data: bytes, source: Source, *, at: datetime) -> Reading:
    """Of a file of weights only the header is looked at. Raises FormatError.

    A file that is on record is called as it is there: its SHA-256 tells which one it is, whatever others call it.
    """
    content = kept_of(data, source)
    said = read_proposal(
        content,
        format=_format(data, source),
        name=source.name or source.url,
        about=source.about or None,
        seen_on=timezone.localdate(at),
        sha256=source.sha256,
    )
    ids = _on_record_as(said)
    every = [_stated(item, ids) for item in _items(said)]
    fit = tuple(stated for stated in every if not refusal_of(stated.about))
    return Reading(content, said, fit, len(every) - len(fit))


def kept_of(data: bytes, source: Source) -> bytes:
    """The bytes that are to be kept: those of the header, for a file of weights. Raises FormatError."""
    return header_of(io.BytesIO(data)) if _format(data, source) == "safetensors" else data


def _format(data: bytes, source: Source) -> str | None:
    return source.format or guess_format(data, source.name or source.url)


def _items(said: Said) -> Iterator[Proposed[Any]]:
    """What must be on record first comes first."""
    yield from said.licences
    yield from said.artefacts
    yield from said.grants
    yield from said.derivations
    yield from said.exemptions
    yield from said.prohibitions


def _on_record_as(said: Said) -> dict[str, str]:
    """The ids on record of files that the source calls otherwise."""
    digests = {item.value.sha256.lower(): item.value.id for item in said.artefacts if item.value.sha256}
    known = Version.objects.filter(sha256__in=digests).values_list("sha256", "slug")
    return {digests[sha256]: slug for sha256, slug in known}


def _stated(item: Proposed[Any], ids: Mapping[str, str]) -> Stated:
    kind, content = type(item.value).__name__.lower(), content_of(item.value)
    if kind != "licence":
        content |= {key: ids[content[key]] for key in _NAMING if content.get(key) in ids}
    return Stated(kind, content, item.certainty, item.place)
