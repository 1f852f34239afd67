"""A family as a CycloneDX ML-BOM (1.6, JSON): the version with its model card, and its ancestors with what is known.

What CycloneDX has no field for stands in properties whose names begin with `genseki:`. Days are those of the record;
the time of writing is left out, so that the same record gives the same bytes.
"""

import json
from typing import Any, Final
from uuid import UUID, uuid5

from lineage.formats.cyclonedx_card import model_card
from lineage.formats.cyclonedx_components import component, properties, reference
from lineage.formats.exported_family import ExportedFamily

_NAMESPACE: Final = UUID("6f1d3a3e-0c55-5c0a-9d0e-6a6a6e7b1c4d")
DISCLAIMER: Final = "Read from licence texts by a program, on the facts on record. Not legal advice."


def cyclonedx(family: ExportedFamily) -> str:
    """The BOM as JSON text. Its serial number follows from what it says."""
    bom = _bom(family)
    serial = uuid5(_NAMESPACE, family.subject + "\n" + json.dumps(bom, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", "version": 1}
    return json.dumps(head | bom, ensure_ascii=False, indent=1) + "\n"


def _bom(family: ExportedFamily) -> dict[str, Any]:
    bom: dict[str, Any] = {
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "Genseki"}]},
            "component": component(family, family.head) | {"modelCard": model_card(family)},
            "properties": properties(("seen-on", family.on), ("disclaimer", DISCLAIMER)),
        },
        "components": [component(family, artefact) for artefact in family.ancestors],
        "dependencies": [_dependency(family, artefact.id) for artefact in family.artefacts],
    }
    compositions = _compositions(family)
    return bom | ({"compositions": compositions} if compositions else {})


def _dependency(family: ExportedFamily, id: str) -> dict[str, Any]:
    parents = sorted({made.parent for made in family.derivations_of(id)})
    return {"ref": reference(id)} | ({"dependsOn": [reference(parent) for parent in parents]} if parents else {})


def _compositions(family: ExportedFamily) -> list[dict[str, Any]]:
    """Where parents are known to be missing, and where none are on record, which is not the same as having none."""
    missing = [artefact.id for artefact in family.artefacts if artefact.undisclosed_parents]
    none = [a.id for a in family.artefacts if not a.undisclosed_parents and not family.derivations_of(a.id)]
    kinds = (("incomplete", missing), ("unknown", none))
    return [{"aggregate": kind, "dependencies": [reference(id) for id in ids]} for kind, ids in kinds if ids]
