"""One statement of a proposal as the lineage file writes it, and back: read alone, by the same rules as in a file."""

from collections.abc import Hashable, Mapping
from typing import Any, Final

from lineage.engine.document import (
    FORMAT,
    Artefact,
    Derivation,
    Exemption,
    Grant,
    Licence,
    LineageFile,
    LineageFileError,
    Prohibition,
)
from lineage.engine.reading import from_json
from lineage.engine.writing import to_json

Statement = Artefact | Licence | Grant | Derivation | Exemption | Prohibition

LISTS: Final = {
    "artefact": "artefacts",
    "licence": "licences",
    "grant": "grants",
    "derivation": "derivations",
    "exemption": "exemptions",
    "prohibition": "prohibitions",
}
"""The list of a lineage file in which a kind of statement stands."""

_SUBJECT: Final = {"artefact": "id", "licence": "id", "derivation": "child"}
_NAMES: Final = {"artefact": "artefacts", "parent": "artefacts", "child": "artefacts", "licence": "licences"}


def content_of(statement: Statement) -> dict[str, Any]:
    """The statement as plain JSON values, defaults left out."""
    kind = type(statement).__name__.lower()
    # The parts of a lineage file are lists of the very classes that are asked for here.
    file = LineageFile(**{LISTS[kind]: (statement,)})  # type: ignore[arg-type]
    content: dict[str, Any] = to_json(file)[LISTS[kind]][0]
    return content


def claimed(statement: Statement) -> Hashable:
    """What a statement claims, without how sure it is and by what it is proved."""
    skip = ("certain", "evidence")
    values = (getattr(statement, name) for name in statement.__slots__ if name not in skip)
    return type(statement).__name__, *values


def subject_of(kind: str, content: Mapping[str, Any]) -> str:
    """The id of what a statement speaks of: the child of a derivation, the version of a grant."""
    return str(content[_SUBJECT.get(kind, "artefact")])


def statement_of(kind: str, content: Mapping[str, Any]) -> Statement:
    """The statement that plain values make. Raises LineageFileError, with the field as the place."""
    return file_of(kind, content).__getattribute__(LISTS[kind])[-1]  # type: ignore[no-any-return]


def file_of(kind: str, content: Mapping[str, Any]) -> LineageFile:
    """A lineage file that holds this statement and bare names for what it speaks of. Raises LineageFileError."""
    named: dict[str, dict[str, None]] = {"artefacts": {}, "licences": {}}
    if kind not in ("artefact", "licence"):
        for field, where in _NAMES.items():
            if isinstance(content.get(field), str) and content[field]:
                named[where][content[field]] = None
    file: dict[str, Any] = {
        "format": FORMAT,
        "licences": [{"id": name, "terms": [], "outbound": [], "control": []} for name in named["licences"]],
        "artefacts": [{"id": name, "name": name} for name in named["artefacts"]],
        "grants": [],
        "derivations": [],
    }
    file[LISTS[kind]] = [*file.get(LISTS[kind], []), dict(content)]
    try:
        return from_json(file)
    except LineageFileError as error:
        raise LineageFileError(_inner(kind, error.place), error.says) from None


def _inner(kind: str, place: str) -> str:
    """`grants[0].from` is `from` of the statement itself."""
    return place.partition("].")[2] if place.startswith(f"{LISTS[kind]}[") else place
