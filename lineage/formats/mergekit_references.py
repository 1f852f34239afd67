"""How mergekit names a model: `path@revision+lora@revision`, or the same as an object."""

import re
from dataclasses import dataclass
from typing import Any, Final

from lineage.engine.document import Artefact
from lineage.engine.fields import shown
from lineage.formats.naming import artefact_of_file, artefact_of_repository, is_repository
from lineage.formats.proposals import FormatError

_LONGEST: Final = 500
_REVISION = re.compile(r"[A-Za-z0-9][\w-]{0,63}(?:[./][\w-]{1,32}){0,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reference:
    """A model, and a LoRA that was merged into it first."""

    model: str
    revision: str | None = None
    lora: str | None = None
    lora_revision: str | None = None


def parse_reference(value: object, place: str) -> Reference:
    """Raises FormatError for what names no model."""
    if isinstance(value, dict):
        model, revision = _of_object(value.get("model", value), place)
        lora = value.get("lora")
        return Reference(model, revision, *(_of_object(lora, place) if lora is not None else (None, None)))
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        says = "a model is named by a text of at most {most} characters, such as owner/name"
        raise FormatError(place, says, most=_LONGEST)
    model_part, _, lora_part = value.strip().partition("+")
    return Reference(*_of_text(model_part, place), *(_of_text(lora_part, place) if lora_part else (None, None)))


def artefact_of(path: str, revision: str | None) -> Artefact:
    """A repository, or a folder on the maker's own disk: of that only the last part is kept, and it is a claim."""
    if is_repository(path) and path.count("/") == 1:
        return artefact_of_repository(path, revision)
    return artefact_of_file(path)


def _of_object(value: Any, place: str) -> tuple[str, str | None]:
    if isinstance(value, str):
        return _of_text(value, place)
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str):
        raise FormatError(place, "a model that is an object has a `path`")
    revision = value.get("revision")
    return _of_text(f"{path}@{revision}" if isinstance(revision, str) else path, place)


def _of_text(text: str, place: str) -> tuple[str, str | None]:
    path, _, revision = text.partition("@")
    if not path.strip():
        raise FormatError(place, "the name of the model is empty")
    if revision and not _REVISION.fullmatch(revision):
        raise FormatError(place, "'{text}' is not a revision: a branch, a tag or a commit", text=shown(revision))
    return path.strip(), revision or None
