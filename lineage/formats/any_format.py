"""One door to all readers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from lineage.formats.card_history import import_card_history
from lineage.formats.civitai import import_civitai
from lineage.formats.comfyui import import_comfyui
from lineage.formats.edge_table import import_edges
from lineage.formats.guessing import guess_format, last_part
from lineage.formats.mergekit import import_mergekit
from lineage.formats.model_card import CardSource, import_model_card
from lineage.formats.naming import is_repository
from lineage.formats.own_file import import_lineage_file
from lineage.formats.proposals import FormatError, Proposal
from lineage.formats.safetensors import LARGEST_HEADER, KnownFile, header_of, import_safetensors

__all__ = ["FORMATS", "LIMITS", "Reader", "Source", "guess_format", "header_of", "read_proposal"]


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a file apart from its bytes: its name or address, the id of the artefact that it is about, the
    day on which it was seen, and the SHA-256 of the whole where only the header is here."""

    name: str = ""
    about: str | None = None
    seen_on: date | None = None
    sha256: str | None = None


type Reader = Callable[[bytes, Source], Proposal]

_REPOSITORY: Final = re.compile(r"(?:https://huggingface\.co/|huggingface:)?([^/?#@\s]+/[^/?#@\s]+)(?:[/?#@].*)?")
_ELSEWHERE: Final = ("api/", "datasets/", "spaces/")
_ENDING: Final = re.compile(r"\.(json|ya?ml|md|txt)$", re.IGNORECASE)
_NO_MODELS: Final = ("config", "mergekit_config", "mergekit_moe_config", "workflow", "prompt", "readme")


def _card(data: bytes, source: Source) -> Proposal:
    card = CardSource(_repository(source), source.seen_on, about=source.about)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return import_card_history(data, card)
    return import_model_card(data, card)


def _weights(data: bytes, source: Source) -> Proposal:
    return import_safetensors(data, KnownFile(last_part(source.name) or "unnamed", source.sha256, source.about))


#: By the id of each format.
FORMATS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "genseki": lambda data, _: import_lineage_file(data),
        "hugging-face-card": _card,
        "civitai": lambda data, source: import_civitai(data, seen_on=source.seen_on),
        "safetensors": _weights,
        "mergekit": lambda data, source: import_mergekit(data, name=_model_name(source), about=source.about),
        "comfyui": lambda data, source: import_comfyui(data, name=_model_name(source), about=source.about),
        "csv": lambda data, _: import_edges(data),
    }
)

#: The most bytes of each. Of a file of weights this is what is read from its beginning: see `header_of`.
LIMITS: Final[Mapping[str, int]] = MappingProxyType(
    dict.fromkeys(FORMATS, 2_000_000) | {"safetensors": LARGEST_HEADER + 8, "mergekit": 400_000}
)


def read_proposal(
    data: bytes,
    *,
    format: str | None = None,
    name: str = "",
    about: str | None = None,
    seen_on: date | None = None,
    sha256: str | None = None,
) -> Proposal:
    """What a file proposes. Without a `format` it is guessed. `name` is that of the file or its address, `about` the id
    of the artefact that it is about where it does not say so itself, `seen_on` the day on which it was seen, and
    `sha256` that of the whole file, if `data` is only its header. Raises FormatError."""
    found = guess_format(data, name) if format is None else format
    if found is None or found not in FORMATS:
        says = "this is none of the formats that are read here: {formats}"
        raise FormatError("", says, formats=", ".join(FORMATS))
    if found != "safetensors" and len(data) > LIMITS[found]:
        raise FormatError("", "this has more than {most} bytes; give a smaller part of it", most=LIMITS[found])
    return FORMATS[found](data, Source(name, about, seen_on, sha256))


def _repository(source: Source) -> str:
    """The repository of Hugging Face that an address, or the id of an artefact, names; empty for another."""
    for text in (source.name, source.about or ""):
        match = _REPOSITORY.fullmatch(text)
        # `cards/README.md` is a file on somebody's disk.
        if match and is_repository(match[1]) and not _ENDING.search(match[1]) and not match[1].startswith(_ELSEWHERE):
            return match[1]
    return ""


def _model_name(source: Source) -> str:
    """What a model is called, by the name of the file that tells how it was made: unless that is any file's name."""
    stem = _ENDING.sub("", last_part(source.name))
    return "" if stem.lower() in _NO_MODELS else stem
