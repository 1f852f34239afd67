"""The elements of an SPDX 3.0.1 document. An element's id follows from what it says, so one id never means two."""

import json
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

CONTEXT: Final = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
NO_ASSERTION_LICENCE: Final = "expandedlicensing_NoAssertionLicense"

_NAMESPACE: Final = UUID("0d6c3f0b-52a6-5d1f-8a53-2f9d3a0c7e11")
_CREATION: Final = "_:creationInfo"


class Elements:
    """The elements of one document, each once, in the order in which they were first added."""

    def __init__(self, subject: str, on: date) -> None:
        self._seed = f"{subject}\n{on}"
        self._created = moment(on)
        self._elements: dict[str, dict[str, Any]] = {}
        self.maker = self.add("SoftwareAgent", name="Genseki")

    @property
    def ids(self) -> list[str]:
        return list(self._elements)

    def add(self, type: str, **fields: Any) -> str:
        """Adds an element and gives its id back. Fields that are None or empty are left out."""
        said = {key.rstrip("_"): value for key, value in fields.items() if value not in (None, [], "")}
        id = f"urn:uuid:{uuid5(_NAMESPACE, self._seed + json.dumps([type, said], sort_keys=True))}"
        self._elements[id] = {"type": type, "spdxId": id, "creationInfo": _CREATION} | said
        return id

    def relate(self, type: str, source: str, targets: list[str], **fields: Any) -> str:
        return self.add("Relationship", relationshipType=type, from_=source, to=targets, **fields)

    def written(self) -> str:
        creation = {
            "type": "CreationInfo",
            "@id": _CREATION,
            "specVersion": "3.0.1",
            "created": self._created,
            "createdBy": [self.maker],
            "comment": "The record as it stood on this day.",
        }
        graph = [creation, *self._elements.values()]
        return json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n"


def moment(day: date) -> str:
    """The beginning of a day, as SPDX writes times. Only days are on record, so this is in no one's time zone."""
    return f"{day.isoformat()}T00:00:00Z"


def moment_of(day: date | None) -> str | None:
    return moment(day) if day else None
